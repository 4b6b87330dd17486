/** Tell one path for the ways to write it: `/` between its parts, none of them `.`, and none that `..` takes back. */
export function normalizePath(path: string): string {
  const parts: string[] = []
  for (const part of path.replaceAll('\\', '/').split('/')) {
    if (part === '.' || (part === '' && parts.length > 0)) continue
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..' && parts.at(-1) !== '') parts.pop()
    else parts.push(part)
  }
  return parts.join('/')
}

/** Tells whether two paths can name one file: they are equal, or one is absolute and ends with the parts of the other. */
export function isSamePath(one: string, other: string): boolean {
  if (one === other) return true
  if (isAbsolute(one) === isAbsolute(other)) return false
  return isAbsolute(one) ? one.endsWith(`/${other}`) : other.endsWith(`/${one}`)
}

function isAbsolute(path: string): boolean {
  return /^(?:\/|[a-z]:)/i.test(path)
}

/** A set of files that knows one by any name that can be its own, in time that grows with the parts of that name alone. */
export interface FileSet {
  add(path: string): void
  has(path: string): boolean
}

/** Make an empty set of files. Names are as `normalizePath` gives them, and equal as `isSamePath` tells. */
export function createFileSet(): FileSet {
  const names = new Set<string>()
  /** The relative names that could stand for the absolute ones. */
  const endings = new Set<string>()
  return {
    add(path) {
      if (names.has(path)) return
      names.add(path)
      if (isAbsolute(path)) for (const ending of endingsOf(path)) endings.add(ending)
    },
    has(path) {
      if (names.has(path)) return true
      return isAbsolute(path) ? endingsOf(path).some((ending) => names.has(ending)) : endings.has(path)
    },
  }
}

/** `src/a.py` and `a.py` of `/repo/src/a.py`, and so on, at most so many. */
function endingsOf(path: string): string[] {
  const parts = path.split('/').slice(1)
  return parts.slice(-64).map((_, at, all) => all.slice(at).join('/'))
}
