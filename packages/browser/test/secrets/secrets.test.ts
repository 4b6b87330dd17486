import { createHash } from 'node:crypto'
import { captureCua, captureDom, captureHybrid, observePage, recordPage, type CaptureOptions } from '@contrail/browser'
import { createRedactor, snapshotEvent, type EvidenceEvent, type EvidenceSink, type Redactor } from '@contrail/core'
import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { bySize, inFast } from '../../../../scripts/test-size.ts'
import { keepEvents, useLivePages } from '../support/live-page.ts'
import { images } from '../support/pixels.ts'

const live = useLivePages()

/** Values that must not be seen again, in the fields of `account.html`. */
const canaries = { password: `It's "q8'&+ zebra`, code: '730418', card: '4111 1111 1111 1111', cvc: 'Z9K3' }
const spellings = Object.values(canaries).flatMap((value) => [
  value,
  JSON.stringify(value).slice(1, -1),
  encodeURIComponent(value),
  new URLSearchParams({ v: value }).toString().slice(2),
  value.replaceAll(' ', ''),
])

function textOf(events: readonly unknown[]): string {
  // Numbers measure, and may look like anything.
  return JSON.stringify(events, (_key, value: unknown) => {
    if (value instanceof Uint8Array) return 'bytes'
    return typeof value === 'number' ? 0 : value
  })
}

function canariesIn(text: string): string[] {
  return spellings.filter((spelling) => text.includes(spelling) || text.includes(JSON.stringify(spelling).slice(1, -1)))
}

/** Store events as a recorder would. */
function stored(events: readonly EvidenceEvent[]): { text: string; redactor: Redactor } {
  const fingerprint = (value: string) => createHash('sha256').update(`key${value}`).digest('hex').slice(0, 8)
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
  const redactor = createRedactor({ fingerprint })
  const text = textOf(events.map((event) => snapshotEvent(event.type, event, { sha256, redactor }).event))
  return { text, redactor }
}

type Type = (field: string, text: string) => Promise<unknown>

/** Each mode types the same, one step a field, then shows the password, signs in, and answers. */
const modes: Record<
  string,
  (
    page: Page,
    sink: EvidenceSink,
    run: (type: Type, click: (selector: string) => Promise<unknown>) => Promise<void>,
  ) => Promise<void>
> = {
  dom: async (page, sink, run) => {
    const capture = captureDom(page, sink)
    await capture.turn(({ step }) =>
      run(
        (field, text) =>
          step({ actionName: 'fill', actionArgs: { ref: field, fieldText: { value: text } } }, async () => {
            await page.fill(field, text)
            return { success: true, message: `typed ${text} into ${field}` }
          }),
        (selector) => step({ actionName: 'click', actionArgs: { selector } }, () => page.click(selector)),
      ),
    )
    await capture.finalAnswer({ message: 'I am signed in' })
  },
  hybrid: async (page, sink, run) => {
    const capture = captureHybrid(page, sink, { maskAgentFrames: true })
    await capture.turn(async ({ step }) => {
      await capture.screenshot()
      await run(
        (field, text) =>
          step({ actionName: 'type', actionArgs: { selector: field, text } }, () =>
            page.locator(field).pressSequentially(text),
          ),
        (selector) => step({ actionName: 'click', actionArgs: { selector } }, () => page.click(selector)),
      )
    })
    await capture.finalAnswer({ message: 'I am signed in' })
  },
  cua: async (page, sink, run) => {
    const capture = captureCua(page, sink)
    await run(
      async (field, text) => {
        await page.focus(field)
        await capture.act({ type: 'type', text }, () => page.keyboard.type(text))
      },
      (selector) => capture.act({ type: 'click', x: 1, y: 1 }, () => page.click(selector)),
    )
    await capture.finalAnswer({ message: 'I am signed in' })
  },
  recordPage: async (original, sink, run) => {
    const page = recordPage(original, sink)
    await run(
      (field, text) => page.locator(field).fill(text),
      (selector) => page.click(selector),
    )
  },
}

