import { ContrailError, type Reencoded } from '@contrail/core'
import sharp from 'sharp'
import { beforeAll, expect, test } from 'vitest'
import { compare } from '../src/compare.ts'
import { reencode } from '../src/reencode.ts'
import { loadSharp } from '../src/decode.ts'
import { colourTypes, pagePixels, pngFile, rgbaPng } from './png-file.ts'

beforeAll(loadSharp)

const page = rgbaPng(pagePixels(120, 80), 120)

/** The refusal of a picture. @throws what is no refusal */
function codeOf(cause: unknown): string {
  if (cause instanceof ContrailError) return cause.code
  throw cause
}

test('a picture that claims more pixels than may be decoded is refused by its header', async () => {
  const bomb = pngFile({ width: 60_000, height: 60_000, colourType: colourTypes.grey }, [Buffer.alloc(100)])
  const before = process.memoryUsage().rss
  await expect(reencode(bomb)).rejects.toMatchObject({ name: 'ContrailError', code: 'FILE_TOO_LARGE' })
  await expect(compare(bomb, page)).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' })
  expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000)
})

test('more than 50 MB are not even looked at', async () => {
  await expect(reencode(Buffer.alloc(50_000_001, page))).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' })
})

test('what is no picture is refused', async () => {
  for (const bytes of [Buffer.alloc(0), Buffer.from('not an image'), page.subarray(0, 12), Buffer.alloc(5000, 0xff)]) {
    await expect(reencode(bytes)).rejects.toMatchObject({ name: 'ContrailError', code: 'FILE_INVALID' })
  }
})

test('a picture with a fault is refused or left alone, wherever it is cut or changed, and never guessed at', async () => {
  const pixels = await sharp(page).raw().toBuffer()
  for (let cut = 30; cut < page.byteLength; cut += 97) {
    const result: Reencoded | string = await reencode(page.subarray(0, cut)).catch(codeOf)
    const answer = typeof result === 'string' ? result : 'kept' in result ? result.kept : 're-encoded'
    expect(['FILE_INVALID', 'not_exact']).toContain(answer)
  }
  for (let at = 8; at < page.byteLength; at += 61) {
    const changed = Buffer.from(page)
    changed[at] = (changed[at] ?? 0) ^ 0x10
    const result = await reencode(changed).catch(codeOf)
    const isRefused = result === 'FILE_INVALID' || result === 'FILE_TOO_LARGE'
    const isKept = typeof result !== 'string' && 'kept' in result
    const isAnother =
      typeof result !== 'string' && 'bytes' in result && !(await sharp(result.bytes).raw().toBuffer()).equals(pixels)
    expect([at, isRefused || isKept || isAnother]).toEqual([at, true])
  }
})

test('two pictures differ in the pixels that differ, and in all where their sizes do', async () => {
  const data = pagePixels(120, 80)
  expect(await compare(page, rgbaPng(data, 120))).toEqual({ differingPixels: 0, pixels: 9600 })
  for (let at = 0; at < 25; at++) data.set([255, 0, 0, 255], (at * 120 + at) * 4)
  expect(await compare(page, rgbaPng(data, 120))).toEqual({ differingPixels: 25, pixels: 9600 })
  expect(await compare(page, rgbaPng(pagePixels(100, 90), 100))).toEqual({ differingPixels: 10_800, pixels: 10_800 })
})

test('the threshold says from which difference on', async () => {
  const grey = (shade: number) => rgbaPng(Buffer.alloc(400, Buffer.from([shade, shade, shade, 255])), 10)
  expect(await compare(grey(100), grey(101), { threshold: 0 })).toMatchObject({ differingPixels: 100 })
  expect(await compare(grey(100), grey(101))).toMatchObject({ differingPixels: 0 })
  await expect(compare(grey(1), grey(2), { threshold: 7 })).rejects.toThrow('from 0 to 1, got 7')
})
