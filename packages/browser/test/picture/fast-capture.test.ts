import { launchBrowser, observe } from '@contrail/browser'
import type { BrowserContext, CDPSession, Page } from 'playwright'
import { expect, test } from 'vitest'
import { takeFastScreenshot, takePicture } from '../../src/fast-capture.ts'
import { holdPageStill } from '../../src/still-page.ts'
import { useLivePages } from '../support/live-page.ts'
import { samePixels } from '../support/pixels.ts'

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
      document.querySelector<HTMLElement>('#hidden')!.style.marginLeft = '100px'
      document.querySelector<HTMLElement>('#editable')!.style.opacity = '0.5'
    },
    crossOrigin ? url.replace('127.0.0.1', 'localhost') : url,
  )
  return page
}

/** Write down, in every frame, all that a probe must not cause. */
async function watchForChanges(page: Page): Promise<void> {
  await Promise.all(
    page.frames().map((frame) =>
      frame.evaluate(async () => {
        const seen: string[] = []
        Reflect.set(window, 'seen', seen)
        await new Promise<void>((resolve) => {
          let isFirst = true
          const tell = (entries: IntersectionObserverEntry[]): void => {
            if (!isFirst) seen.push(...entries.map(({ target }) => `intersection ${target.id}`))
            isFirst = false
            resolve()
          }
          const reports = new IntersectionObserver(tell, { threshold: [0, 0.25, 0.5, 0.75] })
          for (const element of document.querySelectorAll('[id]')) reports.observe(element)
        })
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
          scroll: [scrollX, scrollY, document.querySelector('#list')!.scrollTop],
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
  ['with the caret in an empty field', false, '#empty'],
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
    for (let look = 0; look < 4; look += 1) {
      frames.add(Buffer.from((await observe(page)).screenshot ?? []).toString('base64'))
      await page.waitForTimeout(130 + 40 * look)
    }
    expect(await stateOf(page)).toEqual(before)
    // A frame of another process is drawn when that gets to it.
    expect(crossOrigin || frames.size === 1).toBe(true)
  },
)

test.each([
  ['where it shrinks', 'shrinking', 2_000],
  ['where it folds', 'folding', 4_500],
  ['near its end', 'bottom', 6_300],
])('a probe of a scrolled page leaves every scroll position and observer alone, %s', async (_where, _name, top) => {
  const page = await live.open('/lively.html')
  await page.evaluate((scrollTop) => {
    scrollTo(0, scrollTop)
    const list = document.querySelector('#list')!
    list.scrollTop = list.scrollHeight - list.clientHeight - 5
  }, top)
  await page.waitForTimeout(100)
  await watchForChanges(page)
  const before = await stateOf(page)
  for (let look = 0; look < 2; look += 1) {
    expect((await observe(page)).gaps).toEqual([])
    await page.waitForTimeout(100)
  }
  expect(await stateOf(page)).toEqual(before)
})

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
})

test.each([1, 2])(
  'a look has the pixels of Playwright’s on a screen of %i for a CSS pixel, and leaves the ratio that Playwright sets',
  async (screenScale) => {
    const { browser } = await launchBrowser({ args: [`--force-device-scale-factor=${screenScale}`] })
    const viewport = { width: 400, height: 300 }
    try {
      for (const options of [
        { viewport: null },
        { viewport, deviceScaleFactor: 1 },
        { viewport, deviceScaleFactor: 2 },
        { viewport, deviceScaleFactor: 3 },
      ]) {
        const page = await (await browser.newContext(options)).newPage()
        await page.goto(live.url('/form.html'))
        const expected = await page.screenshot()
        const scale = options.deviceScaleFactor ?? screenScale
        await page.evaluate((ratio) => {
          const isKept = matchMedia(`(resolution: ${ratio}dppx)`)
          Reflect.set(window, 'changes', isKept.matches ? [] : ['never matched'])
          const tell = ({ type }: Event): void => void (window as unknown as { changes: string[] }).changes.push(type)
          isKept.addEventListener('change', tell)
          addEventListener('resize', tell)
        }, scale)
        expect((await fastPicture(page)) !== undefined).toBe(scale === screenScale)
        for (let look = 0; look < 2; look += 1) {
          const seen = await observe(page, { mask: false })
          const same = await samePixels(browser, seen.screenshot!, expected)
          expect({ ...options, look, same, scale: seen.scale }).toEqual({ ...options, look, same: true, scale })
        }
        expect(await page.evaluate(() => [devicePixelRatio, Reflect.get(window, 'changes')])).toEqual([scale, []])
        await page.context().close()
      }
    } finally {
      await browser.close()
    }
  },
)

test('a page in a tab behind another is pictured as it is, without waiting for it to be drawn', async () => {
  const context = await live.browser().newContext({ viewport: { width: 800, height: 600 } })
  const page = live.closeAfter(await context.newPage())
  await page.goto(live.url('/lively.html'))
  await page.waitForTimeout(300) // so that all animations have begun
  const shown = await fastPicture(page)
  await (await context.newPage()).bringToFront()
  const isDrawn = (): Promise<boolean> =>
    page.evaluate(
      () =>
        new Promise((resolve) => {
          requestAnimationFrame(() => resolve(true))
          setTimeout(() => resolve(false), 900)
        }),
    )
  await expect.poll(isDrawn, { timeout: 20_000 }).toBe(false)
  const session = await context.newCDPSession(page)
  const held: number[] = []
  for (let time = 0; time < 4; time += 1) {
    const startedMs = performance.now()
    const { release } = await holdPageStill(page, session)
    held.push(performance.now() - startedMs)
    await release()
  }
  expect(Math.min(...held)).toBeLessThan(1_000) // to wait for a frame took a second each time
  expect(await samePixels(live.browser(), (await fastPicture(page))!, shown!)).toBe(true)
})

test('a page whose frame takes long to answer is not held still for as long as that', async () => {
  const page = await openLively(true)
  await page.evaluate(() => {
    const spinner = document.querySelector('#spinner')!.getAnimations()[0]!
    let [longestMs, last, sinceMs] = [0, spinner.currentTime, performance.now()]
    setInterval(() => {
      if (spinner.currentTime !== last) [last, sinceMs] = [spinner.currentTime, performance.now()]
      longestMs = Math.max(longestMs, performance.now() - sinceMs)
      Reflect.set(window, 'longestMs', longestMs)
    }, 10)
  })
  await page.frames()[1]!.evaluate(() => {
    setTimeout(() => {
      const until = performance.now() + 1_300
      while (performance.now() < until);
    }, 0)
  })
  const { durationMs } = await observe(page)
  expect(durationMs).toBeGreaterThan(1_000)
  expect(await page.evaluate(() => Reflect.get(window, 'longestMs') as number)).toBeLessThan(900)
})

/** Chromium's tools as a script of answers: bytes for a picture, a text for an error. */
function scriptedSession(answers: (Uint8Array | string)[]): Pick<CDPSession, 'send'> & { sent: unknown[] } {
  const sent: unknown[] = []
  const send = async (method: string, params: unknown): Promise<{ data: string }> => {
    sent.push([method, params])
    const answer = answers.shift()
    if (answer === undefined || typeof answer === 'string') throw new Error(answer ?? 'asked once too often')
    return { data: Buffer.from(answer).toString('base64') }
  }
  return { sent, send: send as CDPSession['send'] }
}

test('a window without a frame is asked once more for its picture, and nothing else is', async () => {
  const view = { width: 2, scale: 1, zoom: 1 }
  const png = new Uint8Array(24)
  png.set([0x89, 0x50, 0x4e, 0x47])
  png[19] = view.width
  const noFrame = 'Protocol error (Page.captureScreenshot): Unable to capture screenshot'

  const twice = scriptedSession([noFrame, png])
  expect(await takePicture(twice, { view })).toEqual(Buffer.from(png))
  expect(twice.sent[1]).toEqual(twice.sent[0])
  await expect(takePicture(scriptedSession([noFrame, noFrame, png]), { view })).rejects.toThrow('Unable to capture')
  await expect(takePicture(scriptedSession(['Target closed', png]), { view })).rejects.toThrow('Target closed')
})

test('a page that could not be asked just now is asked again the next time', async () => {
  const page = await live.open('/form.html')
  let failures = 1
  const context = {
    newCDPSession: async (): Promise<CDPSession> => {
      if (failures-- > 0) throw new Error('Target.attachToTarget: not just now')
      return page.context().newCDPSession(page)
    },
  } as unknown as BrowserContext
  const failing = new Proxy(page, {
    get: (target, key) => {
      if (key === 'context') return () => context
      const value: unknown = Reflect.get(target, key, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  expect(await fastPicture(failing)).toBeUndefined()
  expect(await fastPicture(failing)).toBeDefined()
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
