import { isRecord } from '@contrail/core'
import { answerOf, givesUp } from '../../run/answer.ts'
import { matchesUrlGlob } from '../../run/url-glob.ts'
import { siteOf } from '../../run/page.ts'
import type { Run } from '../../run/run.ts'
import { oneLine, textOf } from '../../run/texts.ts'
import type { GroundedClaim } from '../../grounding/ground-claims.ts'
import { atTheEnd, seenAfter, type Finding, type Judging } from '../finding.ts'

/**
 * WRONG_PAGE: the run ends on another origin than `initUrl`, or at an address that `expectedUrl` of its task, a glob, does not match. The
 * glob is asked where there is one; `www.`, and http for https, are no other origin.
 */
export function wrongPage(run: Run): Finding | undefined {
  const { task, initialObservation } = run.trajectory
  const { url } = run.lastPage ?? {}
  const expected = textOf(task['expectedUrl'])
  if (url === undefined) return undefined
  if (expected !== undefined) {
    if (matchesUrlGlob(expected, url)) return undefined
    return arrival(run, `it ends at ${oneLine(url, 120)}, not at ${oneLine(expected, 120)}`)
  }
  const site = siteOf(url)
  if (task.initUrl === undefined || site === undefined || site === siteOf(task.initUrl)) return undefined
  // Where the start leads to another site by itself, the agent left nothing.
  if (site === siteOf(initialObservation?.url)) return undefined
  return arrival(run, `it ends at ${oneLine(url, 120)}, and began at ${oneLine(task.initUrl, 120)}`)
}

/** The step that led to the last page. */
function arrival(run: Run, cause: string): Finding {
  const { steps, pages, lastPage } = run
  const address = pages.address(lastPage?.url ?? '')
  const elsewhere = steps.findLastIndex(({ after }) => after?.url !== undefined && pages.address(after.url) !== address)
  const step = steps[elsewhere + 1] ?? steps.at(-1)
  return step ? seenAfter([step], cause) : atTheEnd(run, cause)
}

/** FABRICATED_ANSWER: no evidence shows a claim of the answer. Not judged where nothing was seen that words could be looked for in. */
export function fabricated(
  run: Run,
  { claims, hasEvidence }: { claims: readonly GroundedClaim[]; hasEvidence: boolean },
): Finding | undefined {
  const invented = claims.filter(({ grounded }) => !grounded)
  const [first] = invented
  if (!hasEvidence || !first) return undefined
  const more = invented.length > 1 ? ` and ${invented.length - 1} more` : ''
  return atTheEnd(run, `nothing that was seen shows “${oneLine(first.text, 80)}”${more} of the answer`)
}

/**
 * PREMATURE_STOP: it says to be complete without an answer, or with one that gives up, and nothing stood in the way. Without an answer only
 * where one can be given: an episode has none, and neither has a script.
 */
export function prematureStop(run: Run, { succeeded, found }: Judging): Finding | undefined {
  const { trajectory, steps } = run
  if (trajectory.status !== 'complete' || succeeded) return undefined
  if (found.has('BLOCKED') || found.has('TOOL_ERROR_CASCADE')) return undefined
  if (givesUp(trajectory)) return atTheEnd(run, 'the answer gives up, and nothing stood in the way')
  if (answerOf(trajectory) !== '' || steps.at(-1)?.kind === 'submit' || !canAnswer(run)) return undefined
  return atTheEnd(run, 'it ends as complete without an answer')
}

/** An empty answer is one that was given. Else a model shows by its turns, its reasoning and the pictures it was given. */
function canAnswer({ trajectory: { task, turns, steps, finalAnswer, finalOutput } }: Run): boolean {
  if (finalAnswer !== undefined || finalOutput !== undefined) return true
  if (isRecord(task['episode'])) return false
  return (
    turns.length > 0 ||
    steps.length === 0 ||
    steps.some(
      ({ reasoning, turnId, agentEvidence }) =>
        (reasoning ?? '') !== '' ||
        turnId !== undefined ||
        agentEvidence.modalities.some(({ type }) => type === 'image'),
    )
  )
}
