import { captureCua, captureDom, captureHybrid, observePage, recordPage, type CaptureOptions } from '@contrail/browser'
import type { EvidenceSink } from '@contrail/core'
import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { inFast } from '../../../../scripts/test-size.ts'
import { keepEvents, useLivePages } from '../support/live-page.ts'
import { images } from '../support/pixels.ts'
import { scanPage } from '../support/scan.ts'

const live = useLivePages()
const words = 'ribbon lava hockey umbrella tiny swarm cactus velvet mango ostrich prism walnut'.split(' ')

/** Fields that hold the parts of a text. */
function fields(parts: string | readonly string[], attributes: (at: number) => string): string {
  return Array.from(parts, (part, at) => `<input value="${part}" ${attributes(at)}>`).join('')
}
const digits = (parts: string, attributes = 'inputmode=numeric'): string =>
  fields(parts, () => `maxlength=1 size=1 ${attributes}`)
const phrase = (attributes: (at: number) => string): string => fields(words, attributes)
const pieces = (attributes: (at: number) => string): string => fields('5204 7400 0990 0014'.split(' '), attributes)
const underHeading = (content: string): string => `<h2>Secret Recovery Phrase</h2><div>${content}</div>`

const secrets: Record<string, string> = {
  'boxes under a legend': `<fieldset><legend>Verification code</legend>${digits('7391', '')}</fieldset>`,
  'boxes that are asked for by another name': `<fieldset><legend>Enter what we sent you</legend>${digits('7391')}</fieldset>`,
  'boxes without a limit, of a class': `<div class=p-inputotp>${fields('7391', () => 'class=p-inputotp-input')}</div>`,
  'boxes without a limit, by their names': `<div role=group>${fields('7391', (at) => `aria-label="OTP Input ${at + 1}"`)}</div>`,
  'boxes in two parts': `<div><i>${digits('739')}</i>-<i>${digits('164')}</i></div>`,
  'words by their ids': underHeading(phrase((at) => `id=import-srp__srp-word-${at}`)),
  'words by their numbers': `<fieldset><legend>Secret Recovery Phrase</legend>${phrase((at) => `aria-label="Word ${at + 1}"`)}</fieldset>`,
  'words of a wallet': `<div>${phrase((at) => `data-testid=secret-recovery-phrase-word-input-${at}`)}</div>`,
  'words by their names': `<div>${phrase((at) => `name=mnemonic_${at}`)}</div>`,
  'words below a heading': `<h3>Enter your seed phrase</h3><ol>${words.map((word) => `<li><input value=${word}>`).join('')}</ol>`,
  'a number in parts under a legend': `<fieldset><legend>Card number</legend>${pieces(() => 'maxlength=4')}</fieldset>`,
  'a number in parts of a group': `<div role=group aria-label="Card number">${pieces((at) => `aria-label="Part ${at + 1}"`)}</div>`,
  'a number in parts by its digits': `<div>${pieces(() => 'maxlength=4')}</div>`,
  'half a number by its names': `<div>${fields(['5204', '7400', '', ''], (at) => `name=cc${at + 1}`)}</div>`,
  'a code in halves below its name': `<p>Verification code</p><div>${fields(['739', '164'], () => 'maxlength=3')}</div>`,
  'boxes that only the text before the first names': `<p>Verification code</p><div>${fields('7391', () => '')}</div>`,
  'a key in parts': `<fieldset><legend>License key</legend>${fields('AB3DE FG5HI JK7LM NO9PQ'.split(' '), () => 'maxlength=5')}</fieldset>`,
}
const row = `<tr>${'<td><input maxlength=1 inputmode=numeric value=5>'.repeat(9)}`
const plain: Record<string, string> = {
  'the cells of a sudoku': `<table>${row.repeat(9)}</table>`,
  'two rows of boxes': `<div role=grid><div>${digits('7391')}</div><div>${digits('1643')}</div></div>`,
  'a date of birth': `<fieldset><legend>Date of birth</legend>${digits('10121815', 'inputmode=numeric aria-label=Digit')}</fieldset>`,
  'a date by its letters': `<div>${Array.from('DDMMYY', (sign) => digits('1', `inputmode=numeric placeholder=${sign}`)).join('')}</div>`,
  'a postal code': `<div role=group aria-label="ZIP code">${digits('90210')}</div>`,
  'more boxes than a code has': `<div>${digits('73916482057')}</div>`,
  'letters to guess': `<div role=group aria-label="Guess 1">${digits('crane', '')}</div>`,
  'amounts in a form': `<form>${fields('7391', (at) => `name=amount${at} inputmode=numeric class=bg-hotpink`)}</form>`,
  'a telephone number': `<fieldset><legend>Phone number</legend>${fields(['555', '867', '5309'], (at) => `maxlength=4 name=part${at}`)}</fieldset>`,
  'four numbers': `<fieldset><legend>Sizes</legend>${fields(['1024', '2048', '4096', '8190'], (at) => `name=size${at}`)}</fieldset>`,
  'names of players': `<h2>Players</h2><div>${phrase((at) => `aria-label="Player ${at + 1}"`)}</div>`,
  'a form below such a heading': underHeading(phrase((at) => `placeholder=${'abcdefghijkl'[at]}`)),
  'few words below such a heading': underHeading(fields(words.slice(0, 5), (at) => `aria-label="Word ${at + 1}"`)),
}

