import { readFileSync } from 'node:fs'

/**
 * The version of this package, as its package.json says. Undefined where that does not stand above this file, as in a
 * program that was bundled into one: what stands there then is somebody else's.
 */
export function readToolVersion(): string | undefined {
  try {
    const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
    const { name, version } = JSON.parse(text) as { name?: unknown; version?: unknown }
    return name === '@contrail/recorder' && typeof version === 'string' ? version : undefined
  } catch {
    // A bundle has no such file, and as CommonJS no address of its own: the version is left out.
    return undefined
  }
}
