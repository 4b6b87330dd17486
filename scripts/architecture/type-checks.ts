import { tsconfig, type Tree } from './tree.ts'
import type { Violation } from './violation.ts'

/** `tsc -b` sees only what the root tsconfig.json refers to: a package left out there would never be type-checked. */
export function findUncheckedTypes(tree: Tree): Violation[] {
  const folders = new Set(
    tree.files.flatMap(({ path }) => /^packages\/[^/]+(?=\/src\/)|^packages\/[^/]+\/test(?=\/)/.exec(path) ?? []),
  )
  return [...folders]
    .filter((folder) => !tree.typeChecked.includes(folder))
    .map((folder) => ({
      path: tsconfig,
      line: 1,
      rule: 'unchecked-types',
      advice: `add { "path": "${folder}" } to its references, and a tsconfig.json there`,
    }))
}
