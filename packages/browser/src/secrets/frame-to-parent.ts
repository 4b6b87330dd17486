import type { Frame } from 'playwright'
import type { OwnSession } from '../page/cdp-session.ts'
import { frameWithProcess, locateFrame } from '../page/frames.ts'
import type { Box } from '../page/page-tools.ts'
import { callInWorld, mainFrameOf } from '../page/world.ts'
import { viewOf, type Size } from '../picture/view.ts'

/** A box in another window; undefined where it does not show there, `null` where nobody knows. */
export type Mapped = Box | undefined | null

type Quad = [number, number, number, number, number, number, number, number]

type Point = readonly [x: number, y: number]

/**
 * Map a box in a frame of another origin to the window around it, as the browser draws the frame, turned and scaled. All of a frame
 * that is drawn in perspective stands for what is in it; of one that reaches behind who looks at it nobody knows where it is.
 */
export async function frameToParent(
  session: OwnSession,
  frameId: string,
  { width, height }: Size,
  { x, y, width: wide, height: high }: Box,
): Promise<Mapped> {
  try {
    const { backendNodeId } = await session.send('DOM.getFrameOwner', { frameId })
    // Not `DOM.getContentQuads`, which gives the border around a frame and not its content.
    const { model } = await session.send('DOM.getBoxModel', { backendNodeId })
    const corners = cornersOf(model.content as Quad)
    if (!isConvex(corners)) return null
    const [from, to, opposite, down] = corners
    const isFlat = [0, 1].every((axis) => Math.abs(from[axis]! - to[axis]! + opposite[axis]! - down[axis]!) < 1)
    if (!isFlat) return boxAround(corners)
    const at = (across: number, along: number): Point =>
      [0, 1].map((axis) => {
        const begin = from[axis]!
        return begin + ((to[axis]! - begin) * across) / width + ((down[axis]! - begin) * along) / height
      }) as [number, number]
    return boxAround([at(x, y), at(x + wide, y), at(x, y + high), at(x + wide, y + high)])
  } catch {
    return null
  }
}

/**
 * Map a box in a frame to what shows of its page, through the processes that the frames between live in.
 *
 * @throws what the browser says of a frame that is gone
 */
export async function frameToPage(frame: Frame, size: Size, box: Box): Promise<Mapped> {
  const outer = frame.parentFrame()
  if (!outer) return box
  const [inner, around] = await Promise.all([locateFrame(frame), locateFrame(outer)])
  if (!inner || !around) return null
  const mapped = await frameToParent(around.session, inner.frameId, size, box)
  // The browser has placed it in the window of the next frame that has a process of its own.
  const root = await frameWithProcess(outer)
  if (!mapped || !root.parentFrame()) return mapped
  const { session } = around
  return frameToPage(root, await callInWorld(session, await mainFrameOf(session), viewOf, undefined), mapped)
}

function cornersOf([x, y, x1, y1, x2, y2, x3, y3]: Quad): readonly [Point, Point, Point, Point] {
  return [
    [x, y],
    [x1, y1],
    [x2, y2],
    [x3, y3],
  ]
}

/** Tells whether four corners turn one way: those of a square do, however it is turned, unless a part of it is behind the eye. */
function isConvex(corners: readonly Point[]): boolean {
  const turns = corners.map(([x, y], at) => {
    const [[x1, y1], [x2, y2]] = [corners[(at + 1) % 4]!, corners[(at + 2) % 4]!]
    return Math.sign((x1 - x) * (y2 - y1) - (y1 - y) * (x2 - x1))
  })
  return turns.every((turn) => turn === turns[0])
}

function boxAround(points: readonly Point[]): Box {
  const [left, top] = [0, 1].map((axis) => Math.min(...points.map((point) => point[axis]!))) as [number, number]
  const [right, low] = [0, 1].map((axis) => Math.max(...points.map((point) => point[axis]!))) as [number, number]
  return { x: left, y: top, width: right - left, height: low - top }
}
