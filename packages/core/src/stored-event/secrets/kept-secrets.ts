import type { TextPlace } from '../../values/place.ts'
import { fieldOf, isObject } from '../../values/plain-fields.ts'
import { idNames, isOfCall, type NamedSecret } from './named-secrets.ts'

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

/** The secrets that are looked for in what is said in a turn, and the codes in what is said in a later one, and in the answer of the run. */
export function secretsSaid(source: object, type: string, turnId: unknown): readonly NamedSecret[] {
  const kept = keptBy.get(source)
  if (!kept || (type !== 'final_answer' && type !== 'turn_finished')) return []
  // What is said of later turns often tells the history of all before.
  return type === 'turn_finished' && kept.turnId === turnId ? [...kept.ofTurn, ...kept.codes] : kept.codes
}

/** The secrets of the calls of a run, by the ids of the calls. */
export interface CallSecrets {
  readonly isEmpty: boolean
  /** Keep what a step has typed, for all that is told of its call later. Of a call before it with the same id nothing is kept. */
  keep(id: string, secrets: readonly NamedSecret[]): void
  /** Keep one more secret of a call. */
  add(id: string, secret: NamedSecret): void
  /** Find what the calls have typed that a text belongs to, by an id beside it or around it: `{tool_call_id: '...', content: '...'}`. */
  of(place: TextPlace): readonly NamedSecret[]
}

const mostCalls = 1_000
const mostOfCall = 20
/** A shorter id is met by chance. */
const shortestId = 6
const none: readonly NamedSecret[] = []

const byRun = new WeakMap<object, CallSecrets>()

/** The calls of a run, which is known by its redactor. */
export function callSecretsOf(run: object): CallSecrets {
  const calls = byRun.get(run) ?? createCallSecrets()
  byRun.set(run, calls)
  return calls
}

function createCallSecrets(): CallSecrets {
  const calls = new Map<string, readonly NamedSecret[]>()
  const idsIn = (value: object): readonly NamedSecret[] => {
    for (const name of idNames) {
      const id = fieldOf(value, name)
      const found = typeof id === 'string' ? calls.get(id) : undefined
      // `{id: '1', colour: 'red'}`: what a page lists is numbered as calls may be.
      if (found && (name !== 'id' || String(id).length >= shortestId || isOfCall(value))) return found
    }
    return none
  }
  const set = (id: string, secrets: readonly NamedSecret[]): void => {
    calls.set(id, secrets)
    // The first calls are the oldest.
    if (calls.size > mostCalls) calls.delete(calls.keys().next().value!)
  }
  // An item of a run has its message inside of it.
  const idsAt = (value: object): readonly NamedSecret[] => {
    const found = idsIn(value)
    const raw = found === none ? fieldOf(value, 'rawItem') : undefined
    return isObject(raw) ? idsIn(raw) : found
  }
  return {
    get isEmpty() {
      return calls.size === 0
    },
    keep(id, secrets) {
      calls.delete(id)
      if (secrets.length > 0) set(id, secrets)
    },
    add(id, secret) {
      const known = calls.get(id) ?? none
      if (known.length < mostOfCall && known.every(({ value }) => value !== secret.value)) set(id, [...known, secret])
    },
    of(place) {
      for (const value of [place.parent, ...place.around()]) {
        const found = idsAt(value)
        if (found !== none) return found
      }
      return none
    },
  }
}
