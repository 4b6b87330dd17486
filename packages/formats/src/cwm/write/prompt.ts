import { normalizeSource } from '../format/source-line.ts'
import { startMarker, traceTokens } from '../format/tokens.ts'

/**
 * The prompt that asks CWM for the trace of a program.
 *
 * @param options.context the source of the program
 * @param options.entryLine where the trace begins: the number of a line, from 1, or the line as it stands. It is marked where it
 * is not yet
 * @throws {TypeError} where the program has no such line
 */
export function tracePrompt({ context, entryLine }: { context: string; entryLine: number | string }): string {
  const lines = context.split('\n')
  const index =
    typeof entryLine === 'number'
      ? entryLine - 1
      : lines.findIndex((line) => normalizeSource(line) === normalizeSource(entryLine))
  const line = lines[index]
  if (line === undefined) {
    const expected = `a line of the program, which has ${lines.length}`
    throw new TypeError(`entryLine: expected ${expected}, got ${JSON.stringify(entryLine)}`)
  }
  const [, text = '', end = ''] = /^(.*?)(\r?)$/s.exec(line) ?? []
  const marked = text.trimEnd().endsWith(startMarker) ? text : `${text}  ${startMarker}`
  const program = lines.with(index, `${marked}${end}`).join('\n')
  return `<|begin_of_text|>${traceTokens.traceContextStart}${program}${traceTokens.frameSep}`
}