test('boxes of a code and fields of a phrase are fields for a secret, in the tree and in the picture; a grid and a group with another name are none', async () => {
  const page = await live.show('')
  const put = (html: string): Promise<void> => page.evaluate((one) => void (document.body.innerHTML = one), html)
  const told: [name: string, isPainted: boolean, isInTree: boolean][] = []
  for (const [name, content] of Object.entries({ ...secrets, ...plain })) {
    await put(content)
    const { readable, plain: shown } = await scanPage(page)
    told.push([name, readable.length > 0, shown.length > 0])
  }
  expect(told).toEqual([
    ...Object.keys(secrets).map((name) => [name, true, false]),
    ...Object.keys(plain).map((name) => [name, false, true]),
  ])
  const looked = []
  for (const group of [secrets, plain]) {
    await put(Object.values(group)[0]!)
    const { masked = false, ariaTree = '' } = await observePage(page, { images })
    looked.push([masked, /textbox.*: "?\w+"?$/m.test(ariaTree)])
  }
  expect(looked).toEqual([
    [true, false],
    [false, true],
  ])
})

type Steps = (page: Page, sink: EvidenceSink, options: CaptureOptions) => (text: string) => Promise<unknown>

/** Each types a text sign by sign into what has the focus, and clicks. */
const captures: Record<string, Steps> = {
  dom: (page, sink, options) => {
    const { turn } = captureDom(page, sink, options)
    return (text) =>
      turn(({ step }) => step({ actionName: 'type', actionArgs: { text } }, () => page.keyboard.type(text)))
  },
  hybrid: (page, sink, options) => {
    const { turn } = captureHybrid(page, sink, options)
    return (text) =>
      turn(({ step }) => step({ actionName: 'type', actionArgs: { text } }, () => page.keyboard.type(text)))
  },
  cua: (page, sink, options) => {
    const { act } = captureCua(page, sink, options)
    return (text) => act({ type: 'type', text }, () => page.keyboard.type(text))
  },
  recordPage: (original, sink, options) => {
    const page = recordPage(original, sink, options)
    return (text) => page.keyboard.type(text)
  },
}

// A hybrid capture takes turns as the one of the DOM does, and what is typed by a capture of coordinates is known as there.
test.each(Object.entries(captures).filter(([name]) => inFast(name === 'dom' || name === 'recordPage', true)))(
  'by %s a code that was typed into boxes is out of the title, the address, the console and the tree that show it whole, and a date is not',
  async (_name, open) => {
    const echo = `oninput="if (this.nextElementSibling) return this.nextElementSibling.focus()
      const text = [...document.querySelectorAll('input')].map(({ value }) => value).join('')
      document.title = 'Got ' + text
      history.replaceState(0, '', '?got=' + text)
      console.log('got', text)
      said.textContent = text + ' is ' + text.slice(0, 3) + '-' + text.slice(3)"`
    const told: string[] = []
    for (const legend of ['Verification code', 'Date of birth']) {
      const page = await live.reopen('/thanks.html')
      const boxes = `<input maxlength=1 size=1 inputmode=numeric ${echo}>`.repeat(6)
      await page.setContent(`<fieldset><legend>${legend}</legend>${boxes}</fieldset><p id=said>`)
      const { sink, events, settled } = keepEvents()
      const type = open(page, sink, { environment: 'all' })
      await page.locator('input').first().focus()
      await type('739164')
      await settled()
      expect(await page.title()).toBe('Got 739164')
      told.push(JSON.stringify(events.map((event) => ({ ...event, actionArgs: undefined, screenshot: undefined }))))
    }
    expect(told[0]).not.toMatch(/739-?164/)
    expect(told[0]).toContain('Got [redacted:one_time_code:00000000]')
    expect(told[1]).toMatch(/Got 739164.*739-164/)
    expect(told[1]).not.toContain('[redacted')
  },
)

test('a phrase that was typed word by word is out of the page that shows it whole, and its words stay where they stand alone', async () => {
  const page = await live.show(
    `${underHeading(words.map((_, at) => `<input aria-label="Word ${at + 1}">`).join(''))}<p id=said>`,
  )
  const { sink, of, settled } = keepEvents()
  const { turn } = captureDom(page, sink, { images })
  await turn(async ({ step }) => {
    for (const [at, text] of words.entries())
      await step({ actionName: 'fill', actionArgs: { text } }, () => page.locator('input').nth(at).fill(text))
  })
  await page.evaluate(
    (text) => void (document.querySelector('#said')!.textContent = text),
    `${words.join(' ')}, no umbrella`,
  )
  await turn(({ step }) => step({ actionName: 'look' }, () => 'nothing'))
  await settled()
  expect(of('step_finished').map(({ sensitive }) => sensitive)).toEqual([...words.map(() => true), undefined])
  expect(of('step_observed').at(-1)?.ariaTree).toContain('[redacted:secret:00000000], no umbrella')
})
