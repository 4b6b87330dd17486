/**
 * The place in its text of an expanded frame with a fault: a frame that is expanded once more reports the same place.
 */
const places = new WeakMap<object, number>()

/** Keep the place of a frame. */
export function keepPlace(frame: object | undefined, offset: number): void {
  if (frame && offset > 0) places.set(frame, offset)
}

/** The place of a frame, where one was kept. */
export function placeOf(frame: object): number | undefined {
  return places.get(frame)
}
