import { posix } from 'node:path'
import { mostFilesInFolder, type Room } from './layout.ts'
import type { SourceFile } from './source-file.ts'
import { placeOf, type Tree } from './tree.ts'
import type { Violation } from './violation.ts'

/** The folders of each package in their order, the lowest first, by the package's own folder. */
export type Houses = Readonly<Record<string, readonly Room[]>>

/**
 * Find what breaks the order inside the packages: a file imports from its own folder and from those that stand before it,
 * never from a later one; and no folder has so many files that its names cannot be read at a glance.
 */
export function findFolderViolations(tree: Tree, houses: Houses): Violation[] {
  const entries = new Set([...tree.packages.values()].flatMap((manifest) => manifest.entries))
  const inOrder = tree.files.filter(({ path }) => placeOf(path).isSource && !entries.has(path))
  return [...inOrder.flatMap((file) => findArrowsUp(file, houses)), ...findFullFolders(tree.files)]
}

function findArrowsUp(file: SourceFile, houses: Houses): Violation[] {
  const { folder = '' } = placeOf(file.path)
  const order = houses[folder]?.map((room) => room.folder)
  if (!order) return []
  const from = roomOf(file.path)
  const floor = order.indexOf(from)
  if (floor < 0) {
    const advice = `packages/${folder}/src/${from} is no folder of layout.ts: give it a place in the order and a meaning`
    return [{ path: file.path, line: 1, rule: 'unknown-folder', advice }]
  }
  return file.imports.flatMap(({ specifier, line }) => {
    if (!specifier.startsWith('.')) return []
    const target = posix.join(posix.dirname(file.path), specifier)
    const place = placeOf(target)
    if (place.folder !== folder || !place.isSource) return []
    const to = roomOf(target)
    if (order.indexOf(to) <= floor) return []
    const advice = `${from} stands before ${to}, so it may not import ${target}: move what both need down`
    return [{ path: file.path, line, rule: 'arrow-up', advice }]
  })
}

function findFullFolders(files: readonly SourceFile[]): Violation[] {
  const byFolder = Map.groupBy(
    files.filter(({ path }) => path.startsWith('packages/')),
    ({ path }) => posix.dirname(path),
  )
  return [...byFolder].flatMap(([folder, { length }]) => {
    if (length <= mostFilesInFolder) return []
    const advice = `${length} files, ${mostFilesInFolder} are allowed: find the second idea among them`
    return [{ path: folder, line: 1, rule: 'full-folder', advice }]
  })
}

/** The folder of a file below its package's `src`; `.` for one that stands in `src` itself. */
function roomOf(path: string): string {
  return posix.dirname(path.split('/').slice(3).join('/'))
}
