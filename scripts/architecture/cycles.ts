import { posix } from 'node:path'
import type { SourceFile } from './source-file.ts'
import type { Violation } from './violation.ts'

/**
 * Circles of files that import each other, types included: such files are one thing in several parts.
 * One violation for every circle found, at the import that closes it.
 */
export function findCycles(files: readonly SourceFile[]): Violation[] {
  const byPath = new Map(files.map((file) => [file.path, file]))
  const finished = new Set<string>()
  const trail: string[] = []
  const found: Violation[] = []

  const visit = (file: SourceFile): void => {
    trail.push(file.path)
    for (const { specifier, line } of file.imports) {
      if (!specifier.startsWith('.')) continue
      const target = posix.join(posix.dirname(file.path), specifier)
      const start = trail.indexOf(target)
      if (start >= 0) {
        const circle = [...trail.slice(start), target].join(' -> ')
        found.push({ path: file.path, line, rule: 'cycle', advice: `move what both need into a third file: ${circle}` })
        continue
      }
      const next = byPath.get(target)
      if (next && !finished.has(target)) visit(next)
    }
    trail.pop()
    finished.add(file.path)
  }

  for (const file of files) if (!finished.has(file.path)) visit(file)
  return found
}
