import type { DomCapture, DomTurn, HybridCapture } from '@contrail/browser'
import { parseAria, type AriaNode, type EvidenceSink } from '@contrail/core'
import {
  carryOut,
  point,
  toScreenActions,
  visibleNodes,
  watchPage,
  type Body,
  type DemoMode,
  type Intent,
  type Secrets,
} from '@contrail/demo'
import type { Page } from 'playwright'
import { captureCua, captureDom, captureHybrid } from '../capture/captures.ts'

/**
 * The most characters of a page that the rules are given, as if their context were small. The cut is at the end of a
 * line.
 */
const contextCharacters = 12_000

/** Give the agent a body on a page: what it sees, what it can do, and a capture that records both into the sink. */
export function createBody(mode: DemoMode, page: Page, sink: EvidenceSink, secrets: Secrets): Body {
  switch (mode) {
    case 'dom':
      return createTreeBody(page, captureDom(page, sink), secrets)
    case 'hybrid': {
      const capture = captureHybrid(page, sink)
      return createTreeBody(page, capture, secrets, capture)
    }
    case 'cua':
      return createScreenBody(page, sink, secrets)
  }
}

/** Sees the aria tree, and a frame where the capture takes them; acts through locators. */
function createTreeBody(
  page: Page,
  capture: DomCapture,
  secrets: Secrets,
  frames?: Pick<HybridCapture, 'screenshot'>,
): Body {
  const quiet = watchPage(page)
  return {
    async look() {
      await frames?.screenshot()
      const snapshot = cutToContext(await page.ariaSnapshot())
      return { url: page.url(), nodes: parseAria(snapshot), charactersRead: snapshot.length }
    },
    turn: (run) =>
      capture.turn((turn: DomTurn) =>
        run({
          said: (words) => turn.said(words),
          act: (intent) => turn.step(describe(intent), () => carryOut(page, quiet, intent, secrets)),
        }),
      ),
    finalAnswer: (answer) => capture.finalAnswer(answer),
  }
}

/** Sees one frame and what is on it; acts by points of that frame, keys and the wheel. */
function createScreenBody(page: Page, sink: EvidenceSink, secrets: Secrets): Body {
  const quiet = watchPage(page)
  const capture = captureCua(page, sink)
  let onFrame: readonly AriaNode[] = []
  return {
    async look() {
      await capture.screenshot()
      const snapshot = cutToContext(await page.ariaSnapshot({ boxes: true }))
      onFrame = visibleNodes(parseAria(snapshot), page.viewportSize() ?? { width: 0, height: 0 })
      const charactersRead = onFrame.reduce(
        (sum, node) => sum + node.role.length + node.name.length + node.text.length,
        0,
      )
      return { url: page.url(), nodes: onFrame, charactersRead }
    },
    turn: (run) =>
      capture.turn((turn) =>
        run({
          said: (words) => turn.said(words),
          async act(intent) {
            const said: string[] = []
            for (const action of toScreenActions(intent, onFrame)) {
              said.push(
                await capture.act({ ...action, reasoning: intent.why }, () => point(page, quiet, action, secrets)),
              )
            }
            return said.join('; ')
          },
        }),
      ),
    finalAnswer: (answer) => capture.finalAnswer(answer),
  }
}

function describe(intent: Intent): Parameters<DomTurn['step']>[0] {
  const { do: actionName, why, ...actionArgs } = intent
  const target = 'role' in intent ? { target: { role: intent.role, name: intent.name } } : {}
  return { actionName, actionArgs, reasoning: why, ...target }
}

function cutToContext(snapshot: string): string {
  if (snapshot.length <= contextCharacters) return snapshot
  return snapshot.slice(0, snapshot.lastIndexOf('\n', contextCharacters))
}
