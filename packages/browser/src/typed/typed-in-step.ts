import { isStrong, type SeenSecret } from '../secrets/seen-secrets.ts'
import type { SecretsAfter, StoodBefore } from './secret-looks.ts'
import {
  cameInto,
  isTakenByKeys,
  mayHaveTyped,
  namesTyped,
  namesUnplaced,
  typeableIn,
  typesSecret,
  type TypingStep,
} from './typed-texts.ts'

/** A page around an action. */
export interface SeenAround {
  readonly stood: StoodBefore
  readonly after: SecretsAfter
}

/** The pages that an action may have typed into. */
export interface SeenPages {
  /** The one that it is said to act on. */
  readonly page: SeenAround
  /** Undefined where it is known to act on nothing else. */
  readonly popups: readonly SeenAround[] | undefined
}

/**
 * Tells whether an action has typed a secret, or may have where nobody could see it: what it was given is compared with the fields of
 * its page and of the popups, and is taken for a secret where one of them was not there to be looked at. What is named as typed is
 * one too where the focus is in a closed shadow root before or after it, unless it came into a field that can be seen to take something
 * else.
 */
export async function typedInStep(step: TypingStep, { page, popups }: SeenPages): Promise<boolean> {
  const { actionArgs } = step
  if (mayHaveTyped(step, page)) return true
  const pages = [page, ...(popups ?? [])]
  const came = pages.flatMap(cameInto)
  if (isTakenByKeys(step, page.after, came)) return true
  for (const { stood, after } of pages) {
    const around = { before: stood.values, meanwhile: await stood.meanwhile, after: after.values, came }
    if (typesSecret(actionArgs, around)) return true
  }
  if (!popups) return false
  if (!namesTyped(actionArgs)) return popups.some(isSilentWithField) && typeableIn(actionArgs).length > 0
  const focus = [...(await Promise.all(pages.map(({ stood }) => stood.focus))), ...pages.map((seen) => seen.after)]
  if (!popups.some(isUnseen) && !focus.some((one) => one?.isFocusHidden)) return false
  // Of a page of many fields it takes long to compare them, so that is done last.
  return namesUnplaced(actionArgs, came)
}

/**
 * The values that were seen in the fields for secrets of all pages. A weak one is a secret of the step that put it there, and is no longer
 * among them in the next.
 */
export async function valuesAround({ page, popups }: SeenPages): Promise<SeenSecret[]> {
  const values = [page, ...(popups ?? [])].map(async ({ stood, after }) => {
    const before = new Set(stood.values.map(({ value }) => value))
    const told = [...stood.values, ...((await stood.meanwhile) ?? [])].filter(isStrong)
    return [...told, ...after.values.filter((secret) => isStrong(secret) || !before.has(secret.value))]
  })
  return (await Promise.all(values)).flat()
}

/** As it is with a page that does not answer. One that the agent has nothing to do with may do so too, and costs its steps less. */
function isSilentWithField({ stood, after }: SeenAround): boolean {
  return after.unseen === 'silent' && stood.hadField === true
}

/** A popup that is gone counts unless it was there before without a field for a secret: that it had none is not known of a new one. */
function isUnseen({ stood, after }: SeenAround): boolean {
  return after.unseen === 'silent' || (after.unseen === 'cut' && stood.hadField !== false)
}
