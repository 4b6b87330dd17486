import type { EvidenceSink } from '@contrail/core'
import type { Page } from 'playwright'
import { captureDom } from '../../../src/index.ts'

/**
 * Advice after which the agent does otherwise. It has no other way to learn of a failure: without these words in its prompt
 * it does again what it always does.
 */
const advice = {
  vary: /never repeat an action that had no effect/i,
  leave: /when two actions in a row change nothing, .*take another way/i,
  lookAfterErrors: /after an error, look at the page again/i,
  tryAgain: /try it once more after a pause/i,
  stay: /stay on the site of the task/i,
  read: /must be on a page .* that you have seen/i,
  verify: /look at the page and quote its confirmation/i,
  goOn: /do not stop before every point of the task is answered/i,
} as const
type Advice = keyof typeof advice

/** A rule-driven agent on a page: a few tools, each recorded as a step with the look that the harness takes after it. */
export interface Agent {
  readonly page: Page
  /** Tells whether the prompt gives this advice. */
  heeds(name: Advice): boolean
  goto(path: string): Promise<void>
  /**
   * @param asked the address that the page asks because of it; the tool waits for the answer, and fails with it
   * @returns false where there is no such element, it cannot be clicked, or the answer was an error
   */
  click(role: 'button' | 'link' | 'cell' | 'rowheader', name: string, asked?: RegExp): Promise<boolean>
  /** Fill in a form, in one turn. */
  fillIn(values: Readonly<Record<string, string>>): Promise<void>
  /** @returns the page as a tree, which is then in the agent's own hands */
  look(): Promise<string>
  answer(message: string): Promise<string>
}

export function createAgent(page: Page, sink: EvidenceSink, origin: string, prompt: string): Agent {
  const capture = captureDom(page, sink, { probe: { mode: 'await' }, treeLimitMs: 10_000 })
  const step = <T>(
    details: { actionName: string; actionArgs?: Record<string, unknown>; target?: object },
    run: () => Promise<T>,
  ) => capture.turn((turn) => turn.step(details, run))
  return {
    page,
    heeds: (name) => advice[name].test(prompt),
    async goto(path) {
      const url = new URL(path, origin).href
      await step({ actionName: 'goto', actionArgs: { url } }, async () => void (await page.goto(url)))
    },
    async click(role, name, asked) {
      const run = async (): Promise<string> => {
        const element = page.getByRole(role, { name, exact: true }).first()
        if ((await element.count()) === 0) throw new Error(`there is no ${role} ${name}`)
        const answered = asked && page.waitForResponse(asked)
        await element.click()
        const response = await answered
        if (response && !response.ok())
          throw new Error(`the server answered ${response.status()} ${response.statusText()}`)
        await page.waitForLoadState('load')
        return `clicked ${name}`
      }
      return step({ actionName: 'click', target: { role, name } }, run).then(
        () => true,
        () => false,
      )
    },
    async fillIn(values) {
      await capture.turn(async (turn) => {
        for (const [name, value] of Object.entries(values))
          await turn.step({ actionName: 'fill', actionArgs: { value }, target: { role: 'textbox', name } }, () =>
            page.getByLabel(name).fill(value),
          )
      })
    },
    look: () => step({ actionName: 'look' }, () => page.ariaSnapshot()),
    async answer(message) {
      await capture.finalAnswer({ message })
      return message
    },
  }
}
