import { posix } from 'node:path'
import { doorOf, loadedAtStart, mayImport, root } from './layout.ts'
import type { Import } from './source-file.ts'
import { placeOf, type Manifest, type Tree } from './tree.ts'
import type { Violation } from './violation.ts'

/**
 * The arrows between packages of the workspace, in their files and in their package.json.
 * A private package is nobody's dependency and may import all.
 */
export function findArrowViolations(tree: Tree): Violation[] {
  const inFiles = tree.files.flatMap((file) =>
    file.imports.flatMap((used) => {
      const advice = adviceOn(file.path, used, tree)
      return advice === undefined ? [] : [{ path: file.path, line: used.line, rule: 'wrong-arrow', advice }]
    }),
  )
  return [...inFiles, ...[...tree.packages].flatMap(([folder, manifest]) => inManifest(folder, manifest, tree))]
}

function adviceOn(path: string, used: Import, tree: Tree): string | undefined {
  const { folder: from, isSource } = placeOf(path)
  if (from === undefined) return undefined
  const isRelative = used.specifier.startsWith('.')
  const to = isRelative ? folderReached(path, used.specifier) : folderNamed(used.specifier, tree)
  if (to === undefined) return undefined
  const { name: toName } = tree.packages.get(to) ?? { name: to }

  if (to === from) {
    if (!isSource) return undefined
    return isRelative ? adviceOnDoor(path, used) : `import the file itself, not "${used.specifier}", inside the package`
  }
  if (!tree.packages.get(from)?.isPrivate && !mayImport(from, to)) {
    return `${from} may not import ${to}: take what is needed as a function or an interface of core, and let ${root} pass it in`
  }
  if (isRelative) return `import "${toName}" by its name, not by a path into another package`
  if (from === root && isSource && used.kind === 'static' && !loadedAtStart(path).includes(to)) {
    const door = doorOf(path)
    return door === undefined
      ? `load "${toName}" where it is used, with await import: who records must not load it`
      : `name "${to}" among what the door "${door}" loads, in scripts/architecture/layout.ts, or load it with await import`
  }
  return undefined
}

/** A door loads what is its own and no other file of the root, and is loaded by none: else it would load what they load. */
function adviceOnDoor(path: string, { specifier, kind }: Import): string | undefined {
  const from = doorOf(path)
  const to = doorOf(posix.join(posix.dirname(path), specifier))
  if (kind !== 'static' || from === to) return undefined
  return from === undefined
    ? `import from the packages that the door "${to}" opens, not from the door`
    : `move what the door "${from}" needs into src/doors/${from}/, or load it with await import`
}

function inManifest(folder: string, manifest: Manifest, tree: Tree): Violation[] {
  if (manifest.isPrivate) return []
  return [...manifest.shipped, ...manifest.development].flatMap(([name, line]) => {
    const to = folderNamed(name, tree)
    if (to === undefined || mayImport(folder, to)) return []
    return [{ path: manifest.path, line, rule: 'wrong-arrow', advice: `${folder} may not depend on ${to}: remove it` }]
  })
}

/** The folder of a package of ours that a bare specifier names. */
function folderNamed(specifier: string, tree: Tree): string | undefined {
  for (const [folder, { name }] of tree.packages) {
    if (specifier === name || specifier.startsWith(`${name}/`)) return folder
  }
  return undefined
}

/** The folder of the package that a relative specifier leads into. */
function folderReached(path: string, specifier: string): string | undefined {
  return placeOf(posix.join(posix.dirname(path), specifier)).folder
}
