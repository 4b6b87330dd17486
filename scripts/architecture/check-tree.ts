import { findArrowViolations } from './arrows.ts'
import { findCycles } from './cycles.ts'
import { findFolderViolations, type Houses } from './folders.ts'
import { findForeignImports } from './foreign-imports.ts'
import { houses as ourHouses } from './layout.ts'
import { findShapeViolations } from './shape.ts'
import type { Tree } from './tree.ts'
import { findUncheckedTypes } from './type-checks.ts'
import type { Violation } from './violation.ts'

/** Hold a workspace against every rule. No violation means an empty list; the order is by file and line. */
export function checkTree(tree: Tree, houses: Houses = ourHouses): Violation[] {
  const found = [
    ...findArrowViolations(tree),
    ...findForeignImports(tree),
    ...findCycles(tree.files),
    ...findFolderViolations(tree, houses),
    ...findUncheckedTypes(tree),
    ...tree.files.flatMap((file) => findShapeViolations(file, tree)),
  ]
  return found.toSorted((a, b) => (a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1))
}
