import { stripVTControlCharacters } from 'node:util'
import { readCallLog, type RedactionKind } from '@contrail/core'
import type { SeenSecret } from '../secrets/seen-secrets.ts'
import type { SecretsAfter, StoodBefore } from './secret-looks.ts'
import { textsOf } from './typed-texts.ts'

/**
 * Tells whether an action has failed to type a secret, and which: nothing can be seen of it in its page. Where the error says nothing of
 * the field, a page with one for a secret is taken to have been aimed at there.
 */
export function failedInStep(
  outcome: Outcome,
  page: { readonly stood: Pick<StoodBefore, 'hadField'>; readonly after: Pick<SecretsAfter, 'hasField'> } | undefined,
): { readonly values: readonly SeenSecret[] } | undefined {
  const failed = failedTyping(outcome.threw ? messagesOf(outcome.error) : textsOf(outcome.value))
  const hasField = page?.stood.hadField === true || page?.after.hasField === true
  if (!failed?.kind || (failed.kind === 'unknown' && !hasField)) return undefined
  const kind = failed.kind === 'unknown' ? 'password' : failed.kind
  return { values: failed.values.map((value) => ({ value, kind })) }
}

type Outcome = { readonly threw: true; readonly error: unknown } | { readonly threw: false; readonly value: unknown }

/** The messages of an error and of its causes. */
function messagesOf(error: unknown): string[] {
  const messages: string[] = []
  try {
    for (let at = error; at !== undefined && messages.length < mostCauses;) {
      messages.push(...(at instanceof Error ? [at.message] : textsOf(at)))
      at = at instanceof Error ? at.cause : undefined
    }
  } catch {
    // One that cannot be read: the recorder marks it.
  }
  return messages
}

const longestError = 100_000
const mostCauses = 5
const typingCall = /\b(?:page|frame|locator|elementHandle)\.(?:fill|type|pressSequentially|press):/i

/**
 * Read in the texts that an action gave, or threw, what it failed to type and into what: a field that is hidden or takes nothing holds
 * nothing afterwards, but the error says the element and, as a call of `fill`, the text. The kind is `unknown` where nothing is said of the
 * field.
 *
 * @returns `undefined` where none of them tells of that
 */
function failedTyping(
  texts: readonly string[],
): { readonly kind: RedactionKind | 'unknown' | undefined; readonly values: readonly string[] } | undefined {
  const error = texts.find((text) => text.length <= longestError && typingCall.test(text))
  if (error === undefined) return undefined
  const said = stripVTControlCharacters(error)
  const { kind, typed } = readCallLog(said)
  const isToldOf = /<(?:input|textarea)\b/.test(said)
  return { kind: kind ?? (isToldOf ? undefined : 'unknown'), values: [...new Set(typed.map(({ value }) => value))] }
}
