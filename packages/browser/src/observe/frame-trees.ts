import { withTimeLimit } from '@contrail/core'
import type { Frame } from 'playwright'
import type { ShownTree } from './viewport-tree.ts'

/** More frames, and deeper ones, are told without what is in them. */
const [mostFrames, mostDepth] = [40, 8]

/** Puts the trees of frames into that of the page around them. */
export interface FrameReader {
  /** The lines of a document with those of its frames below theirs. A frame that does not answer in time has none. */
  fillIn(frame: Frame, shown: ShownTree, depth?: number): Promise<string[]>
}

/**
 * Begin to read the frames of one look.
 *
 * @param readOne gives the tree of a frame's document, undefined where there is none
 * @param options.limitMs the time that a frame is waited for, those in it too
 * @param options.opening stands behind the line of a frame that has lines below. Default: nothing
 */
export function createFrameReader(
  readOne: (frame: Frame) => Promise<ShownTree | undefined>,
  { limitMs, opening = '' }: { limitMs: number; opening?: string },
): FrameReader {
  let asked = 0

  const read = async (frame: Frame, depth: number): Promise<string[]> => {
    const shown = await readOne(frame)
    return shown ? fillIn(frame, shown, depth) : []
  }

  const fillIn = async (frame: Frame, { lines, frames }: ShownTree, depth = 0): Promise<string[]> => {
    const inner = await Promise.all(
      frames.map(async ({ line, path }) => {
        const found = path.reduce<Frame | undefined>((at, index) => at?.childFrames()[index], frame)
        if (!found || depth >= mostDepth || (asked += 1) > mostFrames) return { line, tree: [] }
        const tree = await withTimeLimit(limitMs, () => read(found, depth + 1)).catch(() => [])
        return { line, tree }
      }),
    )
    const treeAt = new Map(inner.map(({ line, tree }) => [line, tree]))
    return lines.flatMap((line, at) => {
      const indent = `${/^ */.exec(line)![0]}  `
      const inside = treeAt.get(at) ?? []
      return [inside.length > 0 ? line + opening : line, ...inside.map((one) => indent + one)]
    })
  }
  return { fillIn }
}
