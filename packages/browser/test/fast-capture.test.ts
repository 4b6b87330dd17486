import { observe } from '@contrail/browser'
import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { takeFastScreenshot } from '../src/fast-capture.ts'
import { useLivePages } from './live-page.ts'
import { samePixels } from './pixels.ts'

const live = useLivePages()

async function openLively(crossOrigin: boolean): Promise<Page> {
  const page = await live.open('/lively.html')
  const url = live.url('/lively.html')
  await page.evaluate(
    async (src) => {
      const frame = document.createElement('iframe')
      frame.src = src
      frame.style.cssText = 'position: absolute; left: 300px; top: 50px; width: 350px; height: 500px'
      document.body.append(frame)
      await new Promise((resolve) => {
        frame.addEventListener('load', resolve)
      })
      document.querySelector<HTMLElement>('#moving')!.style.marginLeft = '100px'
    },
    crossOrigin ? url.replace('127.0.0.1', 'localhost') : url,
  )
  return page
}

/** Write down, in every frame, all that a probe must not cause. */
async function watchForChanges(page: Page): Promise<void> {
  await Promise.all(
    page.frames().map((frame) =>
      frame.evaluate(() => {
        const seen: string[] = []
        Reflect.set(window, 'seen', seen)
        const observer = new MutationObserver((records) => seen.push(...records.map(({ type }) => type)))
        observer.observe(document, { subtree: true, attributes: true, childList: true, characterData: true })
        const kinds = 'start end cancel iteration'.split(' ').map((kind) => `animation${kind}`)
        const more = [
          'transitionrun',
          'transitionstart',
          'transitionend',
          'transitioncancel',
          'scroll',
          'focus',
          'blur',
        ]
        for (const kind of [
          ...kinds,
          ...more,
          'focusin',
          'focusout',
          'selectionchange',
          'resize',
          'visibilitychange',
        ]) {
          const tell = (event: Event): void => {
            const { animationName = '', propertyName = '' } = event as Partial<AnimationEvent & TransitionEvent>
            // The endless ones go round by themselves.
            if (kind !== 'animationiteration' || animationName === 'enter')
              seen.push(`${kind} ${animationName}${propertyName}`)
          }
          document.addEventListener(kind, tell, true)
          window.addEventListener(kind, tell, true)
        }
      }),
    ),
  )
}

async function stateOf(page: Page): Promise<unknown> {
  return Promise.all(
    page.frames().map((frame) =>
      frame.evaluate(() => {
        const roots = [document, ...[...document.querySelectorAll('*')].flatMap(({ shadowRoot }) => shadowRoot ?? [])]
        return {
          html: document.documentElement.outerHTML,
          shadow: roots.map((root) => ('innerHTML' in root ? root.innerHTML : '')),
          sheets: roots.map((root) => root.adoptedStyleSheets.length),
          scroll: [scrollX, scrollY],
          history: history.length,
          active: roots.map((root) => root.activeElement?.id),
          selection: [getSelection()?.anchorOffset, getSelection()?.focusOffset],
          animations: roots
            .flatMap((root) => root.getAnimations())
            .map(({ playState, playbackRate, startTime }) => [
              playState,
              playbackRate,
              Math.round(Number(startTime) * 1e3),
            ]),
          seen: (window as unknown as { seen: string[] }).seen,
          ours: Object.getOwnPropertyNames(window).filter((name) => /contrail/i.test(name)),
        }
      }),
    ),
  )
}

test.each([
  ['in frames of its origin', false, '#first'],
  ['in a frame of another process', true, '#first'],
  ['with the caret in rich text', false, '#editable'],
  ['with the caret in a shadow root', false, 'host'],
])(
  'a probe changes nothing in a lively page, %s, and gives the same bytes again',
  async (_where, crossOrigin, focus) => {
    const page = await openLively(crossOrigin)
    await page.evaluate((name) => {
      scrollTo(0, 7)
      const host = document.querySelector('#host')!
      const field =
        name === 'host' ? host.shadowRoot!.querySelector('input')! : document.querySelector<HTMLElement>(name)!
      field.focus()
      if (field instanceof HTMLInputElement) field.setSelectionRange(2, 2)
    }, focus)
    await page.waitForTimeout(300) // so that what focusing starts is over
    await watchForChanges(page)
    const before = await stateOf(page)
    const frames = new Set<string>()
    for (let look = 0; look < 6; look += 1) {
      frames.add(Buffer.from((await observe(page)).screenshot ?? []).toString('base64'))
      await page.waitForTimeout(130 + 40 * look)
    }
    expect(await stateOf(page)).toEqual(before)
    // A frame of another process is drawn when that gets to it.
    expect(crossOrigin || frames.size === 1).toBe(true)
  },
)

