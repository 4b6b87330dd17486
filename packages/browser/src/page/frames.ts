import type { Frame } from 'playwright'
import { openSession, type OwnSession } from './cdp-session.ts'

/** A frame as Chromium's tools know it. */
export interface LocatedFrame {
  readonly session: OwnSession
  readonly frameId: string
}

/** The frames of one process, as `Page.getFrameTree` gives them. */
export interface FrameTree {
  readonly frame: { readonly id: string }
  readonly childFrames?: readonly FrameTree[]
}

/**
 * Find a frame in the session that can ask it: its own where it lives in a process of its own, else that of the nearest frame around
 * it that has one. In both of Playwright and Chromium frames stand in the order in which they came.
 *
 * @returns undefined where the two do not agree, while frames come and go
 * @throws what the browser says
 */
export async function locateFrame(frame: Frame): Promise<LocatedFrame | undefined> {
  const within: number[] = []
  for (let at = frame; ;) {
    const outer = at.parentFrame()
    const session = await openSession(outer ? at : at.page())
    if (session) {
      const { frameTree } = await session.send('Page.getFrameTree')
      const found = within.reduceRight<FrameTree | undefined>((tree, index) => tree?.childFrames?.[index], frameTree)
      return found && { session, frameId: found.frame.id }
    }
    if (!outer) return undefined
    const beside: Frame[] = []
    for (const one of outer.childFrames()) if (one === at || !(await openSession(one))) beside.push(one)
    within.push(beside.indexOf(at))
    at = outer
  }
}

/** The frame itself where it lives in a process of its own, else the nearest frame around it that does; the main one has one. */
export async function frameWithProcess(frame: Frame): Promise<Frame> {
  let at = frame
  for (let outer = at.parentFrame(); outer && !(await openSession(at)); outer = at.parentFrame()) at = outer
  return at
}
