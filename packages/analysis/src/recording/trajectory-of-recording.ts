import type { Step, Trajectory as Recording, Turn as ModelCall, Verdict } from '@contrail/core'
import type { TrajectoryOfTurns } from '../component/trajectory.ts'
import type { TurnInput } from '../component/turn.ts'

/** A verdict of a recording, with its name. */
export interface RecordingVerdict {
  readonly name: string
  readonly verdict: Verdict
}

/** The verdict that decides the outcome where there are several. */
const firstVerdict = 'mmrubric_v1'

/**
 * Turn a recording into a trajectory: the instruction, an assistant turn for each model call, a call and a result for each step, the
 * answer. Pictures and page trees stay in the recording. The outcome is `success` or `failure` by its verdict, else its status.
 *
 * @param id e.g. `<runId>/<taskId>`
 */
export function trajectoryOfRecording(
  id: string,
  recording: Recording,
  verdicts: readonly RecordingVerdict[] = [],
): TrajectoryOfTurns {
  const { task, status, steps, turns, gaps, usage, tool, finalScore } = recording
  const chosen = verdicts.find(({ name }) => name === firstVerdict) ?? verdicts[0]
  const verdictOutcome = chosen?.verdict.outcomeSuccess === true ? 'success' : 'failure'
  const tags = Array.isArray(task['tags']) ? task['tags'].filter((tag) => typeof tag === 'string') : []
  const models = [...new Set(turns.flatMap(({ model }) => model ?? []))]
  return {
    trajectory_id: id,
    source: typeof tool?.['name'] === 'string' ? tool['name'] : 'contrail',
    turns: turnsOf(recording),
    outcome: chosen ? verdictOutcome : status,
    tags,
    metadata: {
      model: models.join(', '),
      usage,
      failed_steps: steps.filter(({ toolOutput }) => !toolOutput.ok).length,
      gaps: gaps.length,
      scores: {
        ...Object.fromEntries(verdicts.map(({ name, verdict }) => [name, scoreOf(verdict)])),
        ...(finalScore === undefined ? {} : { final: finalScore }),
      },
    },
  }
}

function scoreOf({ outcomeSuccess, processScore }: Verdict): object {
  return { success: outcomeSuccess, ...(processScore === undefined ? {} : { process: processScore }) }
}

/** A model call stands before the first step that it chose, and after those of the calls before it. */
function turnsOf({ task, steps, turns, finalAnswer }: Recording): TurnInput[] {
  const made: TurnInput[] = [{ role: 'user', content: task.instruction }]
  const callOf = new Map<number, number>()
  for (const [call, turn] of turns.entries())
    for (const step of turn.steps) if (!callOf.has(step)) callOf.set(step, call)
  let told = 0
  const tellUpTo = (count: number): void => {
    for (; told < count; told += 1) made.push(assistantTurn(turns[told]!, steps))
  }
  for (const [index, step] of steps.entries()) {
    const call = callOf.get(index)
    if (call !== undefined) tellUpTo(call + 1)
    // Where no model call was recorded, what the agent said of a step is all that is known of one.
    if (call === undefined && step.reasoning !== '') made.push({ role: 'assistant', content: step.reasoning })
    made.push(...stepTurns(step))
  }
  tellUpTo(turns.length)
  if (finalAnswer !== undefined) made.push({ role: 'assistant', content: finalAnswer })
  return made
}

function assistantTurn({ text, usage, durationMs, steps: chosen }: ModelCall, steps: readonly Step[]): TurnInput {
  const reasoning = chosen.map((index) => steps[index]?.reasoning ?? '').find((said) => said !== '')
  return {
    role: 'assistant',
    content: text !== undefined && text !== '' ? text : (reasoning ?? ''),
    tokens: Math.round(usage?.output_tokens ?? 0),
    duration_ms: Math.max(0, durationMs ?? 0),
  }
}

function stepTurns({ actionName, actionArgs, toolOutput, durationMs, probeEvidence }: Step): TurnInput[] {
  const { ok, result, error } = toolOutput
  const failed = ok ? {} : { error: error === undefined || error === '' ? 'failed' : error }
  const place = probeEvidence.url === undefined ? {} : { metadata: { url: probeEvidence.url } }
  return [
    { role: 'tool_call', tool_name: actionName, tool_input: actionArgs },
    {
      role: 'tool_result',
      tool_name: actionName,
      tool_output: result,
      duration_ms: Math.max(0, durationMs ?? 0),
      ...failed,
      ...place,
    },
  ]
}
