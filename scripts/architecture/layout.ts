/** The rules of the workspace as data: who may import whom, and where each third-party package lives. */

/** The most lines a file of code may have. */
export const maximumLines = 400

/** Where a third-party package may be imported. Packages of the workspace are named by their folder. */
export interface Home {
  /** may be told anything by it */
  packages: readonly string[]
  /** may name its types and nothing else */
  typesOnly?: readonly string[]
  /** is loaded where it is used, by `await import`, so that a user without it can import ours */
  lazy?: boolean
}

/** Each third-party package that code we publish imports, and its home. A `*` at the end stands for any ending. */
const homes: Readonly<Record<string, Home>> = {
  mitt: { packages: ['core'] },
  zod: { packages: ['core', 'recorder'] },
  playwright: { packages: ['browser'], typesOnly: ['contrail'], lazy: true },
  '@sparticuz/chromium': { packages: ['browser'], lazy: true },
  commander: { packages: ['contrail'] },
  '@clack/prompts': { packages: ['contrail'] },
  sharp: { packages: ['images'] },
  pixelmatch: { packages: ['images'] },
  '@duckdb/node-api': { packages: ['analysis'] },
  hono: { packages: ['viewer'] },
  '@hono/node-server': { packages: ['viewer'] },
  preact: { packages: ['viewer'] },
  '@nats-io/*': { packages: ['remote'] },
  yauzl: { packages: ['formats'] },
  yazl: { packages: ['formats'] },
}

/** The home of a third-party package, if it has one. */
export function homeOf(name: string): Home | undefined {
  const family = Object.keys(homes).find((key) => key.endsWith('*') && name.startsWith(key.slice(0, -1)))
  return homes[name] ?? (family === undefined ? undefined : homes[family])
}

/** The package that runs in a web page too, and so imports nothing of Node. */
export const pure = 'core'

/** The composition root: it may import every package, but at its own start loads only these. */
export const root = 'contrail'
const loadedWithRoot: readonly string[] = ['core', 'recorder', 'browser']

/**
 * The doors of the root beside its first one: `src/doors/<name>.ts` is `contrail/<name>`, and loads these packages at its start
 * and no others. A door with parts of its own has them in `src/doors/<name>/`.
 */
const doors: Readonly<Record<string, readonly string[]>> = {
  models: ['core', 'models'],
}

/** The name of the door that a file of the root is, or is a part of. */
export function doorOf(path: string): string | undefined {
  return /^packages\/contrail\/src\/doors\/([^/.]+)/.exec(path)?.[1]
}

/** The packages that a file of the root may load at its start. A door that the list does not name may load none. */
export function loadedAtStart(path: string): readonly string[] {
  const door = doorOf(path)
  return door === undefined ? loadedWithRoot : (doors[door] ?? [])
}

/** May one package of the workspace import another? Both are named by their folder. */
export function mayImport(from: string, to: string): boolean {
  return to === 'core' || from === root || (from === 'viewer' && to === 'recorder')
}
