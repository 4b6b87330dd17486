import { z } from 'zod'
import { Sha256 } from '../events/event-fields.ts'
import type { PlainValue } from '../values/plain-value.ts'

/** The reference in stored data to the bytes of an image: their sha256 (64 lower-case hex digits), type and size. */
export const FrameReference = z.object({
  $frame: Sha256,
  mediaType: z.string(),
  sizeBytes: z.number().int().nonnegative(),
})
export type FrameReference = z.infer<typeof FrameReference>

/** The words that a verifier reads where an image was lifted out of a result: the text that Stagehand writes there. */
export const redactedInlineImage = '[redacted inline image payload]'

/** List the frames of plain data in the order in which they stand there. What only looks like one is passed over. */
export function collectFrames(plain: PlainValue): FrameReference[] {
  const frames: FrameReference[] = []
  const waiting: PlainValue[] = [plain]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next !== 'object' || next === null) continue
    if (isFrame(next)) frames.push(next)
    else
      for (const item of Object.values<PlainValue>(next as Record<string, PlainValue>).toReversed()) waiting.push(item)
  }
  return frames
}

/** Copy plain data with {@link redactedInlineImage} in the place of every frame. */
export function redactFrames(plain: PlainValue): PlainValue {
  if (isFrame(plain)) return redactedInlineImage
  const whole = emptyLike(plain)
  const waiting = [{ from: plain, to: whole }]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (typeof next.from !== 'object' || next.from === null) continue
    for (const [key, item] of Object.entries<PlainValue>(next.from as Record<string, PlainValue>)) {
      const value = isFrame(item) ? redactedInlineImage : emptyLike(item)
      Object.defineProperty(next.to, key, { value, enumerable: true, configurable: true, writable: true })
      if (value !== redactedInlineImage) waiting.push({ from: item, to: value })
    }
  }
  return whole
}

function isFrame(plain: PlainValue): plain is FrameReference {
  return (
    typeof plain === 'object' &&
    plain !== null &&
    Object.hasOwn(plain, '$frame') &&
    FrameReference.safeParse(plain).success
  )
}

function emptyLike(plain: PlainValue): PlainValue {
  if (typeof plain !== 'object' || plain === null) return plain
  return Array.isArray(plain) ? [] : {}
}
