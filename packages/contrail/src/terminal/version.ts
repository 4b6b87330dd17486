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

/** The oldest Node that Contrail runs on. */
export const oldestNode = '22.18'

/** Tell whether Contrail runs on a version of Node, e.g. `24.21.0`. */
export function runsOnNode(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [oldestMajor = 0, oldestMinor = 0] = oldestNode.split('.').map(Number)
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)
}
