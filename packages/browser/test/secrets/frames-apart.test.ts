import { observePage } from '@contrail/browser'
import { expect, test } from 'vitest'
import { inFast } from '../../../../scripts/test-size.ts'
import { useLivePages } from '../support/live-page.ts'
import { countPixels, images } from '../support/pixels.ts'

const live = useLivePages()

/** The hosts of frames, each in the one before it, and how the outer one is drawn. */
const nestings: [string, hosts: string[], style: string][] = [
  ['of another site, with a padding and a border', ['localhost'], 'padding: 45px; border: 15px solid'],
  ['of a third site in one of another', ['localhost', 'a.localhost'], 'padding: 30px 0 0 40px'],
  ["of the page's own site in one of another, scaled", ['localhost', '127.0.0.1'], 'transform: scale(0.9)'],
  ['four deep, turned', ['localhost', 'a.localhost', '127.0.0.1', 'b.localhost'], 'transform: rotate(9deg)'],
]

test.each([
  ['each site has a process', 'openApart', inFast([0, 2, 3], [0, 1, 2, 3])],
  ['all sites have one process', 'open', inFast([1], [0, 1])],
] as const)('a field in a frame of another site is painted over where %s', async (_where, open, which) => {
  const page = await live[open]('/index.html')
  await page.setViewportSize({ width: 1_100, height: 620 })
  const frames = which.map((at) => {
    const [of, [outer, ...rest], style] = nestings[at]!
    const show = rest.length > 0 ? `nested&hosts=${rest.join()}` : 'plain'
    const address = live.url(`/secrets.html?show=${show}`).replace('127.0.0.1', outer!)
    const src = `title="${of}" src="${address}" width=400 height=200`
    return `<iframe ${src} style="${style}; margin: 0 20px 30px 0"></iframe>`
  })
  await page.setContent(`<h1>Pay</h1>${frames.join('')}`)
  const countFields = async (): Promise<number> => {
    const counts = await Promise.all(page.frames().map((frame) => frame.locator('input').count()))
    return counts.reduce((sum, count) => sum + count, 0)
  }
  await expect.poll(countFields).toBe(frames.length)
  // A frame of another process may be drawn a moment later, and one that is not drawn would need no paint.
  const isEachRed = async (): Promise<boolean> => {
    const pictures = await Promise.all(which.map((at) => page.getByTitle(nestings[at]![0]).screenshot()))
    return pictures.every((picture) => countPixels(picture).red > 200)
  }
  await expect.poll(isEachRed).toBe(true)
  const seen = await observePage(page, { images })
  expect(seen).toMatchObject({ masked: true, gaps: [] })
  const { red, grey } = countPixels(seen.screenshot)
  // No more than the fields, whose boxes are larger where they are turned: what stands around them is there.
  const isSmall = grey > 500 * frames.length && grey < 30_000 * frames.length
  expect({ red, isSmall }).toEqual({ red: 0, isSmall: true })
  expect(seen.ariaTree).not.toContain('hunter2')
})

const rows = Array.from({ length: 2_000 }, (_, row) => `<tr><td>Row ${row}<td>${row * 7}`).join('')

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
    const seen = await observePage(page, { images, treeLimitMs: 60 })
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
