import type { RedactionKind } from '@contrail/core'
import type { Frame, Page } from 'playwright'
import { readFields, type ReadFields } from './read-fields.ts'
import type { SeenSecret, SeenSecrets } from './seen-secrets.ts'
import { fieldSelector, kindOfSensitiveField } from './sensitive-fields.ts'
import { withTimeLimit } from '../page/time-limit.ts'

/** A frame inside the page may take this long to answer; the page itself has all of the caller's time. */
const innerFrameLimitMs = 2_000
/** One that did not answer the last time is not waited for as long again. */
const silentFrameLimitMs = 200
const silentFrames = new WeakSet<Frame>()

/** A field for a secret. `index` is its place among all that `fieldSelector` matches in its frame, as `readFields` finds them. */
interface SensitiveField extends SeenSecret {
  readonly index: number
  readonly kind: RedactionKind
  readonly isCovered: boolean
}

/** The fields for secrets of one frame. */
interface FrameFields {
  readonly frame: Frame
  readonly documentId: number
  /** How many elements `fieldSelector` matches. */
  readonly elements: number
  readonly fields: readonly SensitiveField[]
}

/** The fields for secrets of a page at one moment, and what else was read with them. */
export interface FieldScan {
  /** Of the page's own document; undefined where it would not say. */
  readonly title: string | undefined
  /** Device pixels per CSS pixel. */
  readonly scale: number
  /** As far as the page says, nothing on it needs to be held still for a picture. */
  readonly isStill: boolean
  readonly frames: readonly FrameFields[]
  /** Frames inside the page that did not answer. */
  readonly unread: readonly Frame[]
}

/**
 * Find every field for a secret: in all frames, also of other origins, and in open shadow roots. One call for each frame, all
 * at the same time. The values found are remembered.
 *
 * @throws what Playwright throws when the page itself does not answer
 */
export async function scanFields(page: Page, seen: SeenSecrets, limitMs: number): Promise<FieldScan> {
  const main = page.mainFrame()
  const all = page.frames()
  const found = await Promise.allSettled(
    all.map((frame) =>
      frame === main ? withTimeLimit(limitMs, () => readFrame(frame)) : readInnerFrame(frame, limitMs),
    ),
  )
  const frames: FrameFields[] = []
  const unread: Frame[] = []
  let own: ReadFields | undefined
  let isStill = true
  for (const [at, result] of found.entries()) {
    const frame = all[at]!
    if (result.status === 'rejected') {
      if (frame === main) throw result.reason
      if (!frame.isDetached()) unread.push(frame)
      continue
    }
    const { documentId, fields } = result.value
    if (frame === main) own = result.value
    isStill &&= result.value.isStill
    const sensitive = fields.flatMap((facts, index): SensitiveField[] => {
      const kind = facts && (kindOfSensitiveField(facts) ?? seen.kindOf(facts.value))
      return facts && kind ? [{ index, kind, value: facts.value, isCovered: facts.isCovered }] : []
    })
    for (const field of sensitive) seen.remember(field)
    frames.push({ frame, documentId, elements: fields.length, fields: sensitive })
  }
  const { title, scale = 1 } = own ?? {}
  return {
    title: typeof title === 'string' ? title : undefined,
    scale,
    isStill: isStill && unread.length === 0,
    frames,
    unread,
  }
}

function readFrame(frame: Frame): Promise<ReadFields> {
  return frame.evaluate(readFields, fieldSelector)
}

async function readInnerFrame(frame: Frame, limitMs: number): Promise<ReadFields> {
  const reading = readFrame(frame)
  const frameLimitMs = silentFrames.has(frame) ? silentFrameLimitMs : innerFrameLimitMs
  try {
    return await withTimeLimit(Math.min(limitMs, frameLimitMs), () => reading)
  } catch (error) {
    silentFrames.add(frame)
    const answers = (): boolean => silentFrames.delete(frame)
    reading.then(answers, answers)
    throw error
  }
}

/** Whether nothing is to be covered: no field for a secret, and no frame that may have one. */
export function isBare({ frames, unread }: FieldScan): boolean {
  return unread.length === 0 && frames.every(({ fields }) => fields.length === 0)
}

/** The values that stand in the fields, each once. */
export function valuesOf(...scans: readonly FieldScan[]): SeenSecret[] {
  const values = new Map<string, RedactionKind>()
  for (const { value, kind } of scans.flatMap((scan) => scan.frames.flatMap(({ fields }) => fields))) {
    if (value.trim() !== '') values.set(value, kind)
  }
  return [...values].map(([value, kind]) => ({ value, kind }))
}
