import { isRecord, type ImageReference, type Step, type Trajectory } from '@contrail/core'
import { textOf } from './texts.ts'

/**
 * A trajectory with everything in it that its type promises: what somebody else made may lack lists, and what is missing is nothing. One that
 * is whole stays as it is.
 */
export function wholeTrajectory(given: Trajectory<ImageReference>): Trajectory<ImageReference> {
  const { task, steps, turns, gaps, timing, usage } = given as Partial<Trajectory<ImageReference>>
  return {
    ...given,
    task: { ...task, id: textOf(task?.id) ?? '', instruction: textOf(task?.instruction) ?? '' },
    steps: (steps ?? []).map(wholeStep),
    turns: turns ?? [],
    gaps: gaps ?? [],
    timing: timing ?? {},
    usage: usage ?? { input_tokens: 0, output_tokens: 0 },
  }
}

function wholeStep(given: Step<ImageReference>, index: number): Step<ImageReference> {
  const { actionArgs, toolOutput, agentEvidence, probeEvidence } = given as Partial<Step<ImageReference>>
  if (isRecord(actionArgs) && isRecord(toolOutput) && agentEvidence?.modalities && isRecord(probeEvidence)) return given
  return {
    ...given,
    id: textOf(given.id) ?? `s${index}`,
    actionName: textOf(given.actionName) ?? '',
    actionArgs: isRecord(actionArgs) ? actionArgs : {},
    toolOutput: isRecord(toolOutput) ? toolOutput : { ok: true, result: toolOutput },
    agentEvidence: { modalities: agentEvidence?.modalities ?? [] },
    probeEvidence: probeEvidence ?? {},
  }
}
