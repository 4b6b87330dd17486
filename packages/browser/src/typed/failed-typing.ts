import { stripVTControlCharacters } from 'node:util'
import type { RedactionKind } from '@contrail/core'
import type { SeenSecret } from '../secrets/seen-secrets.ts'
import { kindOfSensitiveField } from '../secrets/sensitive-fields.ts'
import { textsOf, type SecretsAfter, type StoodBefore } from './step-secrets.ts'

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

/** The words of Playwright on a text that it could not type. */
interface FailedTyping {
  /** The kind of secret that the field takes, `undefined` for one that takes none; `unknown` where nothing is said of the field. */
  readonly kind: RedactionKind | 'unknown' | undefined
  readonly values: readonly string[]
}

const longestError = 100_000
const mostCauses = 5
const typingCall = /\b(?:page|frame|locator|elementHandle)\.(?:fill|type|pressSequentially|press):/i
const fieldTag = /<(input|textarea)\b([^<>]{0,2000})>/g
const attribute = /([a-z-]{1,40})="([^"]{0,300})"/g
const quoted = /'((?:[^'\\\n]|\\.){1,300})'/g

/**
 * Read in the texts that an action gave, or threw, what it failed to type and into what: a field that is hidden or takes nothing holds
 * nothing afterwards, but the error says the element and, as a call of `fill`, the text.
 *
 * @returns `undefined` where none of them tells of that
 */
function failedTyping(texts: readonly string[]): FailedTyping | undefined {
  const error = texts.find((text) => text.length <= longestError && typingCall.test(text))
  if (error === undefined) return undefined
  const said = stripVTControlCharacters(error)
  const values = [...said.matchAll(/^ *- fill\("([^]{0,4000}?)"\)$/gm)].map(([, value]) => value!)
  const words = said.replaceAll(/^ *- fill\("[^]{0,4000}?"\)$/gm, '')
  const elements = [...words.matchAll(fieldTag)].map(([, tag, rest]) => kindOfTag(tag!, rest!))
  const finders = [...words.matchAll(/^.*(?:waiting for|violation:) (.{1,1000})$/gm)].map(([, finder]) =>
    kindOfFinder(finder!),
  )
  const kind = [...elements, ...finders].find((one) => one !== undefined)
  return { kind: kind ?? (elements.length === 0 ? 'unknown' : undefined), values: [...new Set(values)] }
}

function kindOfTag(tag: string, rest: string): RedactionKind | undefined {
  const attributes = new Map([...rest.matchAll(attribute)].map(([, name, value]) => [name, value!]))
  const read = (...names: string[]): string[] => names.flatMap((name) => attributes.get(name) ?? [])
  return kindOfSensitiveField({
    type: tag === 'input' ? (attributes.get('type') ?? '').toLowerCase() : '',
    autocomplete: attributes.get('autocomplete') ?? '',
    keys: read('name', 'id'),
    labels: read('aria-label', 'placeholder', 'title'),
  })
}

/** `getByLabel('Password')` names a field as a person does, `locator('#password')` as its page does. */
function kindOfFinder(finder: string): RedactionKind | undefined {
  const texts = [...finder.matchAll(quoted)].map(([, text]) => text!)
  const isNamed = finder.startsWith('getBy')
  const keys = isNamed ? [] : texts.flatMap((text) => text.split(/[^\w-]+/).filter(Boolean))
  return kindOfSensitiveField({ type: '', autocomplete: '', keys, labels: isNamed ? texts : [] })
}
