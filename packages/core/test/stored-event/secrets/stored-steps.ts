import { createRedactor, type Redactor } from '../../../src/redact/redactor.ts'
import { snapshotEvent } from '../../../src/stored-event/to-stored-event.ts'

/** A value that is typed into fields for secrets. */
export const typed = 'Horse7battery!'

/** Make the redactor of a run, whose placeholders all have one fingerprint. */
export const make = (): Redactor => createRedactor({ fingerprint: () => '01234567' })

/** The JSON of an event as it is stored. */
export const take = (redactor: Redactor, type: string, payload: object): string =>
  JSON.stringify(snapshotEvent(type, payload, { sha256: () => '0'.repeat(64), redactor }).event)

/** {@link take} a step. */
export const act = (redactor: Redactor, actionName: string, actionArgs: object, more: object = {}): string =>
  take(redactor, 'step_finished', { actionName, actionArgs, reasoning: '', toolOutput: { ok: true }, ...more })
