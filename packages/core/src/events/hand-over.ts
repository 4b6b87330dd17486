const handedOver = new WeakSet<object>()

/**
 * Say of an event that the bytes in it belong to whoever is told of it: the teller has made them itself, gives them to nobody
 * else and does not write to them any more, so that they need no copy. It stands beside the event and not in it: a copy of the
 * event is not handed over. It holds for a sink that `takesOver`; `guardSink` takes it back from all others.
 *
 * @returns the event itself
 */
export function handOver<E extends object>(event: E): E {
  handedOver.add(event)
  return event
}

/** Undo {@link handOver}: somebody else may keep the bytes, or write to them. */
export function takeBack(event: object): void {
  handedOver.delete(event)
}

/** Tells whether an event, whatever it is, was handed over. */
export function isHandedOver(event: unknown): boolean {
  return typeof event === 'object' && event !== null && handedOver.has(event)
}
