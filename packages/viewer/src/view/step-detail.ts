import {
  diffAria,
  isCutTree,
  present,
  type AriaDifference,
  type ImageReference,
  type Observation,
  type Step,
  type Trajectory,
} from '@contrail/core'
import { createRunClock } from './clock.ts'
import { agentFrameOf, lookBefore } from './frames.ts'
import type { EvidenceView, StepDetail } from './model.ts'
import { pageEventsOf } from './page-events.ts'

/** Of one kind of change no more are handed out; `more` nodes would be read by nobody. */
const changeLimit = 200

/** Say all of one step that `toRunView` leaves out: reasoning, arguments, result, tree and what changed in it. */
export function toStepDetail(trajectory: Trajectory<ImageReference>, index: number): StepDetail | undefined {
  const step = trajectory.steps[index]
  if (!step) return undefined
  const { screenshot: _picture, ariaTree, ...look } = step.probeEvidence
  const before = lookBefore(trajectory, index)
  const { toolOutput } = step
  return present({
    index,
    id: step.id,
    reasoning: step.reasoning,
    args: step.actionArgs,
    target: step.target,
    result: toolOutput.result,
    error: toolOutput.error ?? (toolOutput.ok ? undefined : 'It failed and gave no reason.'),
    sensitive: step.sensitive,
    look,
    tree: ariaTree,
    changes: changesBetween(before, step.probeEvidence),
    pageEvents: pageEventsOf(step, createRunClock(trajectory).at),
    evidence: evidenceOf(step, index),
    episode: step.episode,
    extra: step.extra,
  })
}

type Look = Observation<ImageReference>

/**
 * A tree of what the window showed lacks what the page had all the same: it can be held against none. Where one was cut and nothing is
 * another before that, what is behind is unknown.
 */
function changesBetween(before: Look | undefined, after: Look): AriaDifference | undefined {
  const [earlier, later] = [treeOf(before), treeOf(after)]
  if (earlier === undefined || later === undefined) return undefined
  const { added, removed, changed, moved } = diffAria(earlier, later)
  const isNone = [added, removed, changed, moved].every(({ length }) => length === 0)
  if (isNone && (isCutTree(earlier) || isCutTree(later))) return undefined
  return {
    added: added.slice(0, changeLimit),
    removed: removed.slice(0, changeLimit),
    changed: changed.slice(0, changeLimit),
    moved: moved.slice(0, changeLimit),
  }
}

function treeOf({ ariaTree, partial }: Look = {}): string | undefined {
  return partial ? undefined : ariaTree
}

function evidenceOf(step: Step<ImageReference>, index: number): EvidenceView[] {
  const { screenshot, ariaTree }: Look = step.probeEvidence
  const agent = agentFrameOf(step)
  const { result } = step.toolOutput
  const short = (sha256: string): string => sha256.slice(0, 8)
  return [
    ...(agent ? [{ id: `${index}:frame`, kind: 'agent' as const, label: `agent frame ${short(agent.sha256)}` }] : []),
    ...(screenshot
      ? [{ id: `${index}:frame`, kind: 'probe' as const, label: `probe frame ${short(screenshot.sha256)}` }]
      : []),
    ...(ariaTree === undefined
      ? []
      : [{ id: `${index}:aria`, kind: 'aria' as const, label: `aria tree, ${countLines(ariaTree)}` }]),
    ...(result === undefined ? [] : [{ id: `${index}:result`, kind: 'result' as const, label: 'result of the tool' }]),
  ]
}

function countLines(text: string): string {
  let lines = 1
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1
  return lines === 1 ? '1 line' : `${lines} lines`
}
