import { ContrailError, mapImages, type Image, type ImageReference, type Trajectory } from '@contrail/core'
import { readTrajectory } from '@contrail/recorder'
import { toRunView } from '../../run-view.ts'
import type { RunView } from '../../view/model.ts'
import { createRunSearch, type RunSearch } from '../../view/search.ts'
import { followRun, type FollowedRun } from './followed-run.ts'

/** One recording as it is held for the pages that look at it. */
export interface OpenedRun {
  trajectory(): Trajectory<ImageReference>
  view(): RunView
  search(): RunSearch
  /** The bytes of a frame, verified. @throws {ContrailError} as `Image.read` */
  frame(sha256: string): Promise<Uint8Array>
  /** The hashes of its frames, as far as they are known when it is opened. */
  readonly frames: Iterable<string>
  /** Set while the recording is being written. */
  readonly followed?: FollowedRun
  close(): void
}

/**
 * Open a recording: one that is over is read once, one that is being written is followed until it ends.
 *
 * @throws {ContrailError} as `readTrajectory`
 */
export async function openRun(directory: string): Promise<OpenedRun> {
  const trajectory = await readTrajectory(directory)
  if (trajectory.status !== 'recording') return openFinished(trajectory)
  const followed = await followRun(directory)
  const current = remember(() => followed.trajectory())
  return {
    trajectory: followed.trajectory,
    view: () => current().view(),
    search: () => current().search,
    frame: followed.frame,
    frames: [],
    followed,
    close: followed.close,
  }
}

function openFinished(trajectory: Trajectory): OpenedRun {
  const images = new Map<string, Image>()
  mapImages(trajectory, (image) => {
    images.set(image.sha256, image)
    return image
  })
  const { view, search } = lookAt(trajectory)
  return {
    trajectory: () => trajectory,
    view,
    search: () => search,
    async frame(sha256) {
      const image = images.get(sha256)
      if (image) return image.read()
      throw new ContrailError('FRAME_MISSING', `no step of this recording has frame ${sha256}`)
    },
    frames: images.keys(),
    close: () => undefined,
  }
}

function lookAt(trajectory: Trajectory<ImageReference>): { view: () => RunView; search: RunSearch } {
  let view: RunView | undefined
  return { view: () => (view ??= toRunView(trajectory)), search: createRunSearch(trajectory) }
}

/** Keep what was made of a trajectory until there is another. */
function remember(trajectoryOf: () => Trajectory<ImageReference>): () => ReturnType<typeof lookAt> {
  let of: Trajectory<ImageReference> | undefined
  let made: ReturnType<typeof lookAt> | undefined
  return () => {
    const trajectory = trajectoryOf()
    if (!made || trajectory !== of) made = lookAt(trajectory)
    of = trajectory
    return made
  }
}
