import type { Usage } from '../events/usage.ts'
import type { JournalEntry } from '../trajectory/journal-entry.ts'
import { present, unknownFields } from '../values/fields.ts'
import type { ImageReference, Step, Turn } from '../trajectory/trajectory.ts'

type TurnEntry = Extract<JournalEntry, { type: 'turn_finished' }>

/** The steps that carry the id of a turn, by that id: their positions in the trajectory, in order. */
export type StepsOfTurns = ReadonlyMap<string, readonly number[]>

/** Find the steps of all turns in one go: a run has as many turns as steps. */
export function findStepsOfTurns(steps: readonly Step<ImageReference>[]): StepsOfTurns {
  const chosen = new Map<string, number[]>()
  for (const [index, { turnId }] of steps.entries()) {
    if (turnId === undefined) continue
    const known = chosen.get(turnId)
    if (known) known.push(index)
    else chosen.set(turnId, [index])
  }
  return chosen
}

/** Build a turn from its event; the steps it chose are those that carry its id. */
export function buildTurn(entry: TurnEntry, chosen: StepsOfTurns): Turn {
  if (entry.imported) return entry.imported
  const { turnId, text, usage, model, startedAt, durationMs, finishedAt, source } = entry.event
  return present({
    turnId,
    steps: [...(chosen.get(turnId) ?? [])],
    text,
    usage: usage && (present(usage) as Partial<Usage>),
    model,
    startedAt,
    finishedAt: finishedAt ?? (entry.at || undefined),
    durationMs,
    source,
    extra: unknownFields(entry.event, turnFields),
  })
}

const turnFields = ['turnId', 'text', 'usage', 'model', 'startedAt', 'durationMs', 'finishedAt', 'source', 'type']

/** Add up what the model calls of a run used. A count that no turn gave stays absent, but for the two main ones. */
export function sumUsage(turns: readonly TurnEntry[]): Usage {
  const total: Usage = { input_tokens: 0, output_tokens: 0 }
  for (const { event } of turns) {
    for (const key of usageCounts) {
      const value = event.usage?.[key]
      if (value !== undefined) total[key] = (total[key] ?? 0) + value
    }
  }
  return total
}

/** Tells whether the tokens of a run are known: zero is a number that somebody has told. */
export function isUsageKnown({ usage, turns }: { usage: Usage; turns: readonly Turn[] }): boolean {
  return usage.input_tokens + usage.output_tokens > 0 || turns.some((turn) => turn.usage?.input_tokens !== undefined)
}

const usageCounts = [
  'input_tokens',
  'output_tokens',
  'reasoning_tokens',
  'cached_input_tokens',
  'inference_time_ms',
] as const
