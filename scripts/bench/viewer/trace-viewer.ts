import { createServer, type ServerResponse } from 'node:http'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { dirname, extname, join, normalize } from 'node:path'
import type { Browser } from 'playwright'
import { pageOf } from './record-long.ts'

/** Record the same number of clicks, each of which shows another page, by Playwright's tracing. @returns the trace's file */
export async function traceLong(browser: Browser, directory: string, steps: number): Promise<string> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  const page = await context.newPage()
  await page.setContent(pageOf(0))
  const pages = Array.from({ length: 12 }, (_, number) => pageOf(number))
  await page.evaluate(`
    const pages = ${JSON.stringify(pages)}
    let shown = 0
    document.addEventListener('click', () => {
      shown += 1
      document.body.replaceWith(new DOMParser().parseFromString(pages[shown % pages.length], 'text/html').body)
    })`)
  await context.tracing.start({ screenshots: true, snapshots: true })
  for (let step = 0; step < steps; step += 1) await page.click('button')
  const path = join(directory, `trace-${steps}.zip`)
  await context.tracing.stop({ path })
  await context.close()
  return path
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.zip': 'application/zip',
}

/** Playwright's viewer of traces as it is shipped, served beside traces. */
export async function serveTraceViewer(traces: string): Promise<{ origin: string } & AsyncDisposable> {
  const playwright = dirname(createRequire(import.meta.url).resolve('playwright/package.json'))
  const viewer = join(playwright, '../playwright-core/lib/vite/traceViewer')
  const answer = async (url: string, response: ServerResponse): Promise<void> => {
    const { pathname } = new URL(url, 'http://viewer')
    const file = pathname.startsWith('/traces/')
      ? join(traces, normalize(pathname.slice(7)))
      : join(viewer, normalize(pathname))
    const bytes = await readFile(file).catch(() => undefined)
    response
      .writeHead(bytes ? 200 : 404, { 'content-type': types[extname(file)] ?? 'application/octet-stream' })
      .end(bytes)
  }
  const server = createServer(({ url = '/' }, response) => void answer(url, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
