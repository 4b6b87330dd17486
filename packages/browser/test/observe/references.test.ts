import { captureCua, captureDom, captureHybrid, findBrowser, observePage, recordPage } from '@contrail/browser'
import { chromium, type Page } from 'playwright'
import { expect, test } from 'vitest'
import { bySize, inFast } from '../../../../scripts/test-size.ts'
import { createRandom } from '../probe/schedules/schedule.ts'
import { keepEvents, useLivePages } from '../support/live-page.ts'

const live = useLivePages()
const rounds = bySize({ fast: 1, faults: 20, long: 100 })

type Act = (action: (page: Page) => Promise<unknown>) => Promise<unknown>

const captures: Record<string, (page: Page, sink: Parameters<typeof captureDom>[1]) => Act> = {
  captureDom: (page, sink) => {
    const { turn } = captureDom(page, sink)
    return (action) => turn(({ step }) => step({ actionName: 'act' }, () => action(page)))
  },
  captureHybrid: (page, sink) => {
    const { turn } = captureHybrid(page, sink)
    return (action) => turn(({ step }) => step({ actionName: 'act' }, () => action(page)))
  },
  captureCua: (page, sink) => {
    const capture = captureCua(page, sink)
    return (action) => capture.act({ type: 'act' }, () => action(page))
  },
  recordPage: (page, sink) => {
    const recorded = recordPage(page, sink)
    return (action) => action(recorded)
  },
}
const kinds = Object.keys(captures)
/** A look does the same to a page whoever asks for it; the recorded page looks at its targets, too. */
const lookers = inFast(['recordPage'], kinds)

/** The reference of an element in a snapshot. */
function refOf(snapshot: string, name: string): string {
  return `aria-ref=${new RegExp(`"${name}".* \\[ref=(\\w+)\\]`).exec(snapshot)![1]}`
}

/** Ways in which an element can be gone for a while, run in the page on it. */
const hidings: Record<string, (save: HTMLElement) => void> = {
  'without a box': ({ style }) => (style.display = 'none'),
  invisible: ({ style }) => (style.visibility = 'hidden'),
  'out of reach': ({ style }) => (style.pointerEvents = 'none'),
  'of no size': ({ style }) => (style.cssText = 'width: 0; height: 0; padding: 0; border: 0; overflow: hidden'),
  'in a hidden part': ({ parentElement }) => void (parentElement!.hidden = true),
  'in an inert part': ({ parentElement }) => void (parentElement!.inert = true),
  'by another name': (save) => void (save.ariaLabel = 'Please wait'),
  'in no document': (save) => {
    Reflect.set(window, 'taken', [save, save.parentElement])
    save.remove()
  },
}

/** Runs in the page. */
function bringBack(): void {
  const [save, parent] = Reflect.get(window, 'taken') as [Element, Element]
  parent.append(save)
  for (const element of document.querySelectorAll('div, div button')) {
    for (const name of ['style', 'aria-label', 'hidden', 'inert']) element.removeAttribute(name)
  }
}

test.each(lookers)(
  'with %s the references of an agent lead to elements that were gone while a probe was taken',
  async (kind) => {
    const page = await live.reopen('/index.html')
    const ways = Object.keys(hidings)
    const saves = ways.map((way, at) => `<div><button onclick="document.title += ${at}">Save ${way}</button></div>`)
    await page.setContent(`<title>saved</title><button id=go>Go</button>${saves.join('')}`)
    const { sink, of, settled } = keepEvents()
    const act = captures[kind]!(page, sink)
    const snapshot = await page.ariaSnapshot({ mode: 'ai' })
    for (const way of ways) {
      await page.getByRole('button', { name: `Save ${way}` }).evaluate(hidings[way] as (save: Element) => void)
    }
    await act((acted) => acted.click('#go'))
    await settled()
    await page.evaluate(bringBack)
    for (const way of ways) await page.click(refOf(snapshot, `Save ${way}`), { timeout: 2_000 })
    expect(await page.title()).toBe('saved01234567')
    expect(of('step_observed')[0]?.ariaTree).toMatch(/button "Go"(?: \[active\])? \[ref=\w+\]/)
    expect(of('step_observed')[0]?.ariaTree).not.toContain('Save without a box')
  },
)

/** A random page whose buttons show toasts and menus, add lines, and change names. */
function drawPage(random: () => number): string {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!
  const part = (depth: number): string => {
    const inner = Array.from({ length: 1 + Math.floor(random() * 3) }, () => (depth > 0 ? part(depth - 1) : 'text'))
    const all = inner.join('')
    return pick([
      `<div>${all}</div>`,
      `<section aria-label=part>${all}</section>`,
      `<ul><li>${all}<li><a href="#x">more</a></ul>`,
      `<p hidden>${all}</p><span style="cursor: pointer">${all}</span>`,
      `<iframe srcdoc="<button>inside</button>"></iframe>${all}`,
      `<x-box><template shadowrootmode=open><button>in shadow</button><slot></slot></template>${all}</x-box>`,
    ])
  }
  return `<!doctype html><title>Drawn</title>${part(1)}<button id=go>Go</button><div id=toasts></div><div id=menu hidden>${part(1)}</div>`
}

