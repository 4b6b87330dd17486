import type { NamedSecret } from './named-secrets.ts'

/** The secrets of the steps of one source: those of its turn, and the codes of its run. */
interface Kept {
  turnId: unknown
  ofTurn: readonly NamedSecret[]
  codes: readonly NamedSecret[]
}

const keptBy = new WeakMap<object, Kept>()
const mostKept = 50

/**
 * Keep the secrets of a step for what is said in its turn, in which a weak one stands as well, `calling fill with {"value":"739164"}`, and
 * codes for the answer of the run.
 *
 * @param source an object that stands for the source in its run
 */
export function keepForTurn(source: object, turnId: unknown, secrets: readonly NamedSecret[]): void {
  const kept = keptBy.get(source) ?? { turnId, ofTurn: [], codes: [] }
  keptBy.set(source, kept)
  kept.ofTurn = [...(kept.turnId === turnId ? kept.ofTurn : []), ...secrets].slice(0, mostKept)
  kept.turnId = turnId
  const codes = secrets.filter(({ value }) => /^\d{6,10}$/.test(value))
  if (codes.length > 0) kept.codes = [...kept.codes, ...codes].slice(-mostKept)
}

/** The secrets that are looked for in what is said in a turn, and in the answer of the run. */
export function secretsSaid(source: object, type: string, turnId: unknown): readonly NamedSecret[] {
  const kept = keptBy.get(source)
  if (type === 'final_answer') return kept?.codes ?? []
  return type === 'turn_finished' && kept && kept.turnId === turnId ? kept.ofTurn : []
}
