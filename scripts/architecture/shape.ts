import { maximumLines } from './layout.ts'
import type { SourceFile } from './source-file.ts'
import { placeOf, type Tree } from './tree.ts'
import type { Violation } from './violation.ts'

/** Find violations of the shape of one file: its length, and what it exports in which way. */
export function findShapeViolations(file: SourceFile, tree: Tree): Violation[] {
  const { folder, isSource } = placeOf(file.path)
  const at = (lines: readonly number[], rule: string, advice: string): Violation[] =>
    lines.map((line) => ({ path: file.path, line, rule, advice }))

  const isTooLong = file.lineCount > maximumLines
  const length = `${file.lineCount} lines, ${maximumLines} are allowed: give its second concept a file`
  const isSettings = /\.config\.[cm]?[jt]s$/.test(file.path)
  const entries = folder === undefined ? [] : (tree.packages.get(folder)?.entries ?? [])
  return [
    ...file.syntaxErrors.map(({ line, message }) => ({ path: file.path, line, rule: 'syntax', advice: message })),
    ...at(isTooLong ? [maximumLines + 1] : [], 'too-long', length),
    ...at(file.starExports, 'export-star', 'list the names that are exported'),
    ...at(isSettings ? [] : file.defaultExports, 'default-export', 'export it by its name'),
    ...at(
      isSource && folder === 'browser' ? file.unmarked : [],
      'unmarked-in-page',
      'mark what is sent to a page by inPage(): a bundle that keeps names would have it ask for helpers that no page has',
    ),
    ...at(file.enums, 'enum', 'use a union of strings, or an object `as const`'),
    ...at(
      isSource && !entries.includes(file.path) ? file.reExports : [],
      're-export',
      'import it from where it is defined; only index.ts exports what others define',
    ),
  ]
}
