import { ContrailError, mapImages, type AnimationFrame, type Image } from '@contrail/core'
import type { Reduction, RunView, StepView } from '@contrail/viewer'
import type { Exported, ExportedFile } from './exported.ts'

const stepMs = 2_000
/** Pixels of so many pictures are held at once. */
const mostFrames = 150
const widths = [800, 640, 480, 320]

/** Make a moving picture of a run: each step for 2 s, with its number, its action, the click and a bar of time. */
export async function toAnimation(exported: Exported, format: 'gif' | 'webp'): Promise<ExportedFile> {
  const { trajectory, search, images, maxSizeBytes, notes } = exported
  const { toRunView } = await import('@contrail/viewer')
  const view = toRunView(trajectory)
  await search.parts([
    { fields: { task: view.taskId } },
    ...view.steps.map(({ index, action, aim, error }) => ({ step: index, fields: { action, aim, error } })),
  ])
  if (search.found.length > 0) return { pieces: [], reduced: [] }
  const pictures = new Map<string, Image>()
  mapImages(trajectory, (image) => {
    pictures.set(image.sha256, image)
    return image
  })
  for (let most = mostFrames; most >= 1; most = Math.floor(most / 2)) {
    const steps = chooseSteps(view, most)
    const opening = openingOf(view, notes)
    const frames = [opening, ...(await Promise.all(steps.map((step) => frameOf(view, step, pictures))))]
    for (const width of widths) {
      const bytes = await (await images()).animate(frames, { format, width, quality: width === widths[0] ? 80 : 60 })
      if (bytes.byteLength > maxSizeBytes) continue
      return { pieces: [bytes], reduced: tell(view.steps.length - steps.length, width, frames.length) }
    }
  }
  throw new ContrailError(
    'FILE_TOO_LARGE',
    `not even one picture fits into ${maxSizeBytes} bytes: allow more with --max-size`,
    { details: { maxBytes: maxSizeBytes } },
  )
}

function tell(leftOut: number, width: number, frames: number): Reduction[] {
  return [
    ...(leftOut > 0 ? [{ change: 'frames_left_out' as const, frames: leftOut }] : []),
    ...(width < widths[0]! ? [{ change: 'width' as const, frames, to: width }] : []),
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
function openingOf({ taskId, status, steps, failed }: RunView, notes: readonly string[]): AnimationFrame {
  return {
    blank: `${taskId}: ${status}`,
    title: `${steps.length} steps, ${failed.length} failed`,
    detail: notes.length > 0 ? 'Public: frames and texts may be left out.' : undefined,
    progress: 0,
    durationMs: stepMs,
  }
}

async function frameOf(view: RunView, step: StepView, pictures: ReadonlyMap<string, Image>): Promise<AnimationFrame> {
  const { before, after, index, action, aim, ok, error, point, span } = step
  const frame = (before.shown && before[before.shown]) ?? (after.shown && after[after.shown])
  // A frame that cannot be read is a blank one that says so.
  const bytes =
    frame &&
    (await pictures
      .get(frame.sha256)
      ?.read()
      .catch(() => undefined))
  const { viewport } = frame ?? {}
  const isPlaced = point && viewport && viewport.width > 0 && viewport.height > 0
  return {
    bytes,
    blank: frame ? 'this frame cannot be read' : 'no frame',
    title: `step ${index + 1} of ${view.steps.length}  ${action} ${aim}`,
    detail: ok ? '' : (error ?? 'failed'),
    failed: !ok,
    point: isPlaced ? { x: point.x / viewport.width, y: point.y / viewport.height } : undefined,
    progress: view.axis === 'clock' && span ? span.toMs / Math.max(1, view.endMs) : (index + 1) / view.steps.length,
    durationMs: stepMs,
  }
}
