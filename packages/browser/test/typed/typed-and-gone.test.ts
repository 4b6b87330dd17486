import { captureDom, captureHybrid } from '@contrail/browser'
import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { keepEvents, useLivePages } from '../support/live-page.ts'

const live = useLivePages()
const secret = 'Qx7canaryLm2'

/** A step of an agent: its name, what it was given, and what it does to a page that has some content. */
type Case = [content: string, name: string, actionArgs: Record<string, unknown>, act: (page: Page) => Promise<unknown>]

/** Do each step by itself on one page. @returns all that is told of it, and whether it is told as sensitive */
async function capture(open: typeof captureDom | typeof captureHybrid, cases: readonly Case[]) {
  const page = await live.reopen('/thanks.html')
  const told: { sensitive: unknown; text: string }[] = []
  for (const [content, actionName, actionArgs, act] of cases) {
    await page.setContent(content)
    const { sink, of, events, settled } = keepEvents()
    const { turn } = open(page, sink, { probe: { mode: 'off' } })
    await turn(({ step }) => step({ actionName }, () => page.title()))
    await turn(({ step }) => step({ actionName, actionArgs }, () => act(page)))
    await settled()
    const [, step] = of('step_finished')
    const others = events.filter((event) => event !== step)
    told.push({ sensitive: step?.sensitive, text: JSON.stringify([others, step?.toolOutput]) })
  }
  return told
}

const fill = (page: Page): Promise<void> => page.fill('#field', secret)
const submit = async (page: Page): Promise<void> => {
  await fill(page)
  await page.press('#field', 'Enter')
}
const goOn = (page: Page): Promise<void> => page.waitForURL('**/index.html*')
const password = '<input type=password id=field name=q>'
const form = `<form action=/index.html>${password}</form>`

const typing: Record<string, Case> = {
  'sent in an address': [form, 'act', { text: secret, submit: true }, (page) => submit(page).then(() => goOn(page))],
  'sent without a name that says so': [
    form,
    'act',
    { fields: [{ 4: secret }] },
    (page) => submit(page).then(() => goOn(page)),
  ],
  'sent, key by key': [
    form,
    'act',
    { text: `${secret}\n` },
    async (page) => {
      await page.locator('#field').pressSequentially(secret)
      await page.press('#field', 'Enter')
      await goOn(page)
    },
  ],
  'into a closed shadow root that is gone, beside a field for one': [
    `<input type=password><div id=f></div><script>r = f.attachShadow({ mode: 'closed' }); r.innerHTML = '<input>'
      r.firstChild.oninput = ({ target }) => target.value.length === ${secret.length} && f.remove()</script>`,
    'type',
    { text: secret },
    async (page) => {
      await page.evaluate('r.firstChild.focus()')
      await page.keyboard.type(secret)
    },
  ],
  'cleared when it is sent': [
    `<form onsubmit="event.preventDefault(); field.value = ''; document.title = 'hi'">${password}</form>`,
    'act',
    { text: secret },
    submit,
  ],
  'gone with its form, and shown': [
    `<form onsubmit="event.preventDefault(); document.body.innerText = field.value">${password}</form>`,
    'act',
    { text: secret },
    (page) => submit(page).then(() => page.innerText('body')),
  ],
  'cleared when it is left': [
    `<input id=field placeholder="API key" onblur="this.value = ''"><button>Go</button>`,
    'act',
    { index: 1, input: secret },
    (page) => fill(page).then(() => page.click('button')),
  ],
  'in a frame that comes and goes': [
    '',
    'act',
    { with: secret },
    async (page) => {
      await page.evaluate(`document.body.innerHTML = '<iframe srcdoc="<input type=password>"></iframe>'`)
      await page.frameLocator('iframe').locator('input').fill(secret)
      await page.evaluate('document.querySelector("iframe").remove()')
    },
  ],
  'in a dialog that comes and goes': [
    `<button onclick="dialog.showModal()">Open</button><dialog id=dialog>${password}<a onclick="dialog.remove()">OK</a></dialog>`,
    'act',
    { actions: [{ click: 1 }, { input: secret }] },
    (page) =>
      page
        .click('button')
        .then(() => fill(page))
        .then(() => page.click('a')),
  ],
  'in a page that comes and goes': [
    '',
    'sign_in',
    { with: secret },
    async (page) => {
      await page.goto(live.url('/account.html'))
      await page.fill('input[type=password]', secret)
      await page.goto(live.url('/index.html'))
      return `as ${secret}`
    },
  ],
  'in a frame that is gone': [
    `<iframe srcdoc="<input type=password>"></iframe>`,
    'act',
    { text: secret },
    async (page) => {
      await page.frames()[1]!.fill('input', secret)
      await page.evaluate('document.querySelector("iframe").remove()')
    },
  ],
  'in a shadow root that is gone': [
    `<div><template shadowrootmode=open>${password}</template></div>`,
    'act',
    { text: secret },
    (page) => fill(page).then(() => page.evaluate('document.querySelector("div").remove()')),
  ],
  'put there and sent by a script': [
    form,
    'act',
    { text: secret },
    (page) => page.evaluate(`field.value = '${secret}'; field.form.submit()`).then(() => goOn(page)),
  ],
}

