import { ContrailError, imagesByHash, type ImageReference, type Trajectory } from '@contrail/core'
import { readTrajectory } from '@contrail/recorder'
import { toRunView } from '../../run-view.ts'
import { readInFlight, type InFlight } from '../../view/in-flight.ts'
import type { RunView } from '../../view/model.ts'
import { createRunSearch, type RunSearch } from '../../view/search.ts'
import { readFrame, type ReadFrame } from '../../view/unshown.ts'
import { followRun, type FollowedRun } from './followed-run.ts'

/** Says in words what the calls of a run cost, as `cost $0.0132`. */
export type DescribeCost = (run: Pick<Trajectory<ImageReference>, 'turns' | 'usage'>) => string

/** The facts of a run that its trajectory does not say. */
interface Known {
  readonly inFlight: InFlight | null
  readonly describeCost: DescribeCost | undefined
}

/** One recording as it is held for the pages that look at it. */
export interface OpenedRun {
  trajectory(): Trajectory<ImageReference>
  view(): RunView
  search(): RunSearch
  frame(sha256: string): Promise<ReadFrame>
  /** Set while the recording is being written. */
  readonly followed?: FollowedRun
  close(): void
}

/**
 * Open a recording: one that is over is read once, one that is being written is followed until it ends.
 *
 * @throws {ContrailError} as `readTrajectory`
 */
export async function openRun(directory: string, describeCost?: DescribeCost): Promise<OpenedRun> {
  const trajectory = await readTrajectory(directory)
  if (trajectory.status !== 'recording') {
    return openFinished(trajectory, { inFlight: await readInFlight(directory, trajectory.status), describeCost })
  }
  const followed = await followRun(directory)
  const current = remember(followed, describeCost)
  return {
    trajectory: followed.trajectory,
    view: () => current().view(),
    search: () => current().search,
    frame: (sha256) =>
      readFrame(
        () => followed.frame(sha256),
        () => declaredType(imagesByHash(followed.trajectory()), sha256),
      ),
    followed,
    close: followed.close,
  }
}

function openFinished(trajectory: Trajectory, known: Known): OpenedRun {
  const images = imagesByHash(trajectory)
  const { view, search } = lookAt(trajectory, known)
  const read = async (sha256: string): Promise<Uint8Array> => {
    const image = images.get(sha256)
    if (image) return image.read()
    throw new ContrailError('FRAME_MISSING', `no step of this recording has frame ${sha256}`)
  }
  return {
    trajectory: () => trajectory,
    view,
    search: () => search,
    frame: (sha256) =>
      readFrame(
        () => read(sha256),
        () => declaredType(images, sha256),
      ),
    close: () => undefined,
  }
}

/** The type that a frame was recorded with: what its bytes do not say themselves. */
function declaredType(images: ReadonlyMap<string, ImageReference>, sha256: string): string {
  return images.get(sha256)?.mediaType ?? 'unknown'
}

function lookAt(
  trajectory: Trajectory<ImageReference>,
  { inFlight, describeCost }: Known,
): { view: () => RunView; search: RunSearch } {
  let view: RunView | undefined
  return {
    view: () => (view ??= toRunView(trajectory, { inFlight, cost: describeCost?.(trajectory) })),
    search: createRunSearch(trajectory),
  }
}

/** Keep what was made of a trajectory until there is another. */
function remember(followed: FollowedRun, describeCost: DescribeCost | undefined): () => ReturnType<typeof lookAt> {
  let of: Trajectory<ImageReference> | undefined
  let made: ReturnType<typeof lookAt> | undefined
  return () => {
    const trajectory = followed.trajectory()
    if (!made || trajectory !== of) made = lookAt(trajectory, { inFlight: followed.inFlight(), describeCost })
    of = trajectory
    return made
  }
}
