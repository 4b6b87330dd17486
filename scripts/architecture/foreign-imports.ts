import { isBuiltin } from 'node:module'
import { homeOf, isPure } from './layout.ts'
import type { Import } from './source-file.ts'
import { placeOf, type Manifest, type Tree } from './tree.ts'
import type { Violation } from './violation.ts'

/** Imports of what is not a file: Node's own modules, and packages that must be declared and have a home. */
export function findForeignImports(tree: Tree): Violation[] {
  return tree.files.flatMap((file) =>
    file.imports
      .filter(({ specifier }) => !/^[./#]/.test(specifier))
      .flatMap((used) =>
        adviceOn(file.path, used, tree).map((found) => ({ path: file.path, line: used.line, ...found })),
      ),
  )
}

type Finding = Pick<Violation, 'rule' | 'advice'>

function adviceOn(path: string, used: Import, tree: Tree): Finding[] {
  const { folder, isSource } = placeOf(path)
  if (isBuiltin(used.specifier)) {
    if (!isPure(path)) return []
    return [{ rule: 'node-in-page', advice: `this runs in a page too: take "${used.specifier}" as a function` }]
  }
  const name = packageName(used.specifier)
  const manifest = folder === undefined ? tree.root : tree.packages.get(folder)
  if (manifest === undefined) return []
  const undeclared = findUndeclared(name, manifest, isSource, tree)
  const isOurs = [...tree.packages.values()].some((other) => other.name === name)
  if (folder === undefined || !isSource || isOurs || manifest.isPrivate) return undeclared
  return [...undeclared, ...findHomeless(folder, name, used)]
}

/** `@scope/name/deep/path` is of the package `@scope/name`. */
function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

/**
 * Find an import that its package does not name: what `src` imports must come along with the package. Tests and scripts
 * may use what is in the root, too.
 */
function findUndeclared(name: string, manifest: Manifest, isSource: boolean, tree: Tree): Finding[] {
  const groups = isSource
    ? [manifest.shipped]
    : [manifest.shipped, manifest.development, tree.root.development, tree.root.shipped]
  if (name === manifest.name || groups.some((group) => group.has(name))) return []
  const where = isSource ? 'dependencies or peerDependencies' : 'devDependencies'
  return [{ rule: 'undeclared', advice: `add "${name}" to the ${where} of ${manifest.path}` }]
}

function findHomeless(folder: string, name: string, { kind }: Import): Finding[] {
  const home = homeOf(name)
  if (home === undefined) {
    return [
      { rule: 'home', advice: `"${name}" has no home yet: name its one package in scripts/architecture/layout.ts` },
    ]
  }
  const isHome = home.packages.includes(folder)
  const mayName = home.typesOnly?.includes(folder) === true
  if (!isHome && !(mayName && kind === 'type')) {
    const limit = mayName ? `; ${folder} may only name its types, with import type` : ''
    return [{ rule: 'home', advice: `"${name}" is imported by ${home.packages.join(' and ')} alone${limit}` }]
  }
  if (home.lazy === true && kind === 'static') {
    return [
      { rule: 'lazy', advice: `load "${name}" where it is used, with await import; its types come by import type` },
    ]
  }
  return []
}
