import { pressedNames, safely, typedNames } from '@contrail/core'
import { isStrong, type SeenSecret } from '../secrets/seen-secrets.ts'
import type { SecretsAfter, StoodBefore } from './secret-looks.ts'

/** A shorter value stands in too many texts to say anything. */
const shortestTelling = 4

const mostTexts = 10_000
const longestTyped = 4_000
const deepest = 20

/**
 * Tells whether the arguments of a step hold what is in a field for a secret before or after it: a whole value, or,
 * where the step changed the value, a part of it. A weak value, such as the digit in a box of a code, stands in much: it is compared
 * with what is named as typed alone, and where the step did not change it only with a text that came into no other field.
 *
 * @param stood what was seen before the step, at its beginning or during it, and after it
 */
export function typesSecret(
  actionArgs: Readonly<Record<string, unknown>>,
  {
    before,
    meanwhile = before,
    after,
    came,
  }: {
    readonly before: readonly SeenSecret[]
    readonly meanwhile: readonly SeenSecret[] | undefined
    readonly after: readonly SeenSecret[]
    /** The texts that came into other fields. */
    readonly came: readonly string[]
  },
): boolean {
  if (before.length + meanwhile.length + after.length === 0) return false
  const typed = typedTextsOf(actionArgs).filter((text) => text !== '')
  const texts = [...typed, ...textsOf(actionArgs).filter(({ length }) => length > 1)]
  // What an earlier look saw may be gone by now, and what a look on its way sees may be the step's own doing.
  const stillThere = new Set(meanwhile.map(({ value }) => value))
  const stood = new Set(before.map(({ value }) => value).filter((value) => stillThere.has(value)))
  const placed = new Set(came)
  const isHeld = (secret: SeenSecret): boolean =>
    isStrong(secret)
      ? texts.some((text) => text.includes(secret.value))
      : secret.value.length > 1 && typed.includes(secret.value) && !placed.has(secret.value)
  const isChangedBy = (secret: SeenSecret): boolean => {
    if (stood.has(secret.value)) return false
    const compared = isStrong(secret) ? texts : typed
    return compared.some((text) => secret.value.includes(text) || text.includes(secret.value))
  }
  return before.some(isHeld) || meanwhile.some(isHeld) || after.some((secret) => isHeld(secret) || isChangedBy(secret))
}

/** The texts and numbers in the arguments of an action that are named as typed, however deep they stand. */
function typedTextsOf(actionArgs: unknown): string[] {
  const typed: string[] = []
  const collect = (item: unknown, depth: number): void => {
    if (typeof item !== 'object' || item === null || ArrayBuffer.isView(item) || depth > deepest) return
    for (const [name, inner] of Object.entries(item)) {
      if (typedNames.has(name) || pressedNames.has(name)) typed.push(...textsOf(inner))
      else collect(inner, depth + 1)
    }
  }
  try {
    collect(actionArgs, 0)
  } catch {
    // A getter that throws: the recorder marks it.
  }
  return typed
}

/** Names under which the arguments of an action hold what it types. */
const typingArguments: readonly string[] = ['text', 'keys', 'key', 'value']

/** Tells whether the arguments of an action hold something under such a name. */
export function namesTyped(actionArgs: Readonly<Record<string, unknown>>): boolean {
  return argumentsIn(actionArgs).some((given) => typingArguments.some((name) => name in given))
}

/** Names of what holds the arguments of an action in those of another: `{ action: { type: 'type', text: '...' } }`. */
const holdsArguments = /^(?:actions?|steps?|arg(?:ument)?s|param(?:eter)?s|input|payload|command)$/
const [mostHeld, deepestHeld] = [100, 5]

/** The arguments of an action, and those of the actions that stand in them. */
function argumentsIn(actionArgs: unknown): Readonly<Record<string, unknown>>[] {
  const found: Readonly<Record<string, unknown>>[] = []
  const collect = (given: unknown, depth: number): void => {
    if (typeof given !== 'object' || given === null || depth > deepestHeld || found.length >= mostHeld) return
    if (Array.isArray(given)) return given.forEach((one) => collect(one, depth + 1))
    found.push(given as Readonly<Record<string, unknown>>)
    for (const name of Object.keys(given)) {
      if (holdsArguments.test(name))
        collect(
          safely(() => Reflect.get(given, name) as unknown),
          depth + 1,
        )
    }
  }
  collect(actionArgs, 0)
  return found
}

