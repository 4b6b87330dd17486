import { readFileSync } from 'node:fs'

/** The version of this package, as its package.json says; `unknown` in a program that was bundled without it. */
export function readVersion(): string {
  try {
    const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
    const { name, version } = JSON.parse(text) as { name?: unknown; version?: unknown }
    return name === 'contrail' ? String(version) : 'unknown'
  } catch {
    // What a version is read for goes on without it.
    return 'unknown'
  }
}
