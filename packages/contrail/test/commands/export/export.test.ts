import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import type { ContrailError } from '@contrail/core'
import { readLabels } from '@contrail/recorder'
import { exportRecording } from '../../../src/commands/export/export.ts'
import { importLabel } from '../../../src/commands/export/import-label.ts'
import { exportFormats, type ExportFormat } from '../../../src/commands/export/exported.ts'
import { writeOutput } from '../../../src/commands/export/write-output.ts'
import { plain } from '../../../src/terminal/command-result.ts'
import { makeRoot, record, step } from '../../recordings.ts'
import { mountSmallDisk } from '../../small-disk.ts'

/** A picture in which little is alike, so that nothing makes it much smaller without loss. */
function noise(width: number, height: number): Promise<Buffer> {
  return sharp(randomBytes(width * height * 3), { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer()
}

/** @param size of each frame, in pixels: what takes long to encode is of a small one */
async function recordFrames(count: number, [width, height] = [200, 125]): Promise<string> {
  const events = []
  for (let at = 0; at < count; at += 1) {
    const [finished, , looked] = step('click', at === 1 ? { ok: false, error: 'no' } : {})
    const url = 'http://shop.test/cart'
    events.push(finished!, { type: 'screenshot' as const, screenshot: await noise(width, height), url }, looked!)
  }
  return record(await makeRoot(), events)
}

function run(
  directory: string,
  name: string,
  more: { maxSizeBytes?: number; force?: boolean; env?: Record<string, string>; format?: ExportFormat } = {},
) {
  const { maxSizeBytes, force = false, env = {}, format } = more
  const output = path.join(directory, '..', name)
  return exportRecording({
    directory,
    output,
    format,
    allowed: undefined,
    force,
    maxSizeBytes,
    paint: plain,
    env,
    cwd: '/',
  })
}

test('exported twice it is the same bytes, and one that is there is replaced by force alone', async () => {
  const directory = await record(await makeRoot(), step('goto'))
  const { json } = await run(directory, 'a.html')
  const first = await readFile(path.join(directory, '../a.html'))
  expect(json).toEqual({
    format: 'html',
    output: path.join(directory, '../a.html'),
    files: [{ path: path.join(directory, '../a.html'), sizeBytes: first.byteLength }],
    reduced: [],
  })
  await expect(run(directory, 'a.html')).rejects.toMatchObject({ code: 'OUTPUT_UNAVAILABLE' })
  await writeFile(path.join(directory, '../a.html'), 'other')
  await run(directory, 'a.html', { force: true })
  expect((await readFile(path.join(directory, '../a.html'))).equals(first)).toBe(true)
  await mkdir(path.join(directory, '../b.html'))
  await expect(run(directory, 'b.html', { force: true })).rejects.toThrow('is a directory')
  await expect(run(directory, 'none/c.html')).rejects.toThrow('make it first')
})

test('a name says its format, none is html, and one that is no format is refused before anything is read', async () => {
  const directory = await record(await makeRoot(), step('goto'))
  await expect(run(directory, 'run.pdf')).rejects.toThrow(
    '.pdf is no format of an export: expected .html, .md, .gif, .webp, or name one with --format',
  )
  const dash = {
    directory,
    output: '-',
    format: undefined,
    allowed: undefined,
    force: true,
    paint: plain,
    env: {},
    cwd: '/',
  }
  await expect(exportRecording(dash)).rejects.toThrow('expected the name of a file, got -')
  expect(await run(directory, 'run')).toMatchObject({ json: { format: 'html' } })
  expect(await run(directory, 'RUN.MD')).toMatchObject({ json: { format: 'md' } })
  expect(await run(directory, 'run.txt', { format: 'md' })).toMatchObject({ json: { format: 'md' } })
})

test('a secret in what would be written is named by step and field, and no file is made', async () => {
  const secret = 'tr0ub4dor-and-3-more'
  const events = [...step('goto'), ...step('click', { ok: false, error: `refused: ${secret.toUpperCase()} ${secret}` })]
  const directory = await record(await makeRoot(), events)
  const env = { SHOP_PASSWORD: secret }
  for (const name of ['a.html', 'a.md', 'a.gif']) {
    const { exitCode, json, text } = await run(directory, name, { env })
    expect(exitCode).toBe(1)
    expect(json).toMatchObject({ files: [] })
    expect((json as { refused: unknown[] }).refused).toContainEqual({
      step: 1,
      field: 'error',
      kind: 'registered',
      name: 'SHOP_PASSWORD',
    })
    expect(text).toContain('step 2, error: registered, SHOP_PASSWORD')
    expect(text).not.toContain(secret)
  }
  expect(await readdir(path.join(directory, '..'))).toEqual(['sample'])
})

test('a file keeps under its size: frames lose quality, then width, and those of failures last', async () => {
  const directory = await recordFrames(6)
  const sizes = new Map<number, unknown>()
  for (const maxSizeBytes of [2_000_000, 700_000]) {
    const { json } = await run(directory, 'a.html', { maxSizeBytes, force: true })
    const { files, reduced } = json as { files: { sizeBytes: number }[]; reduced: unknown[] }
    expect(files[0]?.sizeBytes).toBeLessThanOrEqual(maxSizeBytes)
    sizes.set(maxSizeBytes, reduced)
    const page = await readFile(path.join(directory, '../a.html'), 'utf8')
    expect(page.includes('To keep the file small')).toBe(reduced.length > 0)
  }
  expect(sizes.get(2_000_000)).toEqual([])
  expect(sizes.get(700_000)).toEqual([
    { change: 'lossless', frames: 3 },
    { change: 'quality', frames: 3, to: 80 },
  ])
})

test('of every format the smallest that can be made is told, and is made where it is allowed', async () => {
  const directory = await recordFrames(2, [100, 30])
  for (const format of exportFormats) {
    const refused = await run(directory, `a.${format}`, { maxSizeBytes: 100 }).catch((cause: unknown) => cause)
    expect(refused).toMatchObject({ code: 'FILE_TOO_LARGE', details: { maxBytes: 100 } })
    const least = (refused as ContrailError).details['sizeBytes'] as number
    expect((refused as Error).message).toContain(`--max-size ${least}B`)
    const { json } = await run(directory, `a.${format}`, { maxSizeBytes: least })
    const { files, reduced } = json as { files: { sizeBytes: number }[]; reduced: unknown[] }
    expect([format, files[0]!.sizeBytes <= least, reduced.length > 0]).toEqual([format, true, true])
  }
})

test('what ends in the middle leaves nothing, and an old file as it was', async () => {
  const root = await makeRoot()
  const file = path.join(root, 'a.html')
  await writeFile(file, 'old')
  function* failing() {
    yield 'half'
    const full: NodeJS.ErrnoException = new Error('no space')
    full.code = 'ENOSPC'
    throw full
  }
  await expect(writeOutput(file, failing(), true)).rejects.toThrow('cannot be written (ENOSPC)')
  expect(await readdir(root)).toEqual(['a.html'])
  expect(await readFile(file, 'utf8')).toBe('old')
})

test('a full disk, and one that is only read, leave nothing of it, and an old file as it was', async (context) => {
  const directory = await recordFrames(12)
  const disk = await mountSmallDisk(context, 1)
  const output = path.join(disk.directory, 'a.html')
  const input = { directory, output, format: undefined, allowed: undefined, paint: plain, env: {}, cwd: '/' }
  await expect(exportRecording({ ...input, force: false })).rejects.toMatchObject({
    code: 'OUTPUT_UNAVAILABLE',
    message: expect.stringContaining('cannot be written (ENOSPC)') as string,
  })
  expect(await readdir(disk.directory)).toEqual([])
  await writeFile(output, 'old')
  await expect(exportRecording({ ...input, force: true })).rejects.toThrow('ENOSPC')
  disk.makeReadOnly()
  await expect(exportRecording({ ...input, force: true, format: 'md' })).rejects.toThrow('EROFS')
  expect(await readdir(disk.directory)).toEqual(['a.html'])
  expect(await readFile(output, 'utf8')).toBe('old')
})

test('a moving picture shows each step for 2 s, at most 800 pixels wide, within its size', async () => {
  const directory = await recordFrames(3)
  for (const format of ['gif', 'webp'] as const) {
    await run(directory, `a.${format}`, { maxSizeBytes: 250_000 })
    const bytes = await readFile(path.join(directory, `../a.${format}`))
    expect(bytes.byteLength).toBeLessThanOrEqual(250_000)
    const { pages, delay, width } = await sharp(bytes).metadata()
    expect(pages).toBe(4)
    expect(delay).toEqual([2_000, 2_000, 2_000, 2_000])
    expect(width).toBeLessThanOrEqual(800)
  }
})

test('a label goes into the recording it is of, and into another one, or to a step that is not there, by force alone', async () => {
  const root = await makeRoot()
  const own = await record(root, step('goto'), { runId: 'a' })
  const other = await record(root, step('goto'), { runId: 'b' })
  const file = path.join(root, 'label.json')
  const take = async (
    recording: string | undefined,
    more: { place?: { run: string; task: string }; at?: number; force?: boolean },
  ) => {
    const { place = { run: 'a', task: 'sample' }, at = 0, force = false } = more
    const label = {
      ...{ formatVersion: 1, annotator: 'eve', blind: true, outcome: 'failure', process: null, comment: '' },
      ...{ steps: [{ index: at, flag: 'bad' }], verdictsSeen: [], savedAt: '2026-11-29T20:58:52.739Z' },
    }
    await writeFile(file, JSON.stringify({ contrailLabel: 1, ...place, label }))
    return importLabel({ file, recording, force, paint: plain, env: { CONTRAIL_ROOT: root }, cwd: root })
  }
  const elsewhere = await take(other, {})
  expect(elsewhere).toMatchObject({ exitCode: 1, json: { imported: false } })
  expect(elsewhere.text).toBe(
    'Nothing was written: the label is of a/sample, and not of b/sample: leave the recording away to put it there, or --force it into this one.',
  )
  const beyond = await take(own, { at: 40 })
  expect(beyond).toMatchObject({ exitCode: 1, json: { imported: false } })
  expect(beyond.text).toContain('it labels step 41, and a/sample has 1 step')
  expect([await readLabels(own), await readLabels(other)]).toEqual([[], []])
  expect(await take(undefined, {})).toMatchObject({ exitCode: 0, json: { directory: own } })
  // A public file does not tell of which it is.
  expect(await take(other, { place: { run: 'run', task: 'task' } })).toMatchObject({
    exitCode: 0,
    json: { directory: other },
  })
  expect(await take(other, { at: 40, force: true })).toMatchObject({ exitCode: 0 })
})
