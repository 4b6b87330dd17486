import type { GeneratedTrace } from '../format/frame.ts'
import { readTrace } from './parse-trace.ts'
import type { FoundToken, TokenSource } from './token-source.ts'
import { traceTokenIds, traceTokens, type Separator } from '../format/tokens.ts'

/** The number of the end of text in the vocabulary of CWM. */
const endOfTextId = 128_001

/** Numbers of tokens in another vocabulary than CWM's; what is not given is as there. */
export type TraceTokenIds = Partial<Record<keyof typeof traceTokens, number>>

/**
 * Read a generation that is still tokens. A separator is its number and nothing else, so the same letters in a source line or a
 * string are text, and the counts of tokens are real. `raw`, `tail` and offsets are of the text that the tokens stand for.
 *
 * @param options.decode the text of some tokens; it is asked for all between two separators at once, and for an unknown one alone
 * to learn of another end of text
 * @param options.ids of another vocabulary
 */
export function parseTraceTokens(
  ids: readonly number[],
  options: { decode: (ids: number[]) => string; ids?: TraceTokenIds },
): GeneratedTrace {
  return readTrace(createNumberedTokens(ids, options.decode, separatorsOf(options)))
}

/** @returns what a number separates, if it does */
function separatorsOf(options: {
  decode: (ids: number[]) => string
  ids?: TraceTokenIds
}): (id: number) => Separator | undefined {
  const { traceContextStart: _, ...numbers } = { endOfText: endOfTextId, ...traceTokenIds, ...options.ids }
  const known = new Map<number, Separator | undefined>(
    (Object.keys(numbers) as Separator[]).map((name) => [numbers[name], name]),
  )
  return (id) => {
    if (!known.has(id)) {
      const isEnd = options.ids?.endOfText === undefined && options.decode([id]) === traceTokens.endOfText
      known.set(id, isEnd ? 'endOfText' : undefined)
    }
    return known.get(id)
  }
}

function createNumberedTokens(
  ids: readonly number[],
  decode: (ids: number[]) => string,
  separatorOf: (id: number) => Separator | undefined,
): TokenSource {
  const found: FoundToken[] = []
  const pieces: string[] = []
  let length = 0
  const add = (piece: string): number => {
    pieces.push(piece)
    length += piece.length
    return length
  }
  let textFrom = 0
  for (const [index, id] of ids.entries()) {
    const name = separatorOf(id)
    if (!name) continue
    const start = index > textFrom ? add(decode(ids.slice(textFrom, index))) : length
    found.push({ name, start, end: add(traceTokens[name]), tokensBefore: index - textFrom })
    textFrom = index + 1
  }
  if (textFrom < ids.length) add(decode(ids.slice(textFrom)))
  let cursor = 0
  return {
    text: pieces.join(''),
    next: (region, from) => {
      for (; cursor < found.length; cursor++) {
        const token = found[cursor]
        if (!token || token.start < from) continue
        const isWithinFrame = token.name === 'actionSep' || token.name === 'argSep'
        if (isWithinFrame && (region === 'between' || region === 'value')) continue
        return token
      }
      return undefined
    },
    brokenTokenFrom: () => undefined,
  }
}
