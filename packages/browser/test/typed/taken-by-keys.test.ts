import { captureDom, observePage } from '@contrail/browser'
import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { keepEvents, useLivePages } from '../support/live-page.ts'
import { images } from '../support/pixels.ts'

const live = useLivePages()
const text = 'Zq7-open-xY'
const keep = "this.v = (this.v ?? '') + event.key; event.preventDefault()"

/** Fields, and whether the text that is typed into them is a secret of the step. */
const fields: Record<string, [html: string, action: string, isSensitive: boolean, args?: Record<string, unknown>]> = {
  'signs of its own by keydown': [
    `<input id=f aria-label=Password onkeydown="${keep}; this.value = '•'.repeat(this.v.length)">`,
    'type',
    true,
  ],
  'signs of its own by beforeinput': [
    `<input id=f aria-label=Password onbeforeinput="event.preventDefault(); this.value += '•'">`,
    'fill_field',
    true,
  ],
  'a box of its own': [
    `<div id=f tabindex=0 role=textbox aria-label=Password style="width: 200px; height: 30px" onkeydown="this.textContent += '•'"></div>`,
    'browser_type',
    true,
  ],
  'a field that stays empty': [`<input id=f type=password onkeydown="${keep}">`, 'input', true],
  'signs of its own in a field that is left': [
    `<input id=f aria-label=Password onkeydown="${keep}; this.value = '•'.repeat(this.v.length); this.v.length === ${text.length} && go.focus()"><button id=go>Go</button>`,
    'type',
    true,
  ],
  'signs of its own for what has come into a field that is left': [
    `<input id=f aria-label=Password oninput="this.value = '•'.repeat(this.value.length); this.value.length === ${text.length} && go.focus()"><button id=go>Go</button>`,
    'type',
    true,
  ],
  'a field for something else that takes keys, to which the focus goes from one for a secret': [
    `<input type=password autofocus><input id=f aria-label=Search onkeydown="${keep}">`,
    'type',
    false,
  ],
  'another field, after which the focus goes to one for a secret': [
    `<input id=f aria-label=Name onchange="p.focus()" oninput="this.value.length === ${text.length} && p.focus()"><input id=p type=password>`,
    'type',
    false,
  ],
  'a field for something else that takes keys': [`<input id=f aria-label=Search onkeydown="${keep}">`, 'type', false],
  'a field that stays empty, by an action that may do anything': [
    `<input id=f type=password onkeydown="${keep}">`,
    'act',
    true,
  ],
  'a field that stays empty, by an action in an action': [
    `<input id=f type=password onkeydown="${keep}">`,
    'computer',
    true,
    { action: { type: 'type', text } },
  ],
  'another field, by an action in an action': [
    `<input id=f aria-label=Name><input type=password>`,
    'computer',
    false,
    { action: { type: 'type', text } },
  ],
  'a text that something is found by': [`<input id=f type=password onkeydown="${keep}">`, 'find', false],
}

test('what a field for a secret takes key by key, and does not show, is told as a secret', async () => {
  const told: Record<string, boolean> = {}
  for (const [name, [html, actionName, , args]] of Object.entries(fields)) {
    const page = await live.show(html)
    const { sink, of, settled } = keepEvents()
    const { turn } = captureDom(page, sink, { probe: { mode: 'off' } })
    await turn(({ step }) =>
      step({ actionName, actionArgs: args ?? { selector: '#f', text } }, () =>
        page.locator('#f').pressSequentially(text),
      ),
    )
    await settled()
    told[name] = of('step_finished')[0]?.sensitive === true
  }
  expect(told).toEqual(
    Object.fromEntries(Object.entries(fields).map(([name, [, , isSensitive]]) => [name, isSensitive])),
  )
})

test('what was typed as a secret on one page is painted over where it stands on another that a capture of the same recording looks at', async () => {
  const pages: [Page, Page] = [await live.open('/thanks.html'), await live.open('/thanks.html')]
  await pages[0].setContent('<input type=password id=f>')
  await pages[1].setContent(`<label>Note <input value="${text}"></label>`)
  const { sink, of, settled } = keepEvents()
  const [first, second] = pages.map((page) => captureDom(page, sink, { images })) as [
    ReturnType<typeof captureDom>,
    ReturnType<typeof captureDom>,
  ]
  await first.turn(({ step }) => step({ actionName: 'act', actionArgs: {} }, () => pages[0].fill('#f', text)))
  await settled()
  await second.turn(({ step }) => step({ actionName: 'look', actionArgs: {} }, () => pages[1].title()))
  await settled()
  expect(of('screenshot').map(({ masked }) => masked)).toEqual([undefined, true])
  expect((await observePage(pages[1], { images })).masked).toBeUndefined()
})
