import { describeIssue } from '@contrail/core'
import { z } from 'zod'
import { defineComponent, type Component, type ComponentValue } from './component.ts'
import { Turn, type TurnInput } from './turn.ts'

const TrajectoryFields = z.object({
  trajectory_id: z.string().default(''),
  source: z.string().default(''),
  turns_json: z.string().default('[]'),
  total_turns: z.int().nonnegative().default(0),
  total_tokens: z.int().nonnegative().default(0),
  duration_seconds: z.number().nonnegative().default(0),
  outcome: z.string().default(''),
  tags_json: z.string().default('[]'),
  metadata_json: z.string().default('{}'),
})

/** The columns of a trajectory as its component has them. */
export type TrajectoryFields = z.output<typeof TrajectoryFields>

/** A trajectory that is not counted yet. */
export interface TrajectoryOfTurns {
  readonly trajectory_id: string
  readonly turns: readonly TurnInput[]
  readonly source?: string
  readonly outcome?: string
  readonly tags?: readonly string[]
  readonly metadata?: Readonly<Record<string, unknown>>
}

/** The component of a recorded session. */
export interface TrajectoryComponent extends Component<
  'Trajectory',
  TrajectoryFields,
  z.input<typeof TrajectoryFields>
> {
  /**
   * Make one from its turns: turns and tokens are counted, `duration_ms` is summed to seconds.
   *
   * @throws {TypeError} for a turn that is none, with its place
   */
  fromTurns(trajectory: TrajectoryOfTurns): ComponentValue
  /**
   * Read the turns of a row.
   *
   * @throws {TypeError} where `trajectory__turns_json` holds no turns
   */
  turns(row: { readonly trajectory__turns_json: string }): Turn[]
}

const component = defineComponent('Trajectory', TrajectoryFields)

const withTurns = component as typeof component & Pick<TrajectoryComponent, 'fromTurns' | 'turns'>
withTurns.fromTurns = ({ turns, tags = [], metadata = {}, ...fields }) => {
  const parsed = readTurns(turns, 'turns')
  return component({
    ...fields,
    turns_json: toJson('turns', parsed.map(withoutAbsent)),
    total_turns: parsed.length,
    total_tokens: sum(parsed.map(({ tokens }) => tokens)),
    duration_seconds: sum(parsed.map(({ duration_ms }) => duration_ms)) / 1000,
    tags_json: toJson('tags', tags),
    metadata_json: toJson('metadata', metadata),
  })
}
withTurns.turns = ({ trajectory__turns_json: text }) => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new TypeError('trajectory__turns_json: expected a JSON list of turns, got no JSON', { cause })
  }
  return readTurns(value, 'trajectory__turns_json')
}

/**
 * A recorded session: the same trajectory may stand in several rows, one for each technique by which it is labelled.
 *
 * @example
 * ```ts
 * await world.spawn(Trajectory.fromTurns({ trajectory_id: 'run/1', turns: [{ role: 'user', content: 'Buy the lamp.' }] }))
 * ```
 */
export const Trajectory: TrajectoryComponent = withTurns

function readTurns(value: unknown, name: string): Turn[] {
  const { data, error } = z.array(Turn).safeParse(value)
  if (data) return data
  throw new TypeError(describeIssue(error, name))
}

function withoutAbsent(turn: Turn): object {
  return Object.fromEntries(Object.entries(turn).filter(([, value]) => value !== undefined && value !== null))
}

function toJson(name: string, value: unknown): string {
  try {
    return JSON.stringify(value)
  } catch (cause) {
    throw new TypeError(`${name}: expected what JSON can hold`, { cause })
  }
}

function sum(values: readonly number[]): number {
  let total = 0
  for (const value of values) total += value
  return total
}
