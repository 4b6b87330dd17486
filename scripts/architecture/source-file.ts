import { parseSync, Visitor } from 'oxc-parser'
import { findUnmarked } from './page-functions.ts'

/** `static` runs at load, `dynamic` is `import()`, `type` is erased: `import type`, `export type … from`, `import('x').T`. */
type ImportKind = 'static' | 'dynamic' | 'type'

/** One place where a file names another module. */
export interface Import {
  specifier: string
  kind: ImportKind
  /** from 1 */
  line: number
}

/** The parts of one file that the rules look at. Lines are counted from 1. */
export interface SourceFile {
  /** from the root of the repository, with `/` */
  path: string
  lineCount: number
  imports: readonly Import[]
  /** lines that hand on what another module exports: `export … from`, or an import exported again */
  reExports: readonly number[]
  starExports: readonly number[]
  defaultExports: readonly number[]
  enums: readonly number[]
  /** lines that send a function to a page which is not marked for it */
  unmarked: readonly number[]
  /** what the parser could not read */
  syntaxErrors: readonly { line: number; message: string }[]
}

/**
 * Parse one file of TypeScript or JavaScript into what the rules look at.
 *
 * An import counts as `type` only where the whole statement is one: under `verbatimModuleSyntax` an
 * `import { type A } from 'x'` still loads x.
 *
 * @param path from the root of the repository; its ending says the language
 */
export function parseSource(path: string, text: string): SourceFile {
  const { program, errors } = parseSync(path, text)
  const lineOf = lineCounter(text)
  const imports: Import[] = []
  const reExports: number[] = []
  const starExports: number[] = []
  const defaultExports: number[] = []
  const enums: number[] = []
  const importedNames = new Set<string>()
  const add = (specifier: string, kind: ImportKind, offset: number): void => {
    imports.push({ specifier, kind, line: lineOf(offset) })
  }

  for (const statement of program.body) {
    if (statement.type !== 'ImportDeclaration') continue
    for (const { local } of statement.specifiers) importedNames.add(local.name)
  }
  new Visitor({
    ImportDeclaration: (node) => add(node.source.value, node.importKind === 'type' ? 'type' : 'static', node.start),
    ImportExpression: ({ source, start }) => {
      if (source.type === 'Literal' && typeof source.value === 'string') add(source.value, 'dynamic', start)
    },
    TSImportType: (node) => add(node.source.value, 'type', node.start),
    ExportAllDeclaration: (node) => {
      starExports.push(lineOf(node.start))
      add(node.source.value, node.exportKind === 'type' ? 'type' : 'static', node.start)
    },
    ExportNamedDeclaration: (node) => {
      if (node.source) add(node.source.value, node.exportKind === 'type' ? 'type' : 'static', node.start)
      for (const { local, exported } of node.specifiers) {
        if (nameOf(exported) === 'default') defaultExports.push(lineOf(node.start))
        if (node.source || importedNames.has(nameOf(local))) reExports.push(lineOf(node.start))
      }
    },
    ExportDefaultDeclaration: (node) => defaultExports.push(lineOf(node.start)),
    TSEnumDeclaration: (node) => enums.push(lineOf(node.start)),
  }).visit(program)

  return {
    path,
    lineCount: text.split('\n').length - (text.endsWith('\n') ? 1 : 0),
    imports,
    reExports: [...new Set(reExports)],
    starExports,
    defaultExports,
    enums,
    unmarked: findUnmarked(program).map(lineOf),
    syntaxErrors: errors.map(({ message, labels }) => ({ line: lineOf(labels[0]?.start ?? 0), message })),
  }
}

function nameOf(node: { name: string } | { value: string }): string {
  return 'name' in node ? node.name : node.value
}

/** The line, from 1, of an offset in UTF-16 units. */
function lineCounter(text: string): (offset: number) => number {
  return (offset) => text.slice(0, offset).split('\n').length
}
