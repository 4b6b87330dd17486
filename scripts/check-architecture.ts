/** Hold the workspace against its architecture: see scripts/architecture/layout.ts for who may import whom. */
import { checkTree } from './architecture/check-tree.ts'
import { readTree } from './architecture/tree.ts'
import { toLine } from './architecture/violation.ts'
import { repositoryRoot } from './guards.ts'

const tree = await readTree(repositoryRoot)
const violations = checkTree(tree)
for (const violation of violations) console.log(toLine(violation))
const size = `${tree.files.length} files in ${tree.packages.size} packages and scripts`
console.log(violations.length === 0 ? `${size}: no violation` : `${size}: ${violations.length} violations`)
process.exitCode = violations.length === 0 ? 0 : 1
