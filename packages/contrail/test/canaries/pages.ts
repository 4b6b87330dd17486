import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { option } from './values.ts'

const password = (id: string): string => `<input id="${id}" type="password" aria-label="Password">`

const pages: Readonly<Record<string, string>> = {
  '/login': `<title>Sign in</title>
    ${password('password')} ${password('shown')} <button id="show" onclick="shown.type = 'text'">Show it</button>
    <input id="code" autocomplete="one-time-code"> <label>Card number <input id="card"></label>
    <label>CVC <input id="cvc"></label> <iframe src="/frame"></iframe>
    <dialog id="dialog">${password('inDialog')}</dialog> <div id="host"></div>
    <script>
      host.attachShadow({ mode: 'open' }).innerHTML = '${password('inShadow')}'
      // As careless as a page can be.
      oninput = () => { document.title = 'Typed ' + password.value }
    </script>`,
  '/frame': `<title>Frame</title>${password('inFrame')}`,
  '/form': `<title>Form</title><form action="/shop">${password('inForm').replace('id=', 'name="password" id=')}
    <button>Go</button></form>`,
  '/shop': `<title>Welcome ${option.pageTitle}</title><h1>${option.pageText}</h1>
    <button aria-label="${option.pageLabel}" id="buy">Buy</button> <a id="file" href="/file" download>Bill</a>`,
}

/** A small shop on 127.0.0.1, careless with secrets. */
export async function servePages(): Promise<{ url: (path: string) => string } & AsyncDisposable> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://shop')
    if (pathname === '/file') {
      response.setHeader('content-disposition', `attachment; filename="${option.downloadName}.pdf"`)
      return void response.end('bill')
    }
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end(`<!doctype html>${pages[pathname] ?? pages['/shop']}`)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: (path) => `http://127.0.0.1:${port}${path}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => {
        server.close(resolve)
      })
    },
  }
}
