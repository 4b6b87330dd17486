import { mapImages, type EvidenceEvent, type Image } from '@contrail/core'
import type { CompactOptions, CompactReport } from '../../src/index.ts'
import { diskIo, type Io } from '../../src/io/io.ts'
import { compactRecordingOn } from '../../src/keep/compact.ts'
import { readTrajectoryOn } from '../../src/read/read-trajectory.ts'
import { agentFrame, finalAnswer, screenshot, stepFinished, stepObserved } from './evidence.ts'
import { losslessImages, pixelsOf, plainPicture, stripedPicture } from './lossless-images.ts'

/**
 * A run with frames of every fate: of probes that become WebP and PNG, one of two names, one that the model saw too, an agent's
 * own, and one that no tool can decode.
 */
export const picturedRun: readonly EvidenceEvent[] = [
  screenshot(plainPicture('before')),
  stepObserved(),
  agentFrame(stripedPicture('seen by the model')),
  stepFinished({ actionName: 'goto' }),
  screenshot(plainPicture('shop')),
  stepObserved(),
  stepFinished(),
  screenshot(stripedPicture('lamp')),
  stepObserved({ title: 'Lamp' }),
  screenshot(plainPicture('seen by both'), { evidenceRole: 'agent_and_probe' }),
  stepFinished(),
  screenshot(plainPicture('shop')),
  stepObserved(),
  stepFinished(),
  screenshot(stripedPicture('paid')),
  stepObserved(),
  finalAnswer({ observation: { url: 'http://shop.test/done', screenshot: stripedPicture('paid') } }),
]

/** Compact with the tools of the tests. */
export function compact(
  directory: string,
  { io = diskIo, ...options }: Partial<CompactOptions> & { io?: Io } = {},
): Promise<CompactReport> {
  return compactRecordingOn(io, directory, { images: losslessImages, ...options })
}

/** Pixels of every image of a recording, by the hash of what was recorded. @throws where one cannot be read */
export async function picturesIn(directory: string, io = diskIo): Promise<Record<string, string>> {
  const images: Image[] = []
  mapImages(await readTrajectoryOn(io, directory), (image) => (images.push(image), image))
  const shown: Record<string, string> = {}
  for (const image of images) shown[recordedHash(image)] = describe(await image.read())
  return shown
}

/** The hash by which the journal knows an image. */
export function recordedHash({ sha256, originalSha256 }: Image): string {
  return originalSha256 ?? sha256
}

function describe(bytes: Uint8Array): string {
  const { width, height, rgb } = pixelsOf(bytes)
  return `${width}x${height} ${rgb.toString('base64')}`
}
