import { assertKnownOptions, toEpisodeRecord, type ImageReference, type Trajectory } from '@contrail/core'
import type { FailureReport } from '../failures/report/classify.ts'
import type { ActionKind } from '../run/action-kinds.ts'
import { readRun, type Run } from '../run/run.ts'
import { oneLine, textsIn } from '../run/texts.ts'
import { generateImprovementPlan, type ImprovementPlan, type Templates } from './plan.ts'

/** Options of a plan that is made of a trajectory. */
export interface PlanOptions {
  /** Templates by class, before the known ones. */
  readonly templates?: Templates | undefined
  /** As for the classification. */
  readonly actionKinds?: Readonly<Record<string, ActionKind>> | undefined
}

/**
 * Make the plan for the attempt after a recorded one.
 *
 * @param report of the same trajectory, by `classifyFailures`
 */
export function improvementPlan(
  trajectory: Trajectory<ImageReference>,
  report: FailureReport,
  options: PlanOptions = {},
): ImprovementPlan {
  assertKnownOptions('improvementPlan', options, ['templates', 'actionKinds'])
  const { templates, actionKinds } = options
  const run = readRun(trajectory, actionKinds)
  const { episode_id, task, steps } = toEpisodeRecord(run.trajectory)
  const failure = report.failures.find((one) => one.class === report.primary)
  return generateImprovementPlan(
    {
      episode_id,
      task,
      failure_type: report.primary,
      failure_evidence: failure ? [failure.root_cause, ...failure.evidence.map((id) => excerptOf(run, id))] : [],
      original_score: report.score,
      trajectory_steps: steps.map((step, at) => ({
        ...step,
        error: step.error ?? (run.steps[at]?.ok === false ? 'it failed without a reason' : null),
        // What has a path is told by it, as in a record.
        label: step.action_path === null ? run.steps[at]?.label : undefined,
      })),
      files_read: pathsOf(run, 'read'),
      files_written: pathsOf(run, 'write'),
      critical_step: failure?.critical_step,
    },
    templates,
  )
}

function pathsOf({ steps }: Run, kind: ActionKind): string[] {
  return [...new Set(steps.flatMap((facts) => (facts.kind === kind && facts.ok && facts.path ? [facts.path] : [])))]
}

/** An evidence id with the beginning of what it names. A picture has no words. */
function excerptOf({ steps }: Run, id: string): string {
  const [index, part] = id.split(':')
  const step = steps[Number(index)]?.step
  const { error, result } = step?.toolOutput ?? {}
  const words =
    part === 'aria' ? step?.probeEvidence.ariaTree : part === 'result' ? (error ?? textsIn(result, 20).join(' ')) : ''
  return `${id} ${oneLine(words ?? '', 200)}`.trim()
}
