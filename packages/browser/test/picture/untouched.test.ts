import { captureCua, captureDom, captureHybrid, recordPage } from '@contrail/browser'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { bySize } from '../../../../scripts/test-size.ts'
import { createRandom } from '../probe/schedules/schedule.ts'
import { keepEvents, useLivePages } from '../support/live-page.ts'
import { images } from '../support/pixels.ts'

const live = useLivePages()
const rounds = bySize({ fast: 4, faults: 200, long: 1_000 })

/** A random page with fields for secrets, filled and shown, in all the places there are. */
function drawPage(random: () => number): string {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!
  const field = (): string =>
    pick([
      '<input type=password value="correct horse">',
      '<input autocomplete=cc-number value="4111 1111 1111 1111">',
      '<label>API key <input value="k-123456789"></label>',
      '<input style="-webkit-text-security: disc" value="hidden one">',
      '<textarea aria-label="Private key">KEY KEY</textarea>',
      '<input value="plain">',
    ])
  const around = (inner: string): string =>
    pick([
      `<div>${inner}</div>`,
      `<div style="transform: rotate(8deg); display: inline-block">${inner}</div>`,
      `<div style="zoom: 1.3">${inner}</div>`,
      `<div style="position: sticky; top: 0">${inner}</div>`,
      `<iframe srcdoc='${inner}' width=400 height=80></iframe>`,
      `<x-box><template shadowrootmode=open>${inner}</template></x-box>`,
      `<dialog open style="position: static">${inner}</dialog>`,
    ])
  const parts = Array.from({ length: 1 + Math.floor(random() * 4) }, () => around(field() + field()))
  const ground = Math.floor(random() * 0xffffff)
    .toString(16)
    .padStart(6, '0')
  return `<!doctype html><title>Drawn</title><body style="background: #${ground}">${parts.join('<hr>')}<button id=go type=button>Go</button>`
}

const captures: Record<string, (page: Page) => { act: () => Promise<unknown>; settled: () => Promise<void> }> = {
  captureDom: (page) => {
    const { sink, settled } = keepEvents()
    const { turn } = captureDom(page, sink, { images })
    return { settled, act: () => turn(({ step }) => step({ actionName: 'click' }, () => page.click('#go'))) }
  },
  captureHybrid: (page) => {
    const { sink, settled } = keepEvents()
    const { turn } = captureHybrid(page, sink, { images })
    return { settled, act: () => turn(({ step }) => step({ actionName: 'click' }, () => page.click('#go'))) }
  },
  captureCua: (page) => {
    const { sink, settled } = keepEvents()
    const capture = captureCua(page, sink, { images })
    return { settled, act: () => capture.act({ type: 'click' }, () => page.click('#go')) }
  },
  recordPage: (page) => {
    const { sink, settled } = keepEvents()
    const recorded = recordPage(page, sink, { images })
    return { settled, act: () => recorded.click('#go') }
  },
}

test('at random moments of random pages an agent’s own picture is the one it would have without a capture', async () => {
  const random = createRandom(3)
  const names = Object.keys(captures)
  const page = await live.open('/index.html')
  const differing: string[] = []
  for (let round = 0; round < rounds; round += 1) {
    const html = drawPage(random)
    const waitMs = Math.floor(random() * 60)
    await page.setContent(html)
    await page.click('#go')
    // With or without a capture, what is drawn in two goes may be another in a pixel of a turned edge than what is drawn in one.
    const plain = [await page.screenshot(), await sleep(60).then(() => page.screenshot())]
    await page.setContent(html)
    const name = names[round % names.length]!
    const { act, settled } = captures[name]!(page)
    await act()
    await sleep(waitMs)
    const own = await page.screenshot()
    await settled()
    if (!plain.some((one) => own.equals(one))) differing.push(`round ${round}: ${name} after ${waitMs} ms: ${html}`)
  }
  expect(differing).toEqual([])
})

/** Runs in the page: notes all that it can notice of a change. */
function watchAll(): void {
  const seen: string[] = []
  Reflect.set(window, 'noticed', seen)
  const state = (): string =>
    JSON.stringify([
      document.documentElement.outerHTML.length,
      document.adoptedStyleSheets.length,
      document.getAnimations().map(({ playState, playbackRate }) => [playState, playbackRate]),
      [...document.querySelectorAll('input')].map((input) => getComputedStyle(input).opacity),
      document.activeElement?.tagName,
      scrollX,
      scrollY,
      Object.getOwnPropertySymbols(window).length,
      Object.keys(window).length,
    ])
  const watch = (root: Document | ShadowRoot): void => {
    const everything = { attributes: true, characterData: true, childList: true, subtree: true }
    new MutationObserver((records) => seen.push(...records.map(({ type }) => type))).observe(root, everything)
    for (const element of root.querySelectorAll('*')) if (element.shadowRoot) watch(element.shadowRoot)
  }
  watch(document)
  const sizes = new ResizeObserver((entries) => seen.push(...entries.map(() => 'size')))
  for (const element of document.querySelectorAll('*')) sizes.observe(element)
  for (const type of ['focus', 'blur', 'scroll', 'animationcancel', 'transitionrun', 'resize']) {
    window.addEventListener(type, () => seen.push(type), true)
  }
  document.addEventListener('selectionchange', () => seen.push('selectionchange'))
  const first = state()
  setInterval(() => {
    if (state() !== first) seen.push(`${state()} was ${first}`)
  }, 1)
}

test('neither observers nor events nor a look every millisecond tell a page that it is being recorded', async () => {
  const page = await live.open('/index.html')
  await page.setContent(`<style>@keyframes k { to { transform: rotate(1turn) } }</style>
    <i style="animation: k 1s infinite; display: inline-block">x</i>
    <input autocomplete=cc-number value="4111111111111111" autofocus> <input type=password value=secret>
    <x-y><template shadowrootmode=open><input aria-label="API key" value="k-1"></template></x-y>
    <div style="height: 3000px"></div>`)
  // The browser gives the focus when it draws the page first, however late that is.
  await page.waitForFunction(() => document.activeElement?.tagName === 'INPUT')
  await page.evaluate(watchAll)
  await sleep(300)
  await page.evaluate(() => void (Reflect.get(window, 'noticed') as string[]).splice(0)) // sizes are told once at the beginning
  const { sink, of, settled } = keepEvents()
  const capture = captureDom(page, sink, { images })
  for (let look = 0; look < 4; look += 1) {
    await capture.turn(({ step }) => step({ actionName: 'look' }, () => 'nothing'))
    await settled()
  }
  expect(of('screenshot').length + of('gap').length).toBe(4)
  expect(await page.evaluate(() => Reflect.get(window, 'noticed') as string[])).toEqual([])
})
