import { launchBrowser } from '@contrail/browser'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import type { Browser } from 'playwright'

/** A browser for which every name leads to one server, and which writes down all that its network does. */
export interface Witness extends AsyncDisposable {
  readonly browser: Browser
  /** The number of connections that the server has had. */
  served(): number
  /** Names of the hosts that the browser's own log has a request to. It ends the browser. */
  hostsInLog(): Promise<string[]>
}

/** Hosts that an ordinary Chromium asks by itself, for updates and accounts, whatever page is open. */
const ownHosts = ['update.googleapis.com', 'accounts.google.com']

/** Open a witness that keeps its log in a folder. */
export async function openWitness(folder: string): Promise<Witness> {
  let connections = 0
  const server = createServer((_, response) => response.end('control')).on('connection', () => (connections += 1))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const log = path.join(folder, '.network.json')
  const nowhere = ownHosts.map((host) => `MAP ${host} ~NOTFOUND`).join(', ')
  const args = [`--host-resolver-rules=${nowhere}, MAP * 127.0.0.1:${port}`, `--log-net-log=${log}`]
  const { browser } = await launchBrowser({ args })
  return {
    browser,
    served: () => connections,
    async hostsInLog() {
      await browser.close()
      const urls = (await readFile(log, 'utf8')).matchAll(
        /"(?:url|origin|original_url)":"(?:https?|wss?|ftp):\\?\/\\?\/([^"/:]+)/g,
      )
      return [...new Set([...urls].map(([, host = '']) => host))].filter((host) => !ownHosts.includes(host))
    },
    async [Symbol.asyncDispose]() {
      await browser.close()
      server.closeAllConnections()
      server.close()
    },
  }
}
