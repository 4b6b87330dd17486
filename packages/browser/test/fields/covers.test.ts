import { observePage } from '@contrail/browser'
import { expect, test } from 'vitest'
import { useLivePages } from '../support/live-page.ts'
import { countPixels, images } from '../support/pixels.ts'

const live = useLivePages()
const value = 'qz7Rk2mW9vXt'
const red = 'color: rgb(255, 0, 0); background: white; font: 24px monospace; width: 300px; height: 40px'
const field = (style = '', attributes = ''): string =>
  `<label>API key<br><input ${attributes} value=${value} style="${red}; ${style}"></label>`
const over = 'position: fixed; left: 0; top: 0; width: 600px; height: 200px; background: white'
const text = '<h2>Payment failed</h2>'

const covered: Record<string, string> = {
  'an opaque element': `${field()}<div role=dialog style="${over}">${text}</div>`,
  'a sheet with round corners in a veil': `${field()}<div style="position: fixed; inset: 0; background: #0008">
    <div style="${over}; left: -50px; top: -50px; height: 300px; border-radius: 20px">${text}</div></div>`,
  'a sheet whose colour ends at its border': `${field()}<div style="${over}; border: 4px solid #0004; background-clip: padding-box">${text}</div>`,
  'a control with a look of its own': `${field()}<button style="${over}; appearance: none">Close</button>`,
  'a modal dialog': `${field()}<dialog id=d style="${over}; margin: 0; border: 0">${text}</dialog>`,
  'a dialog of a custom element': `${field()}<x-dialog><template shadowrootmode=open><div style="${over}"><slot></slot></div></template>${text}</x-dialog>`,
  'a bar that stays': `<div style="position: sticky; top: 0; height: 120px; background: #eee; z-index: 1">${text}</div>
    <div style="margin-top: -90px">${field()}</div>`,
}
const readable: Record<string, string> = {
  nothing: field(),
  'what is behind it': `<div style="${over}; z-index: -1">${text}</div>${field()}`,
  'what is behind it, where it lets itself not be touched': `<div style="${over}; z-index: -1">${text}</div>${field('pointer-events: none; position: relative')}`,
  'what is behind it, where it is inert': `<div style="${over}; z-index: -1">${text}</div><div inert style="position: relative">${field()}</div>`,
  'what is behind it, where a dialog elsewhere makes it inert': `<div style="${over}; z-index: -1">${text}</div>${field()}<dialog id=d>Hello</dialog>`,
  'a colour that shows it': `${field()}<div style="${over}; background: rgba(255, 255, 255, 0.3)">${text}</div>`,
  'a sheet that comes to be seen': `${field()}<div style="opacity: 0.3"><div style="${over}">${text}</div></div>`,
  'a sheet with a hole': `${field()}<div style="${over}; clip-path: circle(20px at 150px 46px)">${text}</div>`,
  'a blend of both': `${field()}<div style="${over}; mix-blend-mode: multiply">${text}</div>`,
  'a control that the browser draws': `${field()}<input type=checkbox style="${over}; margin: 0">`,
  'a slider over it': `${field()}<input type=range style="${over}; margin: 0">`,
  'a sheet under a mask': `${field()}<div style="${over}; -webkit-mask-box-image: linear-gradient(transparent, transparent)">${text}</div>`,
  'discs that what is in them undoes': `<div contenteditable aria-label=Password style="-webkit-text-security: disc"><b style="${red}; -webkit-text-security: none">${value}</b></div>`,
  'discs that its first line undoes': `<style>#a::first-line { -webkit-text-security: none }</style><div id=a contenteditable aria-label=Password style="${red}; -webkit-text-security: disc">${value}</div>`,
  'a turned sheet': `${field()}<div style="${over}; transform: rotate(45deg)">${text}</div>`,
  'what shows it itself': `${field('opacity: 0')}<div style="${over}; ${red}; left: 12px; top: 30px; width: 280px; height: 34px">${value}</div>`,
  'a sheet over a popover': `<div popover=manual id=p style="margin: 0; inset: 0 auto auto 0">${field()}</div>`,
}

test('a field that something opaque covers is not painted over that; one that shows, or may show, is', async () => {
  const told: [name: string, isPainted: boolean, isReadable: boolean][] = []
  for (const [name, content] of Object.entries({ ...covered, ...readable })) {
    const page = await live.show(content)
    await page.evaluate("document.querySelector('#d')?.showModal(); document.querySelector('#p')?.showPopover()")
    const { screenshot, gaps, masked = false } = await observePage(page, { images })
    expect(gaps).toEqual([])
    const pixels = countPixels(screenshot)
    // Either the field is painted over, or nothing is.
    expect({ name, isGrey: masked ? pixels.grey > 500 : pixels.grey > 0 }).toEqual({ name, isGrey: masked })
    told.push([name, masked, pixels.red > 0])
  }
  expect(told).toEqual([
    ...Object.keys(covered).map((name) => [name, false, false]),
    ...Object.keys(readable).map((name) => [name, true, false]),
  ])
})

test('of a field that is covered in part the rest is painted', async () => {
  const paint = async (cover: string) => {
    const page = await live.show(`${field()}${cover}`)
    const { screenshot } = await observePage(page, { images })
    return countPixels(screenshot)
  }
  const whole = await paint('')
  const half = await paint(`<div style="${over}; width: 150px">Saved</div>`)
  expect([whole.red, half.red]).toEqual([0, 0])
  expect(half.grey / whole.grey).toBeGreaterThan(0.4)
  expect(half.grey / whole.grey).toBeLessThan(0.7)
})

test('the number of a card is painted over under whatever name it stands, and another long number is not', async () => {
  const page = await live.show('')
  const named = (label: string, number: string): string => `<label>${label} <input value="${number}"></label>`
  const cards = ['5204 7400 0990 0014', '4111-1111-1111-1111', '378282246310005', '4222222222222']
  const fields: [html: string, isCard: boolean][] = [
    ...cards.map((number): [string, boolean] => [named('Debit', number), true]),
    [`<input placeholder="1234 1234 1234 1234" value="${cards[0]}">`, true],
    [`<textarea aria-label="Card">${cards[0]}</textarea>`, true],
    [named('Order', '1234567890123456'), false],
    [named('Barcode', '4006381333931'), false],
    [named('Account', '411111111111'), false],
    [named('Note', `see ${cards[1]}`), false],
  ]
  const told = []
  for (const [html] of fields) {
    await page.evaluate((content) => void (document.body.innerHTML = content), html)
    told.push((await observePage(page, { images })).masked === true)
  }
  expect(told).toEqual(fields.map(([, isCard]) => isCard))
})
