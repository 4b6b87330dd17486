import { createPackageFromTarballData } from '@arethetypeswrong/core'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

/** A registry of packages, of these alone. */
export interface Registry extends AsyncDisposable {
  /** Its address, e.g. `http://127.0.0.1:4873`. */
  readonly origin: string
  /** The address of a package's tarball. */
  tarballOf(name: string): string
}

/**
 * Serve tarballs as the registry does in which they will be published: npm reads their manifests without unpacking them.
 *
 * @param folder of the tarballs
 * @param tarballs the file of each, by the name of its package
 */
export async function serveTarballs(folder: string, tarballs: ReadonlyMap<string, string>): Promise<Registry> {
  const manifests = new Map<string, { version: string }>()
  const files = new Map<string, Uint8Array>()
  for (const [name, file] of tarballs) {
    const bytes = await readFile(join(folder, file))
    files.set(`-/${file}`, bytes)
    const contents = createPackageFromTarballData(bytes)
    manifests.set(name, JSON.parse(contents.readFile(`/node_modules/${name}/package.json`)) as { version: string })
  }
  const addressOf = (file: string): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/-/${file}`
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '/').slice(1)
    // Of the next run these are others, under the same names.
    response.setHeader('cache-control', 'no-store')
    if (files.has(path)) return response.end(files.get(path))
    const manifest = manifests.get(path)
    if (!manifest) return response.writeHead(404).end('{}')
    const { version } = manifest
    const published = { ...manifest, dist: { tarball: addressOf(tarballs.get(path) ?? '') } }
    const packument = { name: path, 'dist-tags': { latest: version }, versions: { [version]: published } }
    response.setHeader('content-type', 'application/json').end(JSON.stringify(packument))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: addressOf('').slice(0, -'/-/'.length),
    tarballOf: (name) => addressOf(tarballs.get(name) ?? ''),
    [Symbol.asyncDispose]: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