test('what is typed into a field that is sent, cleared or gone when the step is over is told as a secret, and is in nothing else that is told', async () => {
  for (const [open, cases] of [
    [captureDom, Object.entries(typing)],
    [captureHybrid, Object.entries(typing).slice(-2)],
  ] as const) {
    const told = await capture(
      open,
      cases.map(([, one]) => one),
    )
    const missed = cases.filter((_, at) => told[at]!.sensitive !== true || told[at]!.text.includes(secret))
    expect(missed.map(([name]) => name)).toEqual([])
  }
})

test('what a step does beside a field for a secret is told as it is, also where it leaves the page', async () => {
  const beside = `<form action=/index.html><input id=name name=n>${password}<button>Go</button><a href=/index.html>Export</a></form>`
  const enter = async (page: Page): Promise<void> => {
    await page.fill('#name', 'Ada Lovelace')
    await page.press('#name', 'Enter')
    await goOn(page)
  }
  const told = await capture(captureDom, [
    [beside, 'type', { text: 'Ada Lovelace', submit: true }, enter],
    [beside, 'act', { values: { 3: 'Ada Lovelace' } }, enter],
    [beside, 'click', { text: 'Export' }, (page) => page.click('a').then(() => goOn(page))],
    [beside, 'act', { element: 'Export link', ref: 'e12' }, (page) => page.click('a').then(() => goOn(page))],
    [beside, 'act', { key: 'Enter' }, (page) => page.press('#name', 'Enter').then(() => goOn(page))],
    [beside, 'act', { text: 'Export' }, (page) => page.hover('a')],
    [beside, 'act', { text: 'Export' }, (page) => page.evaluate('document.forms[0].remove()')],
  ])
  expect(told.map(({ sensitive }) => sensitive)).toEqual(told.map(() => undefined))
})

test('on a large page, where no look goes out before a step, what was typed before it is none of its own, and what it types is', async () => {
  const page = await live.reopen('/thanks.html')
  const login = `<form action=/index.html><input id=name>${password}<button>Go</button><a href=#top>Export</a></form>`
  await page.setContent(`${login}<main>${'<p><b>Row</b></p>'.repeat(1_000)}</main>`)
  const { sink, of, settled } = keepEvents()
  const { turn } = captureDom(page, sink, { probe: { mode: 'off' } })
  const act = (actionArgs: Record<string, unknown>, work: () => Promise<unknown>) =>
    turn(({ step }) => step({ actionName: 'act', actionArgs }, work))
  await act({}, () => page.title())
  await fill(page)
  await page.title()
  await act({ ref: secret.slice(0, 3) }, () => page.click('a'))
  await act({ with: 'Ada Lovelace' }, () => page.fill('#name', 'Ada Lovelace'))
  await act({ with: `${secret}9` }, () => page.fill('#field', `${secret}9`))
  await act({ with: secret }, () => submit(page).then(() => goOn(page)))
  await settled()
  expect(of('step_finished').map(({ sensitive }) => sensitive)).toEqual([undefined, undefined, undefined, true, true])
})
