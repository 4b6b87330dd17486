import type { Frame } from 'playwright'
import { openSession, type OwnSession } from '../page/cdp-session.ts'
import { locateFrame } from '../page/frames.ts'
import type { Box } from '../page/page-tools.ts'
import { callInWorld, mainFrameOf } from '../page/world.ts'
import { viewOf, type Size } from '../picture/view.ts'

/** A box in another window; undefined where it does not show there, `null` where nobody knows. */
export type Mapped = Box | undefined | null

type Quad = [number, number, number, number, number, number, number, number]

/**
 * Map a box in a frame of another origin to the window around it, as the browser draws the frame, turned and scaled. What cannot be
 * mapped stands for the whole frame.
 */
export async function frameToParent(
  session: OwnSession,
  frameId: string,
  { width, height }: Size,
  box: Box,
): Promise<Mapped> {
  try {
    const { backendNodeId } = await session.send('DOM.getFrameOwner', { frameId })
    // Not `DOM.getContentQuads`, which gives the border around a frame and not its content.
    const { model } = await session.send('DOM.getBoxModel', { backendNodeId })
    const [x, y, x1, y1, , , x3, y3] = model.content as Quad
    const at = (across: number, down: number): [number, number] => [
      x + (x1 - x) * across + (x3 - x) * down,
      y + (y1 - y) * across + (y3 - y) * down,
    ]
    const right = (box.x + box.width) / width
    const bottom = (box.y + box.height) / height
    const corners = [
      at(box.x / width, box.y / height),
      at(right, box.y / height),
      at(box.x / width, bottom),
      at(right, bottom),
    ]
    const [left, top] = [0, 1].map((axis) => Math.min(...corners.map((corner) => corner[axis]!))) as [number, number]
    const [most, low] = [0, 1].map((axis) => Math.max(...corners.map((corner) => corner[axis]!))) as [number, number]
    return { x: left, y: top, width: most - left, height: low - top }
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
  let root = outer
  while (root.parentFrame() && !(await openSession(root))) root = root.parentFrame()!
  if (!mapped || !root.parentFrame()) return mapped
  const { session } = around
  return frameToPage(root, await callInWorld(session, await mainFrameOf(session), viewOf, undefined), mapped)
}
