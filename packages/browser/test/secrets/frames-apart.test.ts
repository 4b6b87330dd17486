import { observePage } from '@contrail/browser'
import { expect, test } from 'vitest'
import { inFast } from '../../../../scripts/test-size.ts'
import { useLivePages } from '../support/live-page.ts'
import { createPainter } from '../support/painter.ts'
import { countPixels } from '../support/pixels.ts'

const live = useLivePages()

/** The hosts of frames, each in the one before it, and how the outer one is drawn. */
const nestings: [string, hosts: string[], style: string][] = [
  ['of another site, with a padding and a border', ['localhost'], 'padding: 45px; border: 15px solid'],
  ['of a third site in one of another', ['localhost', 'a.localhost'], 'padding: 30px 0 0 40px'],
  ["of the page's own site in one of another, scaled", ['localhost', '127.0.0.1'], 'transform: scale(0.9)'],
  ['four deep, turned', ['localhost', 'a.localhost', '127.0.0.1', 'b.localhost'], 'transform: rotate(9deg)'],
]

const [first, second, third, deepest] = nestings.map((nesting) => [...nesting, 'openApart'] as const)
const inOne = nestings.slice(0, 2).map((nesting) => [...nesting, 'open'] as const)
const all = [first!, second!, third!, deepest!, ...inOne]

test.each(inFast([first!, third!, deepest!, inOne[1]!], all))(
  'a field in a frame %s is painted over, also where each site has a process (%#)',
  async (_nesting, hosts, style, open) => {
    const page = await live[open]('/index.html')
    const [outer, ...rest] = hosts
    const show = rest.length > 0 ? `nested&hosts=${rest.join()}` : 'plain'
    const address = live.url(`/secrets.html?show=${show}`).replace('127.0.0.1', outer!)
    await page.setContent(`<h1>Pay</h1><iframe src="${address}" width=440 height=260 style="${style}"></iframe>`)
    await expect.poll(() => page.frames().at(-1)?.locator('input').count()).toBe(1)
    const browser = page.context().browser()!
    const bare = await observePage(page, { mask: false })
    const seen = await observePage(page, { images: () => createPainter(browser) })
    expect(seen).toMatchObject({ masked: true, gaps: [] })
    expect((await countPixels(browser, bare.screenshot)).red).toBeGreaterThan(200)
    const { red, grey } = await countPixels(browser, seen.screenshot)
    // No more than the field, whose box is larger where it is turned: what stands around it is there.
    expect({ red, isSmall: grey > 500 && grey < 40_000 }).toEqual({ red: 0, isSmall: true })
    expect(seen.ariaTree).not.toContain('hunter2')
  },
)

const rows = Array.from({ length: 6_000 }, (_, row) => `<tr><td>Row ${row}<td>${row * 7}`).join('')

test.each([
  ['in processes of their own', 'openApart'],
  ['in the process of the page', 'open'],
] as const)(
  'a page too large for its whole tree says what frames of other sites show, %s, without their secrets',
  async (_where, open) => {
    const page = await live[open]('/index.html')
    const address = live.url('/secrets.html?show=nested&hosts=a.localhost').replace('127.0.0.1', 'localhost')
    await page.setContent(
      `<iframe srcdoc="<p>Before</p>" height=40></iframe><h1>Pay</h1>
       <iframe src="${address}" width=440 height=210></iframe><table>${rows}</table>`,
    )
    await expect.poll(() => page.frames().at(-1)?.locator('input').count()).toBe(1)
    const seen = await observePage(page, { images: () => createPainter(page.context().browser()!) })
    expect(seen).toMatchObject({ partial: true, masked: true, gaps: [] })
    expect(seen.ariaTree?.split('\n').slice(0, 6)).toEqual([
      '- iframe',
      '  - paragraph: Before',
      '- heading "Pay" [level=1]',
      '- iframe',
      '  - iframe',
      '    - textbox "Password": "[redacted:password:00000000]"',
    ])
  },
)
