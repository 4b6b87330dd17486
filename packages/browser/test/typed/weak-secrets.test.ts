import { captureCua, captureDom, captureHybrid, recordPage } from '@contrail/browser'
import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { inFast } from '../../../../scripts/test-size.ts'
import { keepEvents, useLivePages } from '../support/live-page.ts'

const live = useLivePages()
/** They take steps in the same way; what one of them does alone is tried beside it. */
const both = [captureDom, captureHybrid]
const boxes = `<fieldset><legend>Verification code</legend>
  ${'<input maxlength=1 size=1 oninput="this.nextElementSibling?.focus()">'.repeat(6)}</fieldset>
  <label>Title <input id=title></label> <label>Seats <input id=seats></label>`

interface Step {
  readonly actionName: string
  readonly actionArgs: Record<string, unknown>
  readonly act: (page: Page) => Promise<unknown>
  readonly isSecret: boolean
}

const steps: readonly Step[] = [
  {
    actionName: 'type',
    actionArgs: { text: '739168' },
    act: async (page) => {
      await page.locator('input').first().focus()
      await page.keyboard.type('739168')
    },
    isSecret: true,
  },
  {
    actionName: 'input_text',
    actionArgs: { index: 8, text: 'Keynote' },
    act: (page) => page.fill('#title', 'Keynote'),
    isSecret: false,
  },
  {
    actionName: 'input_text',
    actionArgs: { index: '8', text: '8' },
    act: (page) => page.fill('#seats', '8'),
    isSecret: false,
  },
  {
    actionName: 'click',
    actionArgs: { index: 8, reason: 'Row 8 has 16 seats' },
    act: (page) => page.click('#title'),
    isSecret: false,
  },
  {
    actionName: 'input_text',
    actionArgs: { index: 2, text: '5' },
    act: (page) => page.locator('input').nth(5).fill('5'),
    isSecret: true,
  },
]

test('once a digit stands in a box of a code a step is a secret by the text that it typed there, and by no other argument', async () => {
  const expected = steps.map(({ isSecret }) => (isSecret ? true : undefined))
  const run = async (
    tell: (page: Page, sink: ReturnType<typeof keepEvents>['sink']) => (step: Step) => Promise<unknown>,
  ) => {
    const page = await live.show(boxes)
    const { sink, of, settled } = keepEvents()
    const take = tell(page, sink)
    for (const step of steps) await take(step)
    await settled()
    expect(of('step_finished').map(({ sensitive }) => sensitive)).toEqual(expected)
    const { ariaTree } = of('step_observed').at(-1)!
    expect(ariaTree).toContain('Keynote')
    expect(ariaTree).toMatch(/textbox "Seats".*: "8"/)
    expect(ariaTree?.match(/one_time_code/g)).toHaveLength(6)
  }
  for (const open of inFast([captureDom], both))
    await run((page, sink) => {
      const { turn } = open(page, sink)
      return ({ act, ...details }) => turn(({ step }) => step(details, () => act(page)))
    })
  await run((page, sink) => {
    const capture = captureCua(page, sink)
    return ({ actionName, actionArgs, act }) => capture.act({ type: actionName, ...actionArgs }, () => act(page))
  })
})

test('a delay of as many ms as a digit of a code is none of it', async () => {
  const page = await live.show(boxes)
  const { sink, of, settled } = keepEvents()
  const recorded = recordPage(page, sink)
  await page.locator('input').first().focus()
  await recorded.keyboard.type('888888')
  await recorded.locator('#title').pressSequentially('Keynote', { delay: 8 })
  await settled()
  expect(of('step_finished').map(({ sensitive }) => sensitive)).toEqual([true, undefined])
})

const passwords = ['2026', 'test', 'Acme', 'Marsh"Kestrel&41']
const allPasswords = [...passwords, '4821', 'summer']

test.each(inFast(passwords, allPasswords))(
  'the password %s is out of its field, its step and its result; only a strong one is out of the pages and events behind it',
  async (value) => {
    const isStrong = value.length > 8
    const said = `© 2026 Acme, order 4821: test passed in summer, ${value}`
    const page = await live.show(`<label>Password <input type=password id=p></label>
      <button type=button onclick="p.type = 'text'">Show</button>
      <label>Company <input id=c></label><p id=o></p>`)
    const { sink, of, settled } = keepEvents()
    const { turn } = captureDom(page, sink, { environment: 'all' })
    await turn(async ({ step }) => {
      const type = (selector: string, text: string) =>
        step({ actionName: 'fill', actionArgs: { selector, text }, reasoning: `I type ${text}` }, async () => {
          await page.fill(selector, text)
          return { message: `typed ${text} into ${selector}` }
        })
      await type('#p', value)
      await step({ actionName: 'click', actionArgs: { text: 'Show' } }, () => page.click('button'))
      await type('#c', isStrong ? 'Acme' : value)
      await step({ actionName: 'read', actionArgs: { selector: 'test 2026' } }, () =>
        page.evaluate((text) => {
          document.title = document.querySelector('#o')!.textContent = text
          console.log(text)
          return text
        }, said),
      )
    })
    await settled()

    const finished = of('step_finished')
    expect(finished.map(({ sensitive }) => sensitive)).toEqual([true, undefined, undefined, undefined])
    expect(finished[0]).toMatchObject({
      reasoning: 'I type [redacted:password:00000000]',
      toolOutput: { result: { message: 'typed [redacted:password:00000000] into #p' } },
    })
    const kept = isStrong ? said.replace(value, '[redacted:password:00000000]') : said
    expect(finished[3]?.toolOutput.result).toBe(kept)
    const seen = of('step_observed').at(-1)!
    expect(seen.title).toBe(kept)
    expect(seen.ariaTree).toContain(isStrong ? '[redacted:password:00000000]' : said)
    expect(seen.ariaTree).toMatch(/textbox "Password".*: "\[redacted:password:0{8}\]"/)
    expect(seen.ariaTree).toMatch(/textbox "Company".*: "?(?:2026|test|4821|summer|Acme)/)
    expect(JSON.stringify(of('page_event'))).toContain(JSON.stringify(kept).slice(1, -1))
  },
)
