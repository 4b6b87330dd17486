import { captureDom, captureHybrid } from '@contrail/browser'
import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { keepEvents, useLivePages } from '../support/live-page.ts'

const live = useLivePages()
const secret = 'Qx7canaryLm2'
const soon = { timeout: 100 }
type Case = [content: string, act: (page: Page) => Promise<unknown>]

async function capture(open: typeof captureDom | typeof captureHybrid, cases: readonly Case[]) {
  const page = await live.reopen('/thanks.html')
  const told: { sensitive: unknown; text: string }[] = []
  for (const [content, act] of cases) {
    await page.setContent(content)
    const { sink, of, settled } = keepEvents()
    const { turn } = open(page, sink, { probe: { mode: 'off' } })
    await turn(({ step }) =>
      step({ actionName: 'act', actionArgs: { index: 4, text: secret } }, () => act(page)),
    ).catch(() => {})
    await settled()
    const [step] = of('step_finished')
    told.push({ sensitive: step?.sensitive, text: JSON.stringify(step?.toolOutput) })
  }
  return told
}

const fill = (page: Page): Promise<void> => page.fill('#a', secret, soon)
const password = '<label>Password<input id=a type=password></label>'

test('what could not be typed into a field for a secret is told as one, by what the error says of it', async () => {
  const cases: Record<string, Case> = {
    disabled: ['<label>Password<input id=a type=password disabled></label>', fill],
    'not shown': ['<input id=a type=password hidden>', fill],
    'read only': ['<input id=a autocomplete=cc-number readonly>', fill],
    'a text field by its name': ['<textarea id=a name=api_key disabled></textarea>', fill],
    'a text field by its label': [
      '<label>Password<input id=a disabled></label>',
      (page) => page.getByLabel('Password').fill(secret, soon),
    ],
    'one of two': [
      '<input class=a type=password><input class=a type=password>',
      (page) => page.locator('.a').fill(secret, soon),
    ],
    'a handle': ['<input id=a type=password disabled>', async (page) => (await page.$('#a'))?.fill(secret, soon)],
    'a selector that finds nothing': [password, (page) => page.fill('#b', secret, soon)],
    'an error that is given back': [
      '<input id=a type=password disabled>',
      (page) => fill(page).catch((error: unknown) => ({ ok: false, error: `act failed: ${String(error)}` })),
    ],
    'an error with a cause': [
      '<input id=a type=password disabled>',
      (page) => fill(page).catch((cause: unknown) => Promise.reject(new Error('act failed', { cause }))),
    ],
  }
  for (const [open, some] of [
    [captureDom, Object.entries(cases)],
    [captureHybrid, Object.entries(cases).slice(0, 2)],
  ] as const) {
    const told = await capture(
      open,
      some.map(([, one]) => one),
    )
    const missed = some.filter((_, at) => told[at]!.sensitive !== true || told[at]!.text.includes(secret))
    expect(missed.map(([name]) => name)).toEqual([])
  }
})

/** Give Playwright the time to look at the element: only then its error names it. */
async function fillUntilNamed(page: Page): Promise<void> {
  for (let timeout = 100; ; timeout *= 2) {
    const error = await page.fill('#name', secret, { timeout }).catch((thrown: unknown) => thrown)
    if (String(error).includes('<input') || timeout > 5_000) throw error
  }
}

test('what could not be typed into another field beside it, or clicked, is told as it is', async () => {
  const told = await capture(captureDom, [
    [`${password}<input id=name disabled>`, fillUntilNamed],
    ['<p>Hello', (page) => page.fill('#name', secret, soon)],
    ['<input id=a type=password disabled>', (page) => page.click('#a', soon)],
  ])
  expect(told.map(({ sensitive }) => sensitive)).toEqual([undefined, undefined, undefined])
})
