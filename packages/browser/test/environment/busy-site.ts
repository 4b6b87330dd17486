import { createHash } from 'node:crypto'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'

const page = `<!doctype html><title>Busy</title><h1>Busy</h1>
<a id="tab" target="_blank" rel="noopener" href="/other">other</a><a id="file" href="/file">file</a><a id="hop" href="/hop">hop</a>`

/** A page that does something of each kind at once, and opens another that does, and that one a third. */
const early = `<script>
  const name = location.search
  console.error('line ' + name)
  fetch('/missing' + name)
  if (name.length < 4) open('/early' + name + '1')
  throw new Error('error ' + name)
</script>`

/** The answer that is waited for until `/release` is asked for, which waits for somebody to want it. */
let held = Promise.withResolvers<ServerResponse>()

const worker = `
self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil(clients.claim()))
self.addEventListener('fetch', (event) => {
  if (event.request.url.endsWith('/made')) event.respondWith(new Response('made', { status: 203 }))
  if (event.request.url.endsWith('/asked')) event.respondWith(fetch('/busy'))
})`

const routes: Readonly<Record<string, (response: ServerResponse) => unknown>> = {
  '/': (response) => response.end(page),
  '/other': (response) => response.end('<title>Other</title>other'),
  '/early': (response) => response.end(early),
  '/busy': (response) => response.writeHead(503).end('busy'),
  '/hop': (response) => response.writeHead(302, { location: '/hop2' }).end(),
  '/hop2': (response) => response.writeHead(303, { location: '/other?landed' }).end(),
  '/held': (response) => held.resolve(response),
  '/release': async (response) => {
    const answer = await held.promise
    held = Promise.withResolvers()
    answer.end('{}')
    response.end()
  },
  '/never': () => undefined,
  '/file': (response) =>
    response
      .writeHead(200, { 'content-disposition': 'attachment; filename="bill.txt"', 'content-length': '6' })
      .end('a bill'),
  '/broken': (response) => {
    response.writeHead(200, { 'content-disposition': 'attachment; filename="broken.txt"' })
    response.write('the beginning', () => response.destroy())
  },
  '/unread': (response) => response.writeHead(200).write('the beginning'),
  '/unread404': (response) => response.writeHead(404).write('the beginning'),
  '/unread503': (response) => response.writeHead(503).write('the beginning'),
  '/cut': (response) => {
    response.writeHead(200)
    response.write('the beginning', () => setTimeout(() => response.destroy(), 20))
  },
  '/odd': (response) => response.writeHead(999, 'Odd').end('odd'),
  '/closing': (response) => response.writeHead(500).end('<script>console.error("bye"); window.close()</script>'),
  '/inner': (response) =>
    response.end(
      '<script>console.error("within"); fetch("/busy"); setTimeout(() => { throw new Error("inner") })</script>',
    ),
  '/worker.js': (response) => response.setHeader('content-type', 'text/javascript').end(worker),
  '/dot.svg': (response) =>
    response
      .writeHead(200, { 'cache-control': 'max-age=600', 'content-type': 'image/svg+xml' })
      .end('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
  '/kept': (response) =>
    response.writeHead(200, { 'cache-control': 'max-age=600', 'content-type': 'text/css' }).end('a{}'),
}

/** Frames: a text that says `hi`, and the end. */
const [greeting, goodbye] = [Buffer.from([0x81, 2, 0x68, 0x69]), Buffer.from([0x88, 0])]

/** Take a socket that is asked for at `/silent` or `/greeting` until the page says something, and refuse any other. */
function answerSocket(path: string, key: string, socket: Duplex): void {
  if (!/^\/(silent|greeting)\b/.test(path)) return void socket.end('HTTP/1.1 404 Not Found\r\n\r\n')
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
  const head = ['HTTP/1.1 101 Switching Protocols', 'upgrade: websocket', 'connection: upgrade']
  socket.write(`${[...head, `sec-websocket-accept: ${accept}`].join('\r\n')}\r\n\r\n`)
  if (path === '/greeting') socket.write(greeting)
  socket.once('data', () => socket.end(goodbye))
}

/** A site that answers late, with errors, redirects, files and sockets, on 127.0.0.1. */
export async function serveBusySite(): Promise<{ url: (path: string) => string } & AsyncDisposable> {
  const server = createServer((request, response) => {
    const route = routes[new URL(request.url ?? '/', 'http://site').pathname]
    response.setHeader('content-type', 'text/html; charset=utf-8')
    if (route) route(response)
    else response.writeHead(404).end('none')
  })
  const sockets = new Set<Duplex>()
  server.on('upgrade', (request, socket) => {
    sockets.add(socket)
    socket.on('error', () => {}) // who asked went away
    answerSocket(request.url ?? '/', request.headers['sec-websocket-key'] ?? '', socket)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: (path) => `http://127.0.0.1:${port}${path}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => {
        server.close(resolve)
      })
    },
  }
}
