import type { ImageReference, Trajectory } from '@contrail/core'
import { textsIn } from './texts.ts'

/** The answer of a run in words: what it said, else the texts of its structured answer. `''` where it gave none. */
export function answerOf({ finalAnswer, finalOutput }: Trajectory<ImageReference>): string {
  return (finalAnswer ?? textsIn(finalOutput, 200).join('\n')).slice(0, 100_000).trim()
}

const givingUp = [
  /\b(?:i|we) (?:was|were|am|are) (?:not able|unable|forced to stop)\b/i,
  /\b(?:i|we) (?:can(?:not|'t| not)|could(?: not|n't)|did(?: not|n't) manage|failed|gave up|give up|have to (?:stop|give up)|had to (?:stop|give up)|stopped(?! (?:right |just )?(?:before|at|there as)\b))\b/i,
  /\b(?:unable|not able|failed|not possible|impossible) to (?:complete|finish|find|do|get|reach|proceed|continue|answer|perform|order|buy|place|submit|access|load|open)\b/i,
  /\b(?:task|order|purchase|request|it) (?:could|can)(?:not|n't| not) be (?:completed|done|finished|placed|found)\b/i,
  /\bthe task (?:failed|is impossible|was not completed)\b/i,
  /\bgiv(?:e|ing) up\b/i,
]
const success =
  /\b(?:success(?:ful(?:ly)?)?|done|complete[d]?|finished|placed|ordered|bought|purchased|paid|saved|sent|submitted|deleted|removed|confirmed|booked|reserved|updated|changed|added|created|posted|published|cancel?led|subscribed|on its way)\b/i
const denied =
  /\b(?:not|never|n't|without being|failed to be|no) (?:yet |been |be |successfully )*(?:success\w*|done|completed?|finished|placed|ordered|bought|purchased|paid|saved|sent|submitted|deleted|removed|confirmed|booked|reserved|updated|changed|added|created|posted|published|cancel?led)\b/i

/** Tells whether an answer says that the agent did not do what it was asked. */
export function givesUp(trajectory: Trajectory<ImageReference>): boolean {
  const answer = plain(answerOf(trajectory))
  return givingUp.some((words) => words.test(answer))
}

/** Tells whether an answer says that what was asked was done. */
export function claimsSuccess(trajectory: Trajectory<ImageReference>): boolean {
  const answer = plain(answerOf(trajectory))
  return success.test(answer) && !denied.test(answer) && !givesUp(trajectory)
}

function plain(text: string): string {
  return text.slice(0, 10_000).replaceAll('’', "'").replaceAll(/\s+/g, ' ')
}
