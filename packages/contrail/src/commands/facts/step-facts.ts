import { picturesOf, type AriaPlace, type Step, type Trajectory } from '@contrail/core'
import type { PageEventView, StepDetail } from '@contrail/viewer'
import type { StepHead } from '@contrail/viewer/run-view'

/** Facts of one step, as `why`, `show --step` and every summary tell them. What is unknown is null. */
export interface StepFacts {
  /** From 0. */
  readonly step: number
  readonly id: string
  readonly action: string
  /** The aim of the action in a few words: `button "Pay"`, `212, 311`. Empty where nothing is known. */
  readonly target: string
  readonly error: string | null
  /** A claim of the agent. Empty where it said nothing. */
  readonly reasoning: string
  readonly url: string | null
  readonly changed: StepChanges
  /** The events that the page made by itself meanwhile. */
  readonly environment: readonly PageEventView[]
  /** Ids under which judges cite the evidence: `4:frame`. */
  readonly evidence: readonly string[]
  /** Its pictures, relative to the directory of the recording. */
  readonly files: readonly string[]
  /** The first later step that took the same action on the same target and went well. */
  readonly recoveredAt: number | null
}

/** Nodes of the page, each as `role "name": text`. One that became another stands in both lists. */
export interface StepChanges {
  readonly added: readonly string[]
  readonly removed: readonly string[]
  /** The reason why nobody knows what changed: then both lists are empty, and say nothing. */
  readonly unknown?: string
}

/**
 * Say the facts of one step.
 *
 * @param isPartial parts of the run were left out: that a tree is not there says nothing. Default false
 */
export function toStepFacts(trajectory: Trajectory, head: StepHead, detail: StepDetail, isPartial = false): StepFacts {
  return {
    step: head.index,
    id: head.id,
    action: head.action,
    target: head.aim,
    error: detail.error ?? null,
    reasoning: detail.reasoning,
    url: head.url ?? null,
    changed: toChanged(detail, isPartial),
    environment: detail.pageEvents,
    evidence: [...new Set(detail.evidence.map(({ id }) => id))],
    files: filesOf(trajectory.steps[head.index]),
    recoveredAt: head.recoveredAt ?? null,
  }
}

function toChanged({ changes, tree }: StepDetail, isPartial: boolean): StepChanges {
  if (!changes && isPartial) return { added: [], removed: [] }
  if (!changes) {
    const unknown = tree === undefined ? 'there is no tree' : 'there are no two whole trees, from before and after it'
    return { added: [], removed: [], unknown }
  }
  const { added, removed } = changes
  // One that is in another state alone, such as disabled, has neither come nor gone.
  const changed = changes.changed.filter(({ before, after }) => describePlace(before) !== describePlace(after))
  return {
    added: [...added, ...changed.map(({ after }) => after)].filter(saysSomething).map(describePlace),
    removed: [...removed, ...changed.map(({ before }) => before)].filter(saysSomething).map(describePlace),
  }
}

/** A node without words says nothing of the page. */
function saysSomething({ name, text }: AriaPlace): boolean {
  return name !== '' || text !== ''
}

function describePlace({ role, name, text }: AriaPlace): string {
  const named = name === '' ? role : `${role} ${JSON.stringify(name)}`
  return text === '' ? named : `${named}: ${text}`
}

function filesOf(step: Step | undefined): string[] {
  const paths = step ? picturesOf(step).map(({ path }) => path) : []
  return [...new Set(paths.filter((path) => path !== undefined))]
}
