import { doesType } from '../../redact/names/named-field.ts'

const longestCommand = 1_000

/** An action that types, written in one text. */
export interface Command {
  /** The word for the element, as the tree has it; absent where it types into what has the focus. */
  readonly reference?: string
  readonly typed: string
}

/** `fill('a46', 'text')`, `type(content='text')`, `type(text="text", element="12")` */
const call =
  /\b(\w{1,30})\((?:\w{1,20}\s?=\s?)?(["'])((?:(?!\2)[^\\\n]|\\.){1,400})\2(?:\s?,\s?(?:\w{1,20}\s?=\s?)?(["'])((?:(?!\4)[^\\\n]|\\.){1,400})\4)?/g
/** `type [12] [text] [1]` */
const bracketed = /\b(\w{1,30}) \[([\w:-]{1,24})\][;,]? \[?([^\n\]]{1,400})\]?/g
/** `agent-browser fill @e12 "text"`, `browser-use input 12 "text"`, `chrome-devtools fill "1_5" "text"` */
const shell =
  /\b(\w{1,30}(?=\s["'@\d])) (?:--?\w{1,20} )?["']?(@?[\w:-]{1,24})["']? (?:"([^"\n]{1,400})"|'([^'\n]{1,400})'|([^\s"']{1,400}))/g

/** Read an action that types in a text of the arguments of a step; `undefined` where it is none. */
export function readCommand(text: string): Command | undefined {
  if (text.length > longestCommand) return undefined
  for (const [, verb, , first = '', , second] of text.matchAll(call))
    if (types(verb)) return second === undefined ? { typed: first } : { reference: first, typed: second }
  for (const [, verb, reference = '', typed = ''] of text.matchAll(bracketed))
    if (types(verb)) return { reference, typed }
  for (const [, verb, reference = '', double, single, bare] of text.matchAll(shell))
    if (types(verb)) return { reference, typed: double ?? single ?? bare ?? '' }
  return undefined
}

function types(verb: string | undefined): boolean {
  return verb !== undefined && doesType(verb) === true
}
