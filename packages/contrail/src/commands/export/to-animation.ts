import { formatDuration, imagesByHash, type AnimationFrame, type Image } from '@contrail/core'
import type { Reduction, RunView, StepView } from '@contrail/viewer'
import { formatCount } from '../../terminal/format.ts'
import { tooLarge, type Exported, type ExportedFile } from './exported.ts'

const stepMs = 2_000
/** Pixels of so many pictures are held at once. */
const mostFrames = 150
const widths = [800, 640, 480, 320] as const

/**
 * Make a moving picture of a run: each step for 2 s, with its number, its action, the click and a bar of time. Where it is too
 * large it becomes narrower, then shows half as many steps, those that failed and the last one before others.
 *
 * @throws {ContrailError} FILE_TOO_LARGE where one step is too large already
 */
export async function toAnimation(exported: Exported, format: 'gif' | 'webp'): Promise<ExportedFile> {
  const { trajectory, search, images, maxSizeBytes } = exported
  const { toRunView } = await import('@contrail/viewer')
  const view = toRunView(trajectory)
  await search.parts([
    { fields: { task: view.taskId } },
    ...view.steps.map(({ index, action, aim, error }) => ({ step: index, fields: { action, aim, error } })),
  ])
  if (search.found.length > 0) return { pieces: [], reduced: [] }
  const pictures = imagesByHash(trajectory)
  let tried: { bytes: number; frames: number; width: number } | undefined
  for (let most = mostFrames; most >= 1; most = Math.floor(most / 2)) {
    const steps = chooseSteps(view, most)
    if (most > 1 && steps.length <= most / 2) continue
    const frames = [openingOf(view, exported), ...(await readFrames(steps, { view, pictures, exported }))]
    for (const width of widths) {
      const isLast = most === 1 && width === widths.at(-1)
      // What is far too much by what was tried before takes its time for nothing.
      const expected = tried ? (tried.bytes * frames.length * width) / (tried.frames * tried.width) : 0
      if (expected > 2 * maxSizeBytes && !isLast) continue
      const bytes = await (await images()).animate(frames, { format, width, quality: width === widths[0] ? 80 : 60 })
      tried = { bytes: bytes.byteLength, frames: frames.length, width }
      if (bytes.byteLength > maxSizeBytes) continue
      return { pieces: [bytes], reduced: tell(view.steps.length - steps.length, width, frames.length) }
    }
  }
  throw tooLarge(format, tried?.bytes ?? 0, maxSizeBytes)
}

function tell(leftOut: number, width: number, frames: number): Reduction[] {
  return [
    ...(leftOut > 0 ? [{ change: 'frames_left_out' as const, frames: leftOut }] : []),
    ...(width < widths[0] ? [{ change: 'width' as const, frames, to: width }] : []),
  ]
}

/** Steps that failed and the last one before all others; of these every so many. */
function chooseSteps({ steps }: RunView, most: number): readonly StepView[] {
  if (steps.length <= most) return steps
  const matters = (step: StepView): boolean => !step.ok || step.index === steps.length - 1
  const first = steps.filter(matters).slice(0, most)
  const others = steps.filter((step) => !matters(step))
  const room = most - first.length
  const spread = Array.from({ length: room }, (_, at) => others[Math.floor((at * others.length) / Math.max(1, room))]!)
  return [...new Set([...first, ...spread])].toSorted((a, b) => a.index - b.index)
}

/** The first picture says what the run is, and what was left out of the file. */
function openingOf({ taskId, status, steps, failed, durationMs }: RunView, { notes }: Exported): AnimationFrame {
  const took = durationMs === undefined ? '' : `, ${formatDuration(durationMs)}`
  return {
    blank: [`${taskId}: ${status}`, ...notes].join('\n\n'),
    title: `${formatCount(steps.length, 'step')}, ${failed.length} failed${took}`,
    progress: 0,
    durationMs: stepMs,
  }
}

function readFrames(
  steps: readonly StepView[],
  run: { view: RunView; pictures: ReadonlyMap<string, Image>; exported: Exported },
): Promise<AnimationFrame[]> {
  return Promise.all(steps.map((step) => frameOf(step, run)))
}

async function frameOf(
  step: StepView,
  { view, pictures, exported }: { view: RunView; pictures: ReadonlyMap<string, Image>; exported: Exported },
): Promise<AnimationFrame> {
  const { before, after, index, action, aim, ok, error, point, span, durationMs } = step
  const frame = (before.shown && before[before.shown]) ?? (after.shown && after[after.shown])
  const { bytes, blank } = frame ? await readPicture(pictures.get(frame.sha256)) : { blank: whyBlank(view, exported) }
  const { viewport } = frame ?? {}
  const isPlaced = point && viewport && viewport.width > 0 && viewport.height > 0
  const took = durationMs === undefined ? [] : [formatDuration(durationMs)]
  return {
    bytes,
    blank,
    title: `step ${index + 1} of ${view.steps.length}  ${action} ${aim}`,
    detail: [ok ? 'ok' : 'failed', ...took, ...(error === undefined ? [] : [error])].join('  '),
    failed: !ok,
    point: isPlaced ? { x: point.x / viewport.width, y: point.y / viewport.height } : undefined,
    progress: view.axis === 'clock' && span ? span.toMs / Math.max(1, view.endMs) : (index + 1) / view.steps.length,
    durationMs: stepMs,
  }
}

/** A frame that cannot be read, and one that cannot be decoded, is a blank one that says so. */
async function readPicture(image: Image | undefined): Promise<{ bytes?: Uint8Array; blank: string }> {
  const { describeUnreadable } = await import('@contrail/viewer')
  if (!image) return { blank: 'This frame is missing from the recording.' }
  try {
    return { bytes: await image.read(), blank: `This frame (${image.mediaType}) cannot be decoded.` }
  } catch (cause) {
    return { blank: describeUnreadable(cause) }
  }
}

function whyBlank({ cells }: RunView, { isPublic }: Exported): string {
  return isPublic && cells.length === 0 ? 'Frames were left out.' : 'No frame was recorded.'
}