// A hybrid capture takes turns as the one of the DOM does.
test.each(Object.entries(modes).filter(([mode]) => inFast(mode !== 'hybrid', true)))(
  'in mode %s what is typed into fields for secrets stands on the bus only as the arguments of sensitive steps, and is not stored',
  async (_mode, record) => {
    const page = await live.reopen('/account.html')
    const { sink, events, of } = keepEvents()
    await record(page, sink, async (type, click) => {
      await type('#nickname', 'Robin')
      for (const [field, text] of Object.entries(canaries)) await type(`#${field}`, text)
      await click('#show')
      await click('text=Sign in >> visible=true >> nth=-1')
    })
    expect(page.url()).toContain('p=')
    expect(await page.title()).toContain(canaries.password)

    const typed = of('step_finished').filter(({ actionArgs }) => canariesIn(textOf([actionArgs])).length > 0)
    expect(typed).toHaveLength(4)
    expect(typed.map(({ sensitive }) => sensitive)).toEqual([true, true, true, true])
    const others = of('step_finished').filter((step) => !typed.includes(step))
    expect(others.map(({ sensitive }) => sensitive)).toEqual([undefined, undefined, undefined])

    const withoutArguments = events.map((event) => ({ ...event, actionArgs: undefined }))
    expect(canariesIn(textOf(withoutArguments))).toEqual([])
    expect(textOf(withoutArguments)).toContain('[redacted:password:00000000]')
    expect(canariesIn(stored(events).text)).toEqual([])
    expect(stored(events).text).toContain('Robin')
    expect(stored(events).redactor.receipt()).toMatchObject({ password: expect.any(Number) })
  },
)

