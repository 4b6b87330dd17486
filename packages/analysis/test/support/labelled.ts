import { Label, Trajectory, type ComponentValue } from '../../src/index.ts'

/** One technique on one trajectory of as many turns. */
export function labelled(
  id: string,
  options: {
    turns?: number
    technique?: string
    description?: string
    outcome?: string
    tags?: string[]
    source?: string
  } = {},
): ComponentValue[] {
  const { turns = 1, technique = 'done', description = 'Was it done?', ...fields } = options
  const said = Array.from({ length: turns }, (_, index) => ({
    role: 'assistant' as const,
    content: `turn ${index}`,
    tokens: 10,
  }))
  return [Trajectory.fromTurns({ trajectory_id: id, turns: said, ...fields }), Label({ technique, description })]
}
