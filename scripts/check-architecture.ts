/**
 * Hold the workspace against its architecture: see scripts/architecture/layout.ts for who may import whom. The page that shows
 * it must say the same; `--write` writes it anew.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { checkTree } from './architecture/check-tree.ts'
import { houses } from './architecture/layout.ts'
import { drawMap, mapPath } from './architecture/map.ts'
import { readTree } from './architecture/tree.ts'
import { toLine } from './architecture/violation.ts'
import { repositoryRoot } from './guards.ts'

const tree = await readTree(repositoryRoot)
const violations = checkTree(tree)
const map = drawMap(tree, houses)
const mapFile = join(repositoryRoot, mapPath)
if (process.argv.includes('--write')) await writeFile(mapFile, map)
if ((await readFile(mapFile, 'utf8').catch(() => '')) !== map) {
  const advice = 'the map is not that of the workspace: node scripts/check-architecture.ts --write'
  violations.push({ path: mapPath, line: 1, rule: 'old-map', advice })
}
for (const violation of violations) console.log(toLine(violation))
const size = `${tree.files.length} files in ${tree.packages.size} packages and scripts`
console.log(violations.length === 0 ? `${size}: no violation` : `${size}: ${violations.length} violations`)
process.exitCode = violations.length === 0 ? 0 : 1
