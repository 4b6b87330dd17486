import { mapImages, type Image, type Trajectory } from '@contrail/core'
import { describe, expect, test } from 'vitest'
import type { FileContent } from '../../src/file/file-content.ts'
import { renderFile, toFileContent } from '../../src/index.ts'
import { fold, step, type Told } from '../trajectory.ts'

const words = 'lamp '.repeat(4_000)
const long = await contentOf(20)

/** A run of long texts and no picture. */
function contentOf(steps: number): Promise<FileContent> {
  const events = Array.from({ length: steps }, (_, at): Told[] => [
    {
      type: 'step_finished',
      actionName: 'read',
      actionArgs: { page: at },
      reasoning: `${at} ${words}`,
      toolOutput: { ok: true, result: { rows: Array.from({ length: 5_000 }, (_row, row) => row), text: words } },
    },
    { type: 'step_observed', url: 'https://shop.test/', ariaTree: `- text: ${at} ${words} ${words}` },
  ])
  return contentWith(events.flat(), false)
}

function contentWith(events: readonly Told[], isPartial: boolean): Promise<FileContent> {
  const trajectory: Trajectory = mapImages(fold(...events), (image): Image => ({ ...image, read: noPicture }))
  const place = { run: 'run', task: 'task' }
  return toFileContent({ trajectory, place, verdicts: [], labels: [], notes: [], isPartial })
}

function noPicture(): Promise<never> {
  return Promise.reject(new Error('there is no picture in this run'))
}

async function render(content: FileContent, maxSizeBytes: number) {
  const { pieces, sizeBytes, reduced } = await renderFile(content, { maxSizeBytes, images: noPicture })
  const text = [...pieces].join('')
  expect(Buffer.byteLength(text)).toBe(sizeBytes)
  expect(sizeBytes).toBeLessThanOrEqual(maxSizeBytes)
  return { text, changes: reduced.map(({ change }) => change) }
}

describe('words that are too much', () => {
  test('lose the ends of trees, then of texts and lists, and the page says so', async () => {
    const whole = await render(long, 25_000_000)
    expect(whole.changes).toEqual([])
    const most = Buffer.byteLength(whole.text)
    expect((await render(long, most + 10_000)).changes).toEqual([])
    expect((await render(long, most - 10_000)).changes).toEqual(['trees_cut'])
    const short = await render(long, 1_000_000)
    expect(short.changes).toEqual(['trees_cut', 'texts_cut'])
    expect(short.text).toContain('long texts and lists were cut (4000)')
    expect(short.text).toContain('"action":"read"')
  })

  test('are refused only where the shortest are too much, and the size that is told then is enough', async () => {
    const refused = await render(long, 1_000).catch((cause: unknown) => cause)
    expect(refused).toMatchObject({ code: 'FILE_TOO_LARGE', details: { maxBytes: 1_000 } })
    const { sizeBytes } = (refused as { details: { sizeBytes: number } }).details
    expect((await render(long, sizeBytes)).changes).toEqual(['trees_cut', 'texts_cut'])
    await expect(render(long, sizeBytes - 1)).rejects.toThrow(`--max-size ${sizeBytes}B`)
  })
})

test('a file of which parts were left out does not conclude that two actions were the same', async () => {
  const target = { role: 'button', name: '' }
  const events = [step({ target, toolOutput: { ok: false } }), step({ target })]
  const recoveriesOf = async (isPartial: boolean) =>
    (await contentWith(events, isPartial)).head.view.steps.map(({ recoveredAt }) => recoveredAt)
  expect(await recoveriesOf(false)).toEqual([1, undefined])
  expect(await recoveriesOf(true)).toEqual([undefined, undefined])
})
