import type { RedactionKind } from '../redact/text/placeholder.ts'

/** A value that must not be recorded, known to whoever tells an event. */
export interface WithheldSecret {
  readonly value: string
  readonly kind: RedactionKind
}

const withheld = new WeakMap<object, readonly WithheldSecret[]>()
const none: readonly WithheldSecret[] = []

/**
 * Tell the redactor of whoever records an event which secrets to look for from this event on. They stand beside the event and
 * not in it: no listener, copy, clone or JSON of it has them. A sink that copies events before it records them loses them;
 * `busSink` does not.
 *
 * @returns the event itself
 */
export function withhold<E extends object>(event: E, secrets: readonly WithheldSecret[]): E {
  if (secrets.length > 0) withheld.set(event, secrets)
  return event
}

/** The secrets that {@link withhold} has put beside an event, whatever that is; none for most. */
export function withheldFrom(event: unknown): readonly WithheldSecret[] {
  return (typeof event === 'object' && event !== null && withheld.get(event)) || none
}