/** Runs in the page: one change that stays, and toasts that somebody else sees. */
function change(at: number): void {
  const toasts = document.querySelector('#toasts')!
  toasts.innerHTML = `<div role=status>Saved ${at} <a href="#undo">Undo</a><button>Dismiss</button></div>`
  if (at % 3 === 0) document.querySelector('#go')!.setAttribute('aria-label', `Go ${at}`)
  if (at % 3 === 1) (document.querySelector('#menu') as HTMLElement).hidden = false
  if (at % 3 === 2) document.body.append(document.createElement('button'))
}

test.each(lookers)('with %s the snapshots of an agent are those that it has without, byte for byte', async (kind) => {
  const random = createRandom(kinds.indexOf(kind) + 1)
  const run = async (
    html: string,
    first: number,
    begin: (page: Page) => [Act, () => Promise<void>],
  ): Promise<string> => {
    const page = await live.open('/index.html')
    await page.setContent(html)
    await page.waitForFunction(() =>
      [...document.querySelectorAll('iframe')].every((one) => one.contentDocument?.body.firstChild),
    )
    const [act, settled] = begin(page)
    let told = ''
    for (let at = first; at < first + 3; at += 1) {
      await act(async (acted) => {
        await page.evaluate(change, at)
        await acted.click('#go')
      })
      await settled()
      await page.evaluate(() => document.querySelector('#toasts')!.replaceChildren())
      if (at !== first + 1) told += `${await page.ariaSnapshot({ mode: 'ai' })}\n`
    }
    return told
  }
  for (let round = 0; round < rounds; round += 1) {
    const [html, first] = [drawPage(random), Math.floor(random() * 9)]
    const plain = await run(html, first, (page) => [async (action) => action(page), async () => {}])
    const { sink, of, settled, stop } = keepEvents()
    const recorded = await run(html, first, (page) => [captures[kind]!(page, sink), settled])
    stop()
    expect(recorded).toBe(plain)
    expect(of('step_observed').some(({ ariaTree }) => ariaTree?.includes('Undo'))).toBe(true)
  }
})

test('the tree of a probe is Playwright’s own, with the references that a snapshot of the agent has given and no others', async () => {
  const page = await live.reopen('/index.html')
  await page.setContent(`<h1>Shop [ref=e1]</h1><button>Add</button><div style="cursor: pointer">box</div><p>text [ref=e2]
    <img name=body alt="x"><iframe srcdoc="<a href=#>inner</a>"></iframe><iframe></iframe><input aria-label='a: "b"' value=c>`)
  await page.frameLocator('iframe >> nth=0').getByRole('link').waitFor()
  const { ariaTree: before = '' } = await observePage(page)
  const snapshot = await page.ariaSnapshot({ mode: 'ai' })
  expect(before).toContain('heading "Shop [ref=e1]" [level=1]')
  expect(before.match(/\[ref=\w+\]/g)).toEqual(['[ref=e1]', '[ref=e2]'])
  expect((await observePage(page)).ariaTree).toBe(snapshot)
  await page.evaluate(() => document.querySelector('h1')!.insertAdjacentHTML('afterend', '<button>New</button>'))
  const { ariaTree: after = '' } = await observePage(page)
  expect(after).toMatch(/button "Add" \[ref=\w+\]$/m)
  expect(after).toMatch(/button "New"$/m)
})

test('the browser compiles what a tree is read with once, and not for every document', async () => {
  await observePage(await live.reopen('/index.html'))
  const page = await live.reopen('/form.html')
  await live.browser().startTracing(page, { categories: ['disabled-by-default-v8.compile'] })
  const looking = observePage(page)
  await looking.catch(() => {}) // nothing else could be traced in this browser
  const trace = (await live.browser().stopTracing()).toString()
  expect((await looking).ariaTree).toContain('textbox')
  const functions = trace.match(/"name":"V8\.PreParse"/g) ?? []
  expect(trace).toContain('"name":"V8.CompileScript"')
  expect(functions.length).toBeLessThan(100) // Playwright's tools have five times as many
})

test('over a connection to another Playwright the tree is a snapshot as anyone takes it, and targets are known', async () => {
  const { executablePath, args, env } = await findBrowser()
  const server = await chromium.launchServer({ executablePath, args: [...args], env: { ...process.env, ...env } })
  const browser = await chromium.connect(server.wsEndpoint())
  const page = await browser.newPage()
  await page.setContent('<button>Save</button><iframe srcdoc="<p>inside</p>"></iframe>')
  const snapshot = await page.ariaSnapshot({ mode: 'ai' })
  const { ariaTree, gaps } = await observePage(page)
  const box = await page.locator('button').boundingBox()
  const { sink, of, settled } = keepEvents()
  const recorded = recordPage(page, sink, { probe: { mode: 'off' } })
  await recorded.click('button')
  await recorded.keyboard.press('Shift')
  await settled()
  await browser.close()
  await server.close()
  const save = { role: 'button', name: 'Save', box }
  expect(of('step_finished').map(({ target }) => target)).toMatchObject([save, save])
  expect(gaps).toEqual([])
  expect(ariaTree).toBe(snapshot)
})