/** The words that name an action, and those that stand in its arguments. */
function wordsOf({ actionName, actionArgs }: TypingStep): string {
  const names = argumentsIn(actionArgs).flatMap((given) =>
    ['type', 'action', 'name', 'method'].map((name) => safely(() => given[name])),
  )
  return [actionName, ...names.filter((name) => typeof name === 'string' && name.length <= longestName)].join(' ')
}

const longestName = 40

/**
 * Tells whether an action may have typed a secret where nobody could see it: the page did not answer afterwards, and had a field for
 * one, or nobody knows. Where it had none, so that one must have come in the action, only what is named as typed counts; so it does
 * of a page with such a field that is gone, or covered by a dialog.
 */
export function mayHaveTyped(
  step: TypingStep,
  { stood, after }: { readonly stood: StoodBefore; readonly after: SecretsAfter },
): boolean {
  const { actionArgs } = step
  const { hadField } = stood
  if (after.unseen === 'silent') return hadField === false ? namesTyped(actionArgs) : typeableIn(actionArgs).length > 0
  if (hadField !== true) return false
  if (after.unseen === 'cut') return namesTyped(actionArgs)
  const words = wordsOf(step)
  // Nobody heard it where a script has put it there, what took it cannot be seen, or another browser is reached by `connect()`.
  const isUnheard = after.isElsewhere
    ? !saysPointing.test(words)
    : after.isFieldFocused === false && saysTyping.test(words)
  return isUnheard && namesUnplaced(actionArgs, cameInto({ stood, after }), textArguments)
}

/**
 * Tells whether an action has typed what a field for a secret takes key by key and shows in no way, or by signs of its own: it was
 * heard taking them, unless the action points at something, or has the focus afterwards and the action says that it types; and what is
 * named as typed came into no other field.
 */
export function isTakenByKeys(
  step: TypingStep,
  { isFocusSensitive, isTaken }: SecretsAfter,
  came: readonly string[],
): boolean {
  if (!isTaken && isFocusSensitive !== true) return false
  const words = wordsOf(step)
  const isInto = saysTyping.test(words) || (isTaken && !saysPointing.test(words))
  return isInto && namesUnplaced(step.actionArgs, came, textArguments)
}

/** The words that tell what a step does. */
export interface TypingStep {
  readonly actionName: string
  readonly actionArgs: Readonly<Record<string, unknown>>
}

/** Names under which an action has a text; keys that send a form say nothing of one. */
const textArguments = ['text', 'value']
/** An action that types. */
const saysTyping = /type|typing|fill|input|enter|insert|paste|write|send.?keys/i
/** An action that is told a text to find something by it. */
const saysPointing =
  /click|tap|hover|scroll|select|choose|pick|open|follow|goto|navigate|find|wait|assert|expect|check/i

/** The texts that came in an action into fields for something else: those that were heard, and those that did not stand there before. */
export function cameInto({ stood, after }: { readonly stood: StoodBefore; readonly after: SecretsAfter }): string[] {
  const before = stood.plain && new Set(stood.plain)
  return [...after.placed, ...after.plain.filter((value) => before?.has(value) === false)]
}

/** Tells whether an action was given a text that is named as typed, and that is none of those which came into other fields. */
export function namesUnplaced(
  actionArgs: Readonly<Record<string, unknown>>,
  came: readonly string[],
  names: readonly string[] = typingArguments,
): boolean {
  const texts = argumentsIn(actionArgs).flatMap((given) => names.flatMap((name) => textsOf(safely(() => given[name]))))
  const isPlaced = (text: string): boolean =>
    came.some((value) => value === text || (text.length >= shortestTelling && value.includes(text)))
  return texts.some((text) => text !== '' && !isPlaced(text))
}

/** The texts and numbers in a value that may be typed and sent: neither short ones nor addresses, nor more than an event can hold. */
export function typeableIn(value: unknown): SeenSecret[] {
  const texts = textsOf(value).filter(
    (text) => text.length >= 3 && text.length <= longestTyped && !/^https?:/i.test(text),
  )
  return [...new Set(texts)].map((text) => ({ value: text, kind: 'password' }))
}

/** Every text and number in a value. */
export function textsOf(value: unknown): string[] {
  const texts: string[] = []
  const collect = (item: unknown, depth: number): void => {
    if (texts.length >= mostTexts || depth > deepest) return
    if (typeof item === 'string' || typeof item === 'number') texts.push(String(item))
    if (typeof item !== 'object' || item === null || ArrayBuffer.isView(item)) return
    for (const inner of Object.values(item)) collect(inner, depth + 1)
  }
  try {
    collect(value, 0)
  } catch {
    // A getter that throws hides its own text only from this look; the recorder marks it.
  }
  return texts
}
