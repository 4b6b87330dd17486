import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'

const folder = path.join(import.meta.dirname, '../site')

/** The pages of `site/`, and what it keeps back. */
export interface Site extends AsyncDisposable {
  url(path: string): string
  /** The text of a page. */
  read(path: string): Promise<string>
  /** An address of it that answers when it is released. */
  hold(): { path: string; release: () => void }
}

/** The pages of `site/` on 127.0.0.1. `/never` takes a request and never answers, `/endless` never ends its document. */
export async function serveSite(): Promise<Site> {
  const held = new Map<string, Promise<void>>()
  const server = createServer((request, response) => {
    const name = new URL(request.url ?? '/', 'http://site').pathname
    if (name === '/never') return
    const released = held.get(name)
    if (released) return void released.then(() => response.end())
    response.setHeader('content-type', 'text/html; charset=utf-8')
    if (name === '/endless') return void response.write('<!doctype html><title>Endless</title><h1>Begun</h1>')
    if (name === '/error') return void response.writeHead(500).end('<title>Error</title>broken')
    readFile(path.join(folder, path.basename(name))).then(
      (body) => response.end(body),
      () => response.writeHead(404).end('<title>Not found</title>'),
    )
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: (name) => `http://127.0.0.1:${port}${name}`,
    read: (name) => readFile(path.join(folder, path.basename(name)), 'utf8'),
    hold: () => {
      const { promise, resolve } = Promise.withResolvers<void>()
      const name = `/held/${held.size}`
      held.set(name, promise)
      return { path: name, release: resolve }
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => {
        server.close(resolve)
      })
    },
  }
}
