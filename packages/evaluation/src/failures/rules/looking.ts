import type { ImageReference, Step } from '@contrail/core'
import type { PageState } from '../../run/page.ts'
import type { Run, StepFacts } from '../../run/run.ts'
import { evidenceId } from '../../run/evidence.ts'
import { textsIn } from '../../run/texts.ts'
import { claimsSuccess } from '../../run/answer.ts'
import { changesTheWorld } from '../../run/verbs.ts'
import { seenAfter, type Finding } from '../finding.ts'

const fewestBlind = 2
/** A result that is shorter says that something was done, and shows no page. */
const shortestLook = 80

/**
 * ACT_WITHOUT_OBSERVING: 2 or more acting steps on a page other than the newest that the model was given, as a picture, by a look, or by a
 * result of 80 characters or more. Not judged where no step holds such evidence: then the agent looked by ways that nobody recorded. A long
 * result now and then is no such evidence either.
 */
export function actingBlind({ steps, pages }: Run): Finding | undefined {
  if (!looksAreRecorded(steps)) return undefined
  let given: PageState | undefined
  let picture: string | undefined
  let row: StepFacts[] = []
  for (const facts of steps) {
    const { step, before, after, kind } = facts
    const image = agentImage(step)
    if (image && image.id !== picture) {
      picture = image.id
      given = image.url === undefined || image.url === before?.url ? (before ?? { url: image.url }) : { url: image.url }
      if (row.length >= fewestBlind) break
      row = []
    }
    const acts = facts.acts && kind !== 'navigate'
    if (acts && given && before && pages.isOther(given, before)) row.push(facts)
    if (isLook(facts)) {
      if (row.length >= fewestBlind) break
      given = after
      row = []
    }
  }
  if (row.length < fewestBlind) return undefined
  return seenAfter(row, `${row.length} actions on a page that the model was not given, first ${row[0]!.label}`)
}

/**
 * NEVER_VERIFIED: no look of the agent follows the last action that changes the world, and the answer says that it went well. An answer
 * with something in it that only the page after that action shows was looked up, whatever was recorded of the look.
 *
 * @param isKnownFromAfter whether the answer holds what can be known only from evidence of this step or a later one
 */
export function neverVerified(run: Run, isKnownFromAfter: (step: number) => boolean): Finding | undefined {
  const { steps, trajectory } = run
  if (!claimsSuccess(trajectory)) return undefined
  const last = steps.findLast((facts) => facts.ok && facts.step.executed !== 'skipped' && changesTheWorld(facts))
  if (!last) return undefined
  let picture = agentImage(last.step)?.id
  const looksAfter = steps.slice(last.index).some((facts) => {
    const image = agentImage(facts.step)?.id
    const isNew = image !== undefined && image !== picture
    picture = image ?? picture
    return isNew || isLook(facts)
  })
  if (looksAfter || (trajectory.finalAgentEvidence?.modalities.length ?? 0) > 0) return undefined
  if (isKnownFromAfter(last.index)) return undefined
  const cause = `${last.label} was the last change, and nothing was looked at after it`
  return { ...seenAfter([last], cause), evidence: [evidenceId(last.index, 'result')] }
}

/** A tool that shows the page shows it as a rule. */
const leastShareOfLongResults = 0.2

function looksAreRecorded(steps: readonly StepFacts[]): boolean {
  if (
    steps.some(({ kind, ok, step }) => agentImage(step) !== undefined || (ok && (kind === 'look' || kind === 'read')))
  )
    return true
  const acting = steps.filter(({ acts }) => acts)
  return acting.filter((facts) => isLook(facts)).length >= acting.length * leastShareOfLongResults
}

/** Tells whether a step shows the model the page after it. */
function isLook({ kind, ok, step }: StepFacts): boolean {
  if (!ok) return false
  return kind === 'look' || kind === 'read' || lengthOf(step.toolOutput.result) >= shortestLook
}

function lengthOf(result: unknown): number {
  if (typeof result === 'string') return result.length
  if (typeof result !== 'object' || result === null) return 0
  let length = 0
  for (const text of textsIn(result)) length += text.length
  return length
}

/** The first picture that the model was given with a step. The fold hands it on to every step that was chosen from it. */
function agentImage({ agentEvidence }: Step<ImageReference>): { id: string; url: string | undefined } | undefined {
  for (const modality of agentEvidence.modalities)
    if (modality.type === 'image') return { id: `${modality.image.sha256} ${modality.url ?? ''}`, url: modality.url }
  return undefined
}