test('an aria tree names its fields and hides their values, in names around them too, before it is cut', async () => {
  const page = await live.reopen('/account.html')
  for (const [field, text] of Object.entries(canaries)) await page.fill(`#${field}`, text)
  await page.fill('#nickname', 'Robin')
  const bare = (await observePage(page, { mask: false })).ariaTree ?? ''
  expect(canariesIn(bare)).toEqual(expect.arrayContaining([canaries.code, canaries.card]))
  expect(bare).toMatch(/checkbox .*zebra/)
  const { ariaTree = '' } = await observePage(page)
  expect(canariesIn(ariaTree)).toEqual([])
  expect(ariaTree).not.toContain('zebra')
  expect(ariaTree).toMatch(/textbox "Password": "\[redacted:password:00000000\]"/)
  expect(ariaTree).toMatch(/textbox "CVC": "\[redacted:card:00000000\]"/)
  expect(ariaTree).toContain('Robin')
  const { ariaTree: cut = '' } = await observePage(page, { budgetTokens: 40 })
  expect(cut).toContain('TRUNCATED')
  expect(cut).not.toMatch(/It's|zebra|q8/)
  const { redactor } = stored([])
  expect(redactor.ariaTree(ariaTree)).toBe(ariaTree)
})

test('a value of one to three characters is hidden in its field', async () => {
  const page = await live.reopen('/account.html')
  await page.fill('#password', 'x1')
  await page.fill('#nickname', 'x12')
  const { ariaTree } = await observePage(page)
  expect(ariaTree).toMatch(/textbox "Password": "\[redacted:password:00000000\]"/)
  expect(ariaTree).toContain('x12')
})

test('the boxes of a one-time code are known by the label of their group, and other boxes of a group are not', async () => {
  const page = await live.show(`
    <fieldset><legend>Verification code</legend><input maxlength="1" value="4"><input maxlength="1" value="8"></fieldset>
    <div role="group" aria-label="One-time code"><input maxlength="1" value="7"></div>
    <h2 id="h">PIN</h2><div role="group" aria-labelledby="h"><input maxlength="1" value="5"></div>
    <fieldset><legend>Verification code sent to</legend><input aria-label="Number" value="6"></fieldset>
    <fieldset><legend>Grade</legend><input maxlength="1" value="A"></fieldset>
    <input name="userPin" value="4711"><input name="user_pass" value="UserPass12">`)
  const { ariaTree = '', masked } = await observePage(page, { images })
  expect(masked).toBe(true)
  expect(ariaTree.match(/: "?[0-9A][^:]*$|UserPass12|4711/gm)).toEqual([': "6"', ': A'])
  expect(ariaTree.match(/\[redacted:(?:one_time_code|password):0{8}\]/g)).toHaveLength(6)
})

test.each([
  ['in the middle of a grid', '<td style="position: fixed; left: 40px; top: 40px">{}</td>'],
  [
    'in a row that is out of sight',
    '<td><div style="position: relative; left: 0"><div style="position: fixed; left: 40px; top: 40px">{}</div></div></td>',
  ],
])(
  'a field that is known by its label alone and stands elsewhere than its place %s is painted over',
  async (_where, cell) => {
    const page = await live.show('')
    await page.evaluate((html) => {
      const field = html.replace('{}', '<label>Password <input value="tiger-in-the-tank"></label>')
      const row = (at: number): string => `<tr>${at === 2_500 ? field : `<td>${at}</td>`}<td>a</td><td>b</td></tr>`
      document.body.innerHTML = `<table>${Array.from({ length: 5_000 }, (_, at) => row(at)).join('')}</table>`
    }, cell)
    const seen = await observePage(page, { images })
    expect(seen).toMatchObject({ masked: true, gaps: [] })
    expect(seen.ariaTree ?? '').not.toContain('tiger-in-the-tank')
  },
)

test('a password stays one when a toggle shows it in a field without any hint', async () => {
  const page = await live.show('<input type="password" id="f"><button onclick="f.type = \'text\'">Eye</button>')
  const { settled, sink, of } = keepEvents()
  await captureDom(page, sink, { images }).turn(async ({ step }) => {
    await step({ actionName: 'fill', actionArgs: { text: 'hunter2hunter2' } }, () => page.fill('#f', 'hunter2hunter2'))
    await step({ actionName: 'click' }, () => page.click('button'))
  })
  await settled()
  expect(of('screenshot')[0]?.masked).toBe(true)
  expect(of('step_observed')[0]?.ariaTree).toContain('[redacted:password:00000000]')
})

test('keys pressed one by one in a field for a secret are sensitive, in frames and dialogs too', async () => {
  const page = await live.reopen('/secrets.html?show=frameInDialog')
  const { settled, sink, of } = keepEvents()
  const capture = captureCua(page, sink)
  const field = page.frameLocator('iframe').locator('input')
  await field.fill('')
  for (const key of ['a', 'b']) await capture.act({ type: 'keypress', keys: [key] }, () => page.keyboard.press(key))
  await capture.act({ type: 'click', x: 5, y: 5 }, () => page.mouse.click(5, 5))
  await settled()
  expect(of('step_finished').map(({ sensitive }) => sensitive)).toEqual([true, true, undefined])
})

test('a step that says it is sensitive is, and so is one that clicks and types by itself', async () => {
  const page = await live.reopen('/account.html')
  const { settled, sink, of } = keepEvents()
  await captureDom(page, sink).turn(({ step }) => step({ actionName: 'sign', sensitive: true }, () => 'done'))
  const capture = captureCua(page, sink)
  await capture.act({ type: 'sign', sensitive: true }, () => 'done')
  await capture.act({ type: 'type_text_at', x: 1, y: 1, text: 'tiger-1' }, () => page.fill('#password', 'tiger-1'))
  await capture.act({ type: 'type_text_at', x: 1, y: 1, text: 'tiger-1' }, () => page.fill('#nickname', 'tiger'))
  await settled()
  expect(of('step_finished').map(({ sensitive }) => sensitive)).toEqual([true, true, true, true])
  expect(of('step_finished')[1]?.actionArgs).toEqual({ type: 'sign' })
})

test('a secret that a tool put in by itself is left out of what it reports', async () => {
  const page = await live.reopen('/account.html')
  const { settled, sink, of } = keepEvents()
  const capture = captureDom(page, sink)
  const result = { filled: { '#password': ['hunter-2', 7] }, page }
  await capture.turn(async ({ step }) => {
    const given = await step({ actionName: 'act', actionArgs: { fill: '%password%' } }, async () => {
      await page.fill('#password', 'hunter-2')
      return result
    })
    expect(given).toBe(result)
  })
  await settled()
  const [step] = of('step_finished')
  expect(step).not.toHaveProperty('sensitive')
  expect(step?.toolOutput.result).toMatchObject({ filled: { '#password': ['[redacted:password:00000000]', 7] } })
})

test('without masking the page is told as it is, and typing is still marked', async () => {
  const page = await live.reopen('/account.html')
  const { settled, sink, of } = keepEvents()
  const options: CaptureOptions = { mask: false }
  await captureDom(page, sink, options).turn(({ step }) =>
    step({ actionName: 'fill', actionArgs: { text: 'hunter-2' } }, () => page.fill('#password', 'hunter-2')),
  )
  await settled()
  expect(of('step_finished')[0]?.sensitive).toBe(true)
  expect(of('step_observed')[0]?.ariaTree).toContain('hunter-2')
  expect(of('screenshot')[0]).not.toHaveProperty('masked')
})

/** Rounds of the next test: whether the form was looked at before it was filled. */
const outside = bySize({
  fast: [true, false],
  faults: [true, true, true, false, false],
  long: [true, true, false, false],
})

test('what was typed outside of steps is left out of what a step brings that submits it at once, and leaves the page', async () => {
  for (const hasLookedAtForm of outside) {
    const page = await live.reopen('/index.html')
    const { settled, sink, events, of } = keepEvents()
    const capture = captureCua(page, sink)
    await capture.act({ type: 'look' }, () => 'nothing')
    await settled()
    // Else the last look saw no field, and there is none after the action either.
    if (!hasLookedAtForm)
      await page.evaluate(
        () => (document.body.innerHTML = '<form action="/thanks.html"><input type="password" name="p"></form>'),
      )
    else {
      await page.setContent('<form action="/thanks.html"><input type="password" name="p"></form>')
      await capture.act({ type: 'look' }, () => 'nothing')
      await settled()
    }
    await page.locator('input').fill('typed-outside-of-steps')
    await capture.act({ type: 'submit' }, () =>
      Promise.all([page.waitForURL('**/thanks.html?*'), page.evaluate(() => document.forms[0]!.submit())]),
    )
    await settled()
    expect(page.url()).toContain('typed-outside-of-steps')
    expect(textOf(events)).not.toContain('typed-outside')
    expect(of('step_observed').at(-1)?.url).toContain('[redacted:password:00000000]')
  }
})

test('a secret that is typed and submitted in one action on a page that was looked at is marked where it is still to be seen', async () => {
  const page = await live.reopen('/account.html')
  const { settled, sink, of } = keepEvents()
  const capture = captureDom(page, sink)
  await capture.turn(async ({ step }) => {
    await step({ actionName: 'look' }, () => 'nothing')
    await step({ actionName: 'sign', actionArgs: { password: 'typed-at-once' }, sensitive: true }, async () => {
      await page.fill('#password', 'typed-at-once')
      await page.goto(live.url('/thanks.html'))
    })
    await step({ actionName: 'fill', actionArgs: { text: 'now-in-its-field' } }, async () => {
      await page.goto(live.url('/account.html'))
      await page.fill('#password', 'now-in-its-field')
      return 'typed now-in-its-field'
    })
  })
  await settled()
  expect(of('step_finished').map(({ sensitive }) => sensitive)).toEqual([undefined, true, true])
  expect(of('step_finished')[2]?.toolOutput.result).toBe('typed [redacted:password:00000000]')
})
