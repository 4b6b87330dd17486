import { expect, test } from 'vitest'
import { useLivePages } from '../support/live-page.ts'
import { scanPage } from '../support/scan.ts'

const live = useLivePages()
const value = 'q8Zr2mT5vKx9'
const digits = (attributes: string): string =>
  [8, 3, 9, 2]
    .map((digit, at) => `<input maxlength=1 size=1 value=${digit} ${attributes} aria-label="Digit ${at + 1}">`)
    .join('')

const secrets: Record<string, string> = {
  'two elements that name it together': `<i id=l1>API</i> <i id=l2>key</i><input aria-labelledby="l1 l2" value=${value}>`,
  'a description': `<i id=l3>Enter your password</i><hr><input aria-describedby=l3 value=${value}>`,
  'a paragraph before it': `<p>Password</p><input value=${value}>`,
  'a text before what it stands in': `<div>API key</div><div><div><input value=${value}></div></div>`,
  'a text beside it': `Passwort: <input value=${value}>`,
  'a cell before its own': `<table><tr><td>Password:<td><input value=${value}></table>`,
  'a label for a custom element': `<label for=host>Password</label><x-field id=host></x-field>`,
  'a label of a custom element': `<x-field label="Client secret"></x-field>`,
  'a label in the slot of one': `<x-named><i slot=label>API key</i></x-named>`,
  'a label that is all of a slot': `<x-named>API key</x-named>`,
  'a text before a custom element': `<div>API key</div><x-field></x-field>`,
  'a field in the slot of a custom element': `<x-named label="API key"><input slot=field value=${value}></x-named>`,
  'a text before one that is not shown': `<div>API key</div><div><i hidden>click to edit</i><input value=${value}></div>`,
  'a picture for a label': `<label for=f><img alt=Password width=9 height=9></label><input id=f value=${value}>`,
  'a label that only a style writes': `<style>label::before { content: 'Password ' }</style><label><input value=${value}></label>`,
  'an element that says it without a text': `<i id=l4 aria-label=Password></i><input aria-labelledby=l4 value=${value}>`,
  'an element given by a script': `<p id=l5>Password</p><p>Hello</p><input id=by value=${value}>`,
  'what cards print': `<label>MM/YY <input value=09/29></label>`,
  'a box for a digit each': `<h2>Enter the code</h2><div>${digits('inputmode=numeric')}</div>`,
  'a box for a digit each, in frames of their own': `<div>${digits('').replaceAll('<input', '</div><div><input')}</div>`,
}
const plain: Record<string, string> = {
  'a field with a name of its own': `<p>Password</p><input placeholder="E-mail" value=${value}>`,
  'the second field': `<p>Password</p><input type=password><input value=${value}>`,
  'what a slot would show if nothing else were there': `<x-named><i slot=label>Note</i></x-named>`,
  'a field below a heading': `<h2>Forgot your password?</h2><input value=${value}>`,
  'a field below a sentence': `<p>We never ask for your password.</p><input value=${value}>`,
  'a field in another form': `<p>Password</p><form><input value=${value}></form>`,
  initials: digits('').replaceAll('Digit', 'Letter'),
  'a month of the past': `<label>Since MM/YYYY <input value=09/2019></label>`,
}

test('a field is known by what is written around it where it has no label of its own', async () => {
  const page = await live.reopen('/thanks.html')
  await page.evaluate(`customElements.define('x-field', class extends HTMLElement {
    static formAssociated = true
    #internals = this.attachInternals()
    constructor() {
      super()
      this.attachShadow({ mode: 'open' }).innerHTML = '<input value=${value}>'
    }
  })
  customElements.define('x-named', class extends HTMLElement {
    constructor() {
      super()
      this.attachShadow({ mode: 'open' }).innerHTML =
        '<label for=i><slot name=label><slot></slot></slot></label><slot name=field><input id=i value=${value}></slot>'
    }
  })`)
  const isCovered = async (content: string): Promise<boolean> => {
    await page.evaluate((html) => {
      document.body.innerHTML = html
      const [given, label] = ['#by', '#l5'].map((one) => document.querySelector(one))
      if (given && label) Reflect.set(given, 'ariaLabelledByElements', [label])
    }, content)
    const { readable, plain: shown } = await scanPage(page)
    return readable.length > 0 && !shown.some((text) => [value, '09/29', '8'].includes(text))
  }
  const covered = []
  for (const [name, content] of Object.entries({ ...secrets, ...plain }))
    if (await isCovered(content)) covered.push(name)
  expect(covered).toEqual(Object.keys(secrets))
})
