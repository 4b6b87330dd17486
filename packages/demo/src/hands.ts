import type { Locator, Page } from 'playwright'
import type { QuietPage } from './quiet-page.ts'
import type { Intent } from './decision.ts'

/** The values that the agent was handed but never says: a value `%card_number%` stands for the entry `card_number`. */
export type Secrets = Readonly<Record<string, string>>

const actionTimeoutMs = 3_000

/** Carry out an intent as a tool does that reads the page as a tree: through locators. Returns what the tool says. */
export async function carryOut(page: Page, quiet: QuietPage, intent: Intent, secrets: Secrets): Promise<string> {
  switch (intent.do) {
    case 'click':
      return told(
        await quiet.act(() => locate(page, intent).click({ timeout: actionTimeoutMs })),
        `clicked ${intent.name}`,
      )
    case 'fill':
      await locate(page, intent).fill(reveal(intent.value, secrets), { timeout: actionTimeoutMs })
      return `filled ${intent.name}`
    case 'open_slow':
      return openSlow(page, quiet, intent)
    case 'read_frame':
      return readFrame(page)
    case 'read_popup':
      return readPopup(page, intent)
    case 'look_for':
      return lookFor(page, intent.words)
  }
}

/** Put the secrets into a value, at the last moment before it is typed. */
export function reveal(value: string, secrets: Secrets): string {
  return value.replace(/%([a-z_]+)%/g, (whole, name: string) => secrets[name] ?? whole)
}

/** Write what a tool says of an action, with the questions that were answered on the way. */
export function told(dialogs: readonly string[], what: string): string {
  return [what, ...dialogs.map((question) => `answered “${question}” with OK`)].join('; ')
}

function locate(page: Page, target: { role: string; name: string }): Locator {
  // The role comes from Playwright's own snapshot, so it is one that Playwright knows.
  const role = target.role as Parameters<Page['getByRole']>[0]
  return page.getByRole(role, { name: target.name, exact: true }).first()
}

/** A page that is too slow for our patience is left for the one before, so that it cannot arrive in the middle of something else. */
async function openSlow(page: Page, quiet: QuietPage, intent: Extract<Intent, { do: 'open_slow' }>): Promise<string> {
  const href = await locate(page, intent).getAttribute('href', { timeout: actionTimeoutMs })
  if (href === null) throw new Error(`${intent.name} leads nowhere`)
  const before = page.url()
  const url = new URL(href, before).href
  await quiet.act(async () => {
    try {
      await page.goto(url, { timeout: intent.patienceMs })
    } catch (cause) {
      await page.goto(before)
      throw cause
    }
  })
  return `opened ${url}`
}

async function readFrame(page: Page): Promise<string> {
  const frame = page.frames().find((candidate) => candidate.parentFrame() === page.mainFrame())
  if (!frame) throw new Error('there is no frame on this page')
  return readLines(frame.locator('body'))
}

async function readPopup(page: Page, intent: Extract<Intent, { do: 'read_popup' }>): Promise<string> {
  const opened = page.waitForEvent('popup', { timeout: actionTimeoutMs })
  const [popup] = await Promise.all([opened, locate(page, intent).click({ timeout: actionTimeoutMs })])
  try {
    await popup.waitForLoadState('load', { timeout: actionTimeoutMs })
    return await readLines(popup.locator('body'))
  } finally {
    await popup.close()
  }
}

async function lookFor(page: Page, words: string): Promise<string> {
  const row = page.getByRole('row').filter({ hasText: words }).first()
  await row.scrollIntoViewIfNeeded({ timeout: actionTimeoutMs })
  return readLines(row)
}

/** Visible text, with its lines kept and its tabs made spaces. */
async function readLines(locator: Locator): Promise<string> {
  return (await locator.innerText({ timeout: actionTimeoutMs })).replaceAll('\t', ' ')
}
