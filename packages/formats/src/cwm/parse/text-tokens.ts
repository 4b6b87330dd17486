import { endOfString, skipBlanks } from './scan-json.ts'
import type { FoundToken, TokenSource } from './token-source.ts'
import { traceTokens, type Separator } from '../format/tokens.ts'

const opening = '<|'

const separators = (Object.keys(traceTokens) as (keyof typeof traceTokens)[]).filter(
  (name): name is Separator => name !== 'traceContextStart',
)

/**
 * The separators of a trace that is a text. Only the grammar tells them from the same letters in strings and source lines, so
 * each region has its own search. None looks at a place more than a few times.
 */
export function createTextTokens(text: string): TokenSource {
  return {
    text,
    next: (region, from) => {
      if (region === 'between') return findToken(text, from, isBetweenFrames)
      if (region === 'locals') return behindLocals(text, from)
      return region === 'source' ? behindSource(text, from) : behindValue(text, from)
    },
    brokenTokenFrom: (from) => {
      const start = text.lastIndexOf('<')
      return start >= from && isBrokenToken(text, start) ? start : undefined
    },
  }
}

/** The first separator outside of strings. What begins like a string and is none is text that any separator ends. */
function behindLocals(text: string, from: number): FoundToken | undefined {
  for (let at = from; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit === 0x22) {
      const close = endOfString(text, at, text.length)
      if (close < 0 || !canFollowString(text, close + 1)) return findToken(text, at, () => true)
      at = close
    } else if (unit === 0x3c) {
      const found = tokenAt(text, at)
      if (found) return found
    }
  }
  return undefined
}

function canFollowString(text: string, at: number): boolean {
  const next = skipBlanks(text, at, text.length)
  return next >= text.length || ',:}]'.includes(text[next] ?? '') || beginsToken(text, next)
}

/** A source line goes to `frame_sep` or `arg_sep`. The end and the events are text in it, but not behind its line end. */
function behindSource(text: string, from: number): FoundToken | undefined {
  return findToken(text, from, (name, start, end) => {
    if (name === 'frameSep' || name === 'argSep') return true
    if (name === 'actionSep') return false
    return (start > from && text[start - 1] === '\n') || (name === 'endOfText' && end === text.length)
  })
}

/** A value is one string, with a separator behind it. What is none goes to the first separator that can stand there. */
function behindValue(text: string, from: number): FoundToken | undefined {
  const open = skipBlanks(text, from, text.length)
  const close = text[open] === '"' ? endOfString(text, open, text.length) : -1
  if (close < 0) return findToken(text, from, isBetweenFrames)
  // Without its last quote it is a faulty value only where a whole frame goes on, else a piece of one.
  if (close >= text.length) {
    return findToken(text, from, (name, _start, end) => {
      return isBetweenFrames(name) && (end >= text.length || beginsToken(text, end))
    })
  }
  const next = skipBlanks(text, close + 1, text.length)
  if (next >= text.length || isBrokenToken(text, next)) return undefined
  const behind = tokenAt(text, next)
  return behind && isBetweenFrames(behind.name) ? behind : findToken(text, from, isBetweenFrames)
}

/** A frame or the end begins with it, or a frame has ended. */
function isBetweenFrames(name: Separator): boolean {
  return name !== 'actionSep' && name !== 'argSep'
}

function findToken(
  text: string,
  from: number,
  counts: (name: Separator, start: number, end: number) => boolean,
): FoundToken | undefined {
  for (let at = text.indexOf(opening, from); at >= 0; at = text.indexOf(opening, at + opening.length)) {
    const found = tokenAt(text, at)
    if (found && counts(found.name, found.start, found.end)) return found
  }
  return undefined
}

function tokenAt(text: string, at: number): FoundToken | undefined {
  if (!text.startsWith(opening, at)) return undefined
  const name = separators.find((separator) => text.startsWith(traceTokens[separator], at))
  return name && { name, start: at, end: at + traceTokens[name].length }
}

function beginsToken(text: string, at: number): boolean {
  return tokenAt(text, at) !== undefined || isBrokenToken(text, at)
}

const longestToken = Math.max(...Object.values(traceTokens).map(({ length }) => length))

/** Tells whether the text ends within a token that begins here. */
function isBrokenToken(text: string, at: number): boolean {
  if (text.length - at >= longestToken || text.length <= at) return false
  const piece = text.slice(at)
  return Object.values(traceTokens).some((token) => token.length > piece.length && token.startsWith(piece))
}