test('what a page does with its animations goes on as before: rules still stop them, ends and rounds are told', async () => {
  const page = await live.open('/lively.html')
  await observe(page)
  const told = await page.evaluate(async () => {
    const spinner = document.querySelector<HTMLElement>('#spinner')!
    const events: string[] = []
    for (const kind of ['animationiteration', 'animationend']) {
      document.addEventListener(kind, ({ type, target }) => events.push(`${type} ${(target as Element).id}`))
    }
    const entering = document.querySelector('#entering')!.getAnimations()[0]!
    entering.currentTime = 999_900
    await new Promise((resolve) => {
      setTimeout(resolve, 1_000)
    })
    spinner.style.animationPlayState = 'paused'
    return { events, spinner: spinner.getAnimations()[0]?.playState }
  })
  expect(told.events).toEqual(expect.arrayContaining(['animationend entering', 'animationiteration spinner']))
  expect(told.spinner).toBe('paused')
})

async function fastPicture(page: Page): Promise<Uint8Array | undefined> {
  const taken = await takeFastScreenshot(page, 5_000)
  await taken?.released
  return taken?.picture
}

test('a picture taken the fast way has the pixels of Playwright’s', async () => {
  for (const path of ['/index.html', '/form.html', '/long.html', '/account.html', '/frames.html']) {
    const page = await live.open(path)
    await page.waitForLoadState('load')
    const fast = await fastPicture(page)
    expect({ path, same: fast && (await samePixels(live.browser(), fast, await page.screenshot())) }).toEqual({
      path,
      same: true,
    })
  }
  const context = await live.browser().newContext({ viewport: { width: 400, height: 300 }, deviceScaleFactor: 2 })
  const page = live.closeAfter(await context.newPage())
  await page.goto(live.url('/form.html'))
  await page.evaluate(() => scrollTo(0, 50))
  expect(await samePixels(live.browser(), (await fastPicture(page))!, await page.screenshot())).toBe(true)
  await page.click('#gift')
  expect(await samePixels(live.browser(), (await fastPicture(page))!, await page.screenshot({ scale: 'css' }))).toBe(
    false,
  )
})

test('a hostile page cannot reach or hinder what holds it still', async () => {
  const page = await openLively(false)
  await page.locator('#first').focus()
  await page.evaluate(() => {
    const spring = (): never => {
      throw new Error('trap')
    }
    Document.prototype.getAnimations = spring
    Animation.prototype.pause = spring
    Object.defineProperty(Animation.prototype, 'playbackRate', { get: spring, set: spring })
    Object.defineProperty(Document.prototype, 'adoptedStyleSheets', { get: spring, set: spring })
    for (const name of ['CSSStyleSheet', 'setTimeout', 'String']) Reflect.set(window, name, spring)
  })
  const [one, two] = [
    await observe(page),
    await (async () => {
      await page.waitForTimeout(333)
      return observe(page)
    })(),
  ]
  expect(one.gaps).toEqual([])
  expect(Buffer.from(one.screenshot!).equals(two.screenshot!)).toBe(true)
})

test('pictures straight after navigations, and of a page whose font never comes, are had at once', async () => {
  const page = await live.open('/unsettled.html')
  await page.getByText('Still loading').waitFor()
  const startedMs = performance.now()
  expect((await observe(page)).gaps).toEqual([])
  expect(performance.now() - startedMs).toBeLessThan(2_500)
  for (let visit = 0; visit < 30; visit += 1) {
    await page.goto(live.url(visit % 2 ? '/index.html' : '/form.html'), { waitUntil: 'commit' })
    expect(await fastPicture(page)).toBeDefined()
  }
})
