import { picturesOf, type Step } from '@contrail/core'
import { tellList, type Lining } from './lines.ts'

/** A picture that is named as evidence and cannot be shown. */
export interface UnreadableFile {
  /** Relative to the directory of the recording. */
  readonly path: string
  /** A sentence with the reason. */
  readonly problem: string
}

/** Look for pictures of a step that are not what was recorded, or none that can be shown: each is read once. */
export async function findUnreadable(step: Step): Promise<UnreadableFile[]> {
  const { findProblem } = await import('@contrail/viewer/run-view')
  const images = new Map(picturesOf(step).map((image) => [image.sha256, image]))
  const found = await Promise.all(
    [...images.values()].map(async (image) => {
      const problem = await findProblem(image)
      return problem === undefined ? [] : [{ path: image.path ?? image.sha256, problem }]
    }),
  )
  return found.flat()
}

/** Tell the pictures of a step that cannot be shown, below its evidence. */
export function tellUnreadable(unreadable: readonly UnreadableFile[], most: number, lining: Lining): string[] {
  const told = unreadable.map(({ path, problem }) => `${path}: ${problem}`)
  return tellList('  unreadable', told, most, lining)
}
