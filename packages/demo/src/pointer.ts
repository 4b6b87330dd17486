import { setTimeout as wait } from 'node:timers/promises'
import type { Page } from 'playwright'
import type { AriaNode } from '@contrail/core'
import { reveal, told, type Secrets } from './hands.ts'
import type { QuietPage } from './quiet-page.ts'
import type { Intent } from './decision.ts'

/**
 * An action that a computer-use model may ask for: points on the frame it was given, keys, and the wheel. CSS pixels.
 */
export type ScreenAction =
  | { readonly type: 'click'; readonly x: number; readonly y: number }
  | { readonly type: 'type'; readonly text: string }
  | { readonly type: 'scroll'; readonly deltaY: number }

/**
 * The elements of a page that can be seen in a viewport of this size: an element without a box, or outside, is not on
 * the frame.
 */
export function visibleNodes(
  nodes: readonly AriaNode[],
  viewport: { width: number; height: number },
): readonly AriaNode[] {
  return nodes.filter(({ box }) => {
    if (!box) return false
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
    return x >= 0 && y >= 0 && x < viewport.width && y < viewport.height
  })
}

/**
 * Turn an intent into actions at points of one frame. Pure.
 *
 * @throws {Error} when the frame does not show what is to be acted on, or the intent cannot be done by pointing
 */
export function toScreenActions(intent: Intent, nodes: readonly AriaNode[]): readonly ScreenAction[] {
  switch (intent.do) {
    case 'click':
    case 'open_slow':
      return [clickOn(intent, nodes)]
    case 'fill':
      return [clickOn(intent, nodes), { type: 'type', text: intent.value }]
    case 'look_for':
      return [{ type: 'scroll', deltaY: 600 }]
    case 'read_frame':
    case 'read_popup':
      throw new Error(`${intent.do} needs more than a pointer`)
  }
}

/** Carry out one action on the real page. Returns what the tool says. */
export async function point(page: Page, quiet: QuietPage, action: ScreenAction, secrets: Secrets): Promise<string> {
  switch (action.type) {
    case 'click':
      return told(await quiet.act(() => page.mouse.click(action.x, action.y)), `clicked at ${action.x}, ${action.y}`)
    case 'type':
      await page.keyboard.type(reveal(action.text, secrets))
      return `typed ${action.text.length} characters`
    case 'scroll':
      return scroll(page, action.deltaY)
  }
}

function clickOn(target: { role: string; name: string }, nodes: readonly AriaNode[]): ScreenAction {
  const node = nodes.find((candidate) => candidate.role === target.role && candidate.name === target.name)
  if (!node?.box) throw new Error(`${target.name} is not on the frame`)
  const { x, y, width, height } = node.box
  return { type: 'click', x: Math.round(x + width / 2), y: Math.round(y + height / 2) }
}

/** The wheel returns before the page has moved, so wait until it stands still. */
async function scroll(page: Page, deltaY: number): Promise<string> {
  const readTop = async (): Promise<number> => Number(await page.evaluate('window.scrollY'))
  await page.mouse.wheel(0, deltaY)
  let top = await readTop()
  for (let look = 0; look < 20; look += 1) {
    await wait(50)
    const before = top
    top = await readTop()
    if (top === before && look > 0) break
  }
  return `scrolled to ${Math.round(top)}`
}
