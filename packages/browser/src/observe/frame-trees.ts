import { withTimeLimit } from '@contrail/core'
import type { Frame } from 'playwright'
import { locateFrame } from '../page/frames.ts'
import { callInWorld } from '../page/world.ts'
import { viewportTree, type ShownTree } from './viewport-tree.ts'

/** More frames, and deeper ones, are told without what is in them. */
const [mostFrames, mostDepth] = [30, 8]

/** Reads what frames show that the page around them cannot look into: those of other sites. */
export interface FrameReader {
  /** The lines of a document with those of its frames below theirs. A frame that does not answer in time has none. */
  fillIn(frame: Frame, shown: ShownTree, depth?: number): Promise<string[]>
}

/**
 * Begin to read such frames of one look.
 *
 * @param options.budgetMs the time of its own thread that each frame may take
 * @param options.mostCharacters the length of the tree of each
 * @param options.limitMs the time that a frame is waited for, those in it too
 */
export function createFrameReader(options: { budgetMs: number; mostCharacters: number; limitMs: number }): FrameReader {
  const { limitMs, ...how } = options
  let asked = 0

  const read = async (frame: Frame, depth: number): Promise<string[]> => {
    const located = await locateFrame(frame)
    if (!located) return []
    const shown = await callInWorld(located.session, located.frameId, viewportTree, how)
    return 'lines' in shown ? fillIn(frame, shown, depth) : []
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
      return [line, ...(treeAt.get(at) ?? []).map((one) => indent + one)]
    })
  }
  return { fillIn }
}
