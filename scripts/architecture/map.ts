import type { Houses } from './folders.ts'
import type { Tree } from './tree.ts'

/** The page that shows the house, from the root of the repository. */
export const mapPath = 'packages/README.md'

/**
 * Draw the packages and their folders as a page of Markdown, from the manifests and the order of folders: what is checked is
 * what is shown.
 */
export function drawMap(tree: Tree, houses: Houses): string {
  const rows = [...tree.packages].flatMap(([folder, { name, description }]) =>
    description === undefined ? [] : [`- [\`${name}\`](${folder}): ${description}${floorsOf(folder, houses)}`],
  )
  return `${heading}\n${rows.join('\n')}\n`
}

function floorsOf(folder: string, houses: Houses): string {
  const rooms = (houses[folder] ?? []).map((room) => room.folder).filter((room) => room !== '.')
  return rooms.length === 0 ? '' : `\n  ${rooms.map((room) => `\`${room}\``).join(' ← ')}`
}

const heading = `# The packages

Made by \`node scripts/check-architecture.ts --write\` from each package.json and \`scripts/architecture/layout.ts\`, which says in a
line what every folder is for; the check fails when this page says something else. The packages are a star: all may import
\`core\`, \`viewer\` also \`recorder\`, \`contrail\` imports them all, and nothing else imports a sibling. Inside a package a folder imports
from those on its left, never from those on its right.
`
