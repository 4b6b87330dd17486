import type { ImageTools } from '@contrail/core'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright'
import { failureMessage, LookError } from '../page/failure.ts'
import type { Box } from '../page/page-tools.ts'
import { systemClock } from '../page/system.ts'
import { createRest, type LookDemand } from '../picture/rest.ts'
import { takeScreenshot, viewChanged, type Screenshot } from '../picture/screenshot.ts'
import type { View } from '../picture/view.ts'
import { scanFields, type FieldScan } from './scan-fields.ts'
import type { SeenSecrets } from './seen-secrets.ts'

/** A picture in which fields for secrets may be painted over. */
export interface PaintedScreenshot extends Screenshot {
  /** Something was painted over. */
  readonly masked?: true
}

/**
 * Gives what paints pictures; undefined where there is nothing that does. It is asked when something is to be painted, and when that
 * may soon be: a field for a secret is empty.
 */
export type PaintTools = () => ImageTools | undefined | PromiseLike<ImageTools | undefined>

/** Slate grey: the colour of the boxes that stand for what was covered. */
const colour = '#6b7280'
/** In CSS pixels of a page that is not pinched, on every side: borders and what is drawn between two pixels. */
const margin = 2
const mostTries = 2
/** A picture of another size was taken while the agent took a larger one: that may be over by then. */
const otherSizeAfterMs = 120

/**
 * Take a picture of the viewport and paint over the text in every field for a secret, afterwards.
 *
 * Invariant: fields are looked for before the picture and after it, and it counts only when both looks saw every field that
 * can be in it, in the same places, and no view transition drew them elsewhere; what either saw uncovered is painted. Else another is
 * taken: once, and of what moves some times more, until it has come to rest.
 *
 * @param options.first a look at the fields that went out just now, in place of the first one
 * @throws {LookError} `mask_failed`, `view_changed`, `page_too_large`
 * @throws what the browser says
 */
export async function takePaintedScreenshot(
  page: Page,
  options: {
    scale: 'css' | 'device'
    timeoutMs: number
    seen: SeenSecrets
    images: PaintTools | undefined
    first?: Promise<FieldScan> | undefined
    demand?: LookDemand | undefined
  },
): Promise<PaintedScreenshot> {
  const { scale, timeoutMs, seen, images, demand } = options
  const deadline = systemClock.monotonicMs() + timeoutMs
  const leftMs = (): number => Math.max(1, deadline - systemClock.monotonicMs())
  const rest = createRest(page, demand)
  for (let tries = 1; ; tries += 1) {
    try {
      // Not at the same time: the npm Chromium goes down with a page that crashes while it is pictured.
      const before = await ((tries === 1 ? options.first : undefined) ?? scanFields(page, seen, leftMs()))
      if (before.isDrawnElsewhere) throw new MovedError()
      const picture = await takeScreenshot(page, { scale, timeoutMs: leftMs(), view: before.view })
      const after = await scanFields(page, seen, leftMs())
      const boxes = boxesOf(before, after)
      rest.reach()
      if (after.awaitsReadable) makeReady(images)
      return await paint(picture, boxes, images)
    } catch (error) {
      if (!(error instanceof LookError)) throw error
      if (error instanceof MovedError) {
        if (!(await rest.wait(leftMs()))) throw error
      } else if (tries >= mostTries) throw error
      else if (error.reason === 'view_changed') await sleep(Math.min(otherSizeAfterMs, leftMs()))
      else if (error.reason !== 'mask_failed') throw error
    }
  }
}

/** The error for a picture in which something moved. */
class MovedError extends LookError {
  constructor() {
    super('mask_failed', 'the fields for secrets did not keep still')
  }
}

interface PaintedBoxes {
  readonly boxes: readonly Box[]
  readonly view: View | undefined
}

function boxesOf(before: FieldScan, after: FieldScan): PaintedBoxes {
  if (JSON.stringify(before.view) !== JSON.stringify(after.view)) throw viewChanged()
  if (!before.isShownRead || !after.isShownRead) {
    throw new LookError('mask_failed', 'not all fields that may hold a secret could be read in time')
  }
  const [one, other] = [before, after].map(({ readable }) => JSON.stringify(readable.map(({ box }) => box)))
  const hasField = [before, after].some(({ fields, readable }) => fields.length + readable.length > 0)
  const isTransitioned = hasField && before.transitions !== after.transitions
  if (after.isDrawnElsewhere || isTransitioned || one !== other) throw new MovedError()
  // What covers a field may come and go meanwhile: it counts only where it was there both times.
  const boxes = [before, after].flatMap(({ readable }) => readable.flatMap(({ uncovered }) => uncovered))
  return { boxes: [...new Map(boxes.map((box) => [JSON.stringify(box), box])).values()], view: before.view }
}

/** Begin to load what paints, so that the first picture of a filled field does not wait for it. */
function makeReady(images: PaintTools | undefined): void {
  void (async () => images?.())().catch(() => {}) // who paints says so
}

async function paint(
  picture: Screenshot,
  { boxes, view }: PaintedBoxes,
  images: PaintTools | undefined,
): Promise<PaintedScreenshot> {
  if (boxes.length === 0) return picture
  const { scale = 1 } = picture
  const { zoom = 1, left = 0, top = 0 } = view ?? {}
  const around = (margin * scale) / zoom
  const painted = boxes.map(({ x, y, width, height }) => {
    return {
      x: Math.floor((x - left) * scale - around),
      y: Math.floor((y - top) * scale - around),
      width: Math.ceil(width * scale + 2 * around) + 1,
      height: Math.ceil(height * scale + 2 * around) + 1,
    }
  })
  try {
    const tools = await images?.()
    if (!tools) throw new Error('there is nothing that paints')
    return { ...picture, screenshot: await tools.paint(picture.screenshot, painted, { colour }), masked: true }
  } catch (cause) {
    throw new LookError('mask_failed', `a field for a secret could not be painted over: ${failureMessage(cause)}`)
  }
}
