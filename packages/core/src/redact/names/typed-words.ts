import type { RedactionKind } from '../text/placeholder.ts'
import { kindOfElement, kindOfField } from './fields.ts'
import { isOtherField } from './named-field.ts'
import { isProse, isStateWord } from './prose.ts'
import { isReference, isStandIn } from './value.ts'

/** A secret that a sentence says to type. */
export interface TypedInWords {
  readonly start: number
  readonly end: number
  readonly kind: RedactionKind
}

const verbs =
  /\b(?:type|types|typed|enter|enters|entered|fill|fills|filled|input|inputs|write|set|paste|use|put|insert)\b/i
const longestSentence = 400

/**
 * The value that an instruction says to type into a field for a secret: `type "..." into the password field`,
 * `enter ... in the PIN box`, `fill the password with ...`. Only for texts that are instructions: anybody else's prose
 * says much of passwords.
 */
export function typedInWords(text: string): TypedInWords | undefined {
  if (text.length > longestSentence || !verbs.test(text)) return undefined
  const kind = kindOfField(text)
  if (!kind) return undefined
  const quoted = /(["'“‘`])([^"'“”‘’`\n]{1,200})["'”’`]/g
  for (const found of text.matchAll(quoted)) {
    const start = found.index + 1
    if (!kindOfField(found[2]!) || /\d/.test(found[2]!)) return { start, end: start + found[2]!.length, kind }
  }
  const found =
    /\b(?:type|enter|fill|input|write|paste|put|insert)s?\s+(?:in\s+|the\s+(?:password|code|pin|value|text)\s+)?(?<value>\S{1,200})\s+(?:in|into|to|as|for)\s/i.exec(
      text,
    ) ?? assigning.exec(text)
  const value = found?.groups?.['value']
  if (found === null || value === undefined || isWordOfForm(value)) return undefined
  const start = text.indexOf(value, found.index)
  return { start, end: start + value.length, kind }
}

/** Behind a bare `to` stands a purpose: `the password to type`. */
const assigning =
  /(?:\b(?:with|as|value)|\b(?:set|chang|updat|reset|fill|put|assign|switch|equal)[a-z]{0,5}\b.{0,200}\bto)\s*:?\s+(?<value>\S{1,200})$/i

function isWordOfForm(value: string): boolean {
  const word = /^([A-Za-z]{2,})[.,;:!?]{0,3}$/.exec(value)?.[1]
  return (
    isReference(value) ||
    isStandIn(value) ||
    (word !== undefined && (verbs.test(word) || isStateWord(word) || isProse(word))) ||
    kindOfField(value) !== undefined ||
    /^(?:the|your|my|a|an|it|this|that|into|in|field|box|form|user's|username|email|login|continue|submit|proceed)$/i.test(
      value,
    )
  )
}

/** A placeholder of an instruction, and the kind of the field that it goes to. */
export interface PlaceholderInWords {
  readonly name: string
  readonly kind: RedactionKind | undefined
}

/** The placeholders of an instruction with the kinds of their fields: `enter %a% as the user and {{b}} as the password`. */
export function placeholdersIn(text: string): PlaceholderInWords[] {
  if (text.length > longestInstruction) return []
  const found = [...text.matchAll(placeholder)]
  return found.map(({ index, 0: whole, 1: percent, 2: braces }, at) => {
    const before = text.slice(at === 0 ? 0 : found[at - 1]!.index + found[at - 1]![0].length, index)
    const behind = text.slice(index + whole.length, found[at + 1]?.index)
    // What stands behind it names the field, where anything does: `fill the password with %b%`.
    const said = behind.split(parts, 1)[0] ?? ''
    const words = /\p{L}/u.test(said) ? said : (before.split(parts).at(-1) ?? '')
    return { name: percent ?? braces ?? '', kind: isOtherField(words) ? undefined : kindOfElement(words.trim()) }
  })
}

const longestInstruction = 2_000
const placeholder = /%([\w.-]{1,60})%|\$?\{\{?\s?([\w.-]{1,60})\s?\}?\}/g
const parts = /[,;.]|\b(?:and|then)\b/
