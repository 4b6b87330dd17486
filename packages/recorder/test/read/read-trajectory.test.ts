import { execFileSync } from 'node:child_process'
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { readTrajectory } from '../../src/index.ts'
import { imagesOf, jpeg, png, wholeRun, plainData } from '../support/evidence.ts'
import { readJson } from '../support/file-tree.ts'
import { createRecorder, directoryOf, recordAll, recordWholeRun } from '../support/recording.ts'
import { memoryDirectory } from '../support/temporary-directory.ts'

const task = { id: 'buy-lamp', instruction: 'Buy the cheapest lamp', initUrl: 'http://shop.test/' }

/** A directory with these files; a plain value is written as JSON. */
async function directoryWith(files: Record<string, unknown>): Promise<string> {
  const directory = await memoryDirectory()
  for (const [path, contents] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true })
    await writeFile(
      join(directory, path),
      contents instanceof Uint8Array ? contents : JSON.stringify(contents, null, 2),
    )
  }
  return directory
}

const step = (fields: object = {}): object => ({
  actionName: 'click',
  actionArgs: { x: 1 },
  reasoning: '',
  agentEvidence: { modalities: [] },
  probeEvidence: {},
  toolOutput: { ok: true, result: 'clicked' },
  ...fields,
})

const trajectoryOf = (steps: readonly unknown[], more: object = {}): object => ({
  task,
  steps,
  status: 'complete',
  ...more,
})

/** Files as `writeTrajectoryDir` of @browserbasehq/stagehand 3.7.3 writes. */
const stagehand373 = {
  'trajectory.json': trajectoryOf(
    [
      step({
        reasoning: 'see the shop',
        agentEvidence: {
          modalities: [
            { type: 'image', imagePath: 'screenshots/agent/1.png', mediaType: 'image/png' },
            { type: 'text', content: 'see the shop' },
            { type: 'json', content: { success: true } },
          ],
        },
        probeEvidence: { url: 'http://shop.test/', screenshotPath: 'screenshots/probe/1.png', ariaTree: '- button' },
      }),
      step({
        toolOutput: { ok: false, error: 'no such button' },
        probeEvidence: { url: 'http://shop.test/', screenshotPath: 'screenshots/probe/1.png', ariaTree: '- button' },
      }),
    ],
    {
      finalAnswer: 'bought',
      finalObservation: { url: 'http://shop.test/done', screenshotPath: 'screenshots/probe/final.png' },
      usage: { input_tokens: 10, output_tokens: 2, reasoning_tokens: 1 },
    },
  ),
  'task_data.json': { task, status: 'complete', finalAnswer: 'bought' },
  'core.log': { step: 0, action: 'click', url: null, ok: true },
  'screenshots/agent/1.png': png('agent'),
  // The first versions called every picture a PNG.
  'screenshots/probe/1.png': jpeg('probe'),
  'screenshots/probe/final.png': png('final'),
}

test('a directory of Stagehand 3.7.3 is read whole', async () => {
  const directory = await directoryWith(stagehand373)
  const trajectory = await readTrajectory(directory)
  expect(trajectory).toMatchObject({
    formatVersion: 1,
    task,
    status: 'complete',
    finalAnswer: 'bought',
    usage: { input_tokens: 10, output_tokens: 2, reasoning_tokens: 1 },
    turns: [],
    gaps: [],
    timing: {},
    finalObservation: { url: 'http://shop.test/done', screenshot: { path: 'screenshots/probe/final.png' } },
  })
  expect(trajectory.steps.map(({ id, toolOutput }) => ({ id, toolOutput }))).toEqual([
    { id: 's0', toolOutput: { ok: true, result: 'clicked' } },
    { id: 's1', toolOutput: { ok: false, error: 'no such button' } },
  ])
  const [first, second] = trajectory.steps
  expect(first?.agentEvidence.modalities).toMatchObject([
    { type: 'image', image: { mediaType: 'image/png', sizeBytes: 13 } },
    { type: 'text', content: 'see the shop' },
    { type: 'json', content: { success: true } },
  ])
  expect(first?.probeEvidence).toMatchObject({
    url: 'http://shop.test/',
    ariaTree: '- button',
    screenshot: { mediaType: 'image/jpeg' },
  })
  expect(second?.probeEvidence.screenshot).toBe(first?.probeEvidence.screenshot)
  expect(Buffer.from((await first?.probeEvidence.screenshot?.read()) ?? [])).toEqual(jpeg('probe'))
  expect(imagesOf(trajectory)).toHaveLength(3)
})

test('the first layout of Stagehand is read: index, times, flat image names, a scroll position', async () => {
  const directory = await directoryWith({
    'trajectory.json': trajectoryOf(
      [
        step({
          index: 0,
          startedAt: '2026-05-15T10:00:00.000Z',
          finishedAt: '2026-05-15T10:00:02.000Z',
          probeEvidence: {
            url: 'http://shop.test/',
            screenshotPath: 'screenshot_1.png',
            scroll: { top: 10, pageHeight: 900 },
          },
        }),
      ],
      {
        timing: { startedAt: '2026-05-15T10:00:00.000Z', endedAt: '2026-05-15T10:00:03.000Z' },
        usage: { input_tokens: 1 },
      },
    ),
    'times.json': { timing: {}, usage: {}, stepCount: 1 },
    'screenshot_1.png': png('one'),
  })
  const { steps, timing, usage } = await readTrajectory(directory)
  expect(timing).toEqual({ startedAt: '2026-05-15T10:00:00.000Z', endedAt: '2026-05-15T10:00:03.000Z' })
  expect(usage).toEqual({ input_tokens: 1, output_tokens: 0 })
  expect(steps[0]).toMatchObject({
    startedAt: '2026-05-15T10:00:00.000Z',
    probeEvidence: { scroll: { top: 10, pageHeight: 900 } },
  })
  expect(steps[0]).not.toHaveProperty('index')
  expect(Buffer.from((await steps[0]?.probeEvidence.screenshot?.read()) ?? [])).toEqual(png('one'))
})

test('images inside the file as base64 are read; what is no base64 is a gap', async () => {
  const modalities = (bytesBase64: string): object => ({
    agentEvidence: { modalities: [{ type: 'image', bytesBase64, mediaType: 'image/png' }] },
  })
  const directory = await directoryWith({
    'trajectory.json': trajectoryOf([
      step(modalities(png('inline').toString('base64'))),
      step(modalities('*** no base64 ***')),
    ]),
  })
  const { steps, gaps } = await readTrajectory(directory)
  const [modality] = steps[0]?.agentEvidence.modalities ?? []
  expect(modality?.type === 'image' && Buffer.from(await modality.image.read())).toEqual(png('inline'))
  expect(steps[1]?.agentEvidence.modalities).toEqual([])
  expect(gaps).toEqual([{ what: 'screenshot', reason: 'frame_missing', stepIndex: 1 }])
})

test('unknown keys of a step are kept', async () => {
  const directory = await directoryWith({
    'trajectory.json': trajectoryOf([step({ cost: 12, extra: { mine: true } })]),
  })
  expect((await readTrajectory(directory)).steps[0]?.extra).toEqual({ cost: 12, mine: true })
})

test('an image that is missing is a gap of its step, and the rest is read', async () => {
  const directory = await directoryWith(stagehand373)
  await rm(join(directory, 'screenshots/agent/1.png'))
  await rm(join(directory, 'screenshots/probe/final.png'))
  const { steps, gaps, finalObservation } = await readTrajectory(directory)
  expect(steps[0]?.agentEvidence.modalities.map(({ type }) => type)).toEqual(['text', 'json'])
  expect(finalObservation).toEqual({ url: 'http://shop.test/done' })
  expect(gaps).toEqual([
    { what: 'screenshot', reason: 'frame_missing', stepIndex: 0, detail: { path: 'screenshots/agent/1.png' } },
    { what: 'screenshot', reason: 'frame_missing', detail: { path: 'screenshots/probe/final.png' } },
  ])
})

test('a step that is of no schema is a placeholder and a gap, and hides no other', async () => {
  const directory = await directoryWith({
    'trajectory.json': trajectoryOf([step(), { foo: 1 }, null, step({ actionName: 'last' })]),
  })
  const { steps, gaps } = await readTrajectory(directory)
  expect(steps.map((each) => each.actionName)).toEqual(['click', '(unreadable step)', '(unreadable step)', 'last'])
  expect(steps[1]).toMatchObject({ toolOutput: { ok: false }, executed: 'unknown' })
  expect(gaps).toMatchObject([
    {
      what: 'event',
      reason: 'invalid_step',
      stepIndex: 1,
      detail: { problem: expect.stringMatching(/^steps\.1\.actionName: .*expected string/) },
    },
    { reason: 'invalid_step', stepIndex: 2, detail: { problem: expect.stringMatching(/^steps\.2: /) } },
  ])
})

test.each([
  [{ task: 5, status: 7 }, /trajectory\.json at task: .*expected.*received number/],
  [{ task, steps: [], status: 7 }, /trajectory\.json at status: /],
  [
    { task: { id: 'x', instruction: 1 }, steps: [], status: 'complete' },
    /at task\.instruction: .*expected string, received number/,
  ],
  [{ task, status: 'complete' }, /at steps: .*expected array/],
  [[], /at \(root\)/],
  [null, /at \(root\)/],
])('trajectory.json %j is FILE_INVALID and names the place', async (value, message) => {
  const directory = await directoryWith({ 'trajectory.json': value })
  await expect(readTrajectory(directory)).rejects.toMatchObject({ code: 'FILE_INVALID' })
  await expect(readTrajectory(directory)).rejects.toThrow(message)
})

test('trajectory.json that is no JSON, nests too deep, or is of a later version is refused by name', async () => {
  const withText = (text: string): Promise<string> => directoryWith({ 'trajectory.json': Buffer.from(text) })
  await expect(readTrajectory(await withText('{"task":'))).rejects.toMatchObject({ code: 'FILE_INVALID' })
  await expect(readTrajectory(await withText('{"task":'))).rejects.toThrow(/contrail recover/)
  await expect(readTrajectory(await withText('['.repeat(100_000)))).rejects.toThrow(/deeper than/)
  const later = JSON.stringify({ ...trajectoryOf([]), formatVersion: 2 })
  await expect(readTrajectory(await withText(later))).rejects.toMatchObject({
    code: 'SCHEMA_TOO_NEW',
    details: { version: 2 },
  })
})

test.each([
  ['../secret.png'],
  ['/etc/passwd'],
  ['screenshots/../../secret.png'],
  ['C:\\secret.png'],
  ['a\\..\\secret.png'],
  ['nul\0.png'],
  [''],
])('an image path %j is FILE_UNSAFE', async (screenshotPath) => {
  const directory = await directoryWith({
    'trajectory.json': trajectoryOf([step({ probeEvidence: { screenshotPath } })]),
  })
  await writeFile(join(directory, '../secret.png'), 'secret')
  await expect(readTrajectory(directory)).rejects.toMatchObject({ code: 'FILE_UNSAFE' })
  await rm(join(directory, '../secret.png'))
})

test('an image that is a link, in a linked folder, a FIFO or a folder is FILE_UNSAFE, and nothing hangs', async () => {
  const secret = join(await memoryDirectory(), 'secret.png')
  await writeFile(secret, png('secret'))
  const hazards: Record<string, (path: string) => Promise<unknown>> = {
    link: (path) => symlink(secret, path),
    'a/linked': async (path) => {
      await rm(dirname(path), { recursive: true, force: true })
      await symlink(dirname(secret), dirname(path))
    },
    fifo: async (path) => execFileSync('mkfifo', [path]),
    folder: (path) => mkdir(path),
    device: async (path) => symlink('/dev/zero', path),
  }
  for (const [name, make] of Object.entries(hazards)) {
    const screenshotPath = name === 'a/linked' ? 'a/secret.png' : `a/${name}`
    const directory = await directoryWith({
      'trajectory.json': trajectoryOf([step({ probeEvidence: { screenshotPath } })]),
      'a/other': png('x'),
    })
    await make(join(directory, screenshotPath))
    await expect(readTrajectory(directory)).rejects.toMatchObject({ code: 'FILE_UNSAFE' })
  }
})

test('a trajectory.json that is a link, a FIFO or a folder is FILE_UNSAFE', async () => {
  const elsewhere = join(await directoryWith({ 'trajectory.json': trajectoryOf([]) }), 'trajectory.json')
  for (const make of [
    (path: string) => symlink(elsewhere, path),
    (path: string) => Promise.resolve(execFileSync('mkfifo', [path])),
    (path: string) => mkdir(path),
  ]) {
    const directory = await memoryDirectory()
    await make(join(directory, 'trajectory.json'))
    await expect(readTrajectory(directory)).rejects.toMatchObject({ code: 'FILE_UNSAFE' })
  }
})

test('the bytes of our images are read only when asked for, and verified then', async () => {
  const directory = await recordWholeRun(await memoryDirectory())
  const trajectory = await readTrajectory(directory)
  const image = trajectory.steps[1]?.probeEvidence.screenshot
  expect(image).toMatchObject({
    path: 'screenshots/probe/2.jpg',
    mediaType: 'image/jpeg',
    sizeBytes: jpeg('lamp').byteLength,
  })
  const path = join(directory, 'screenshots/probe/2.jpg')
  await writeFile(path, jpeg('LAMP'))
  await expect(image?.read()).rejects.toMatchObject({ code: 'FRAME_CORRUPT' })
  await expect(image?.read()).rejects.toThrow(/2\.jpg/)
  await rm(path)
  await expect(image?.read()).rejects.toMatchObject({ code: 'FRAME_MISSING' })
  await symlink(join(directory, 'screenshots/probe/1.png'), path)
  await expect(image?.read()).rejects.toMatchObject({ code: 'FILE_UNSAFE' })
})

test('a hostile path in a file of ours is refused when its image is read', async () => {
  const directory = await recordWholeRun(await memoryDirectory())
  const text = (await readFile(join(directory, 'trajectory.json'), 'utf8')).replaceAll(
    'screenshots/probe/2.jpg',
    '../../../secret.jpg',
  )
  await writeFile(join(directory, 'trajectory.json'), text)
  const { steps } = await readTrajectory(directory)
  await expect(steps[1]?.probeEvidence.screenshot?.read()).rejects.toMatchObject({ code: 'FILE_UNSAFE' })
})

test('an unfinished recording reads as `recording` while its writer lives, with its images', async () => {
  const recorder = createRecorder(await memoryDirectory())
  await recordAll(recorder, wholeRun)
  const live = await readTrajectory(directoryOf(recorder))
  expect(live.status).toBe('recording')
  for (const image of imagesOf(live)) expect((await image.read()).byteLength).toBe(image.sizeBytes)
  const finished = await recorder.finish()
  expect({ ...(plainData(live) as object), status: 0, timing: 0 }).toEqual({
    ...(plainData(finished) as object),
    status: 0,
    timing: 0,
  })
})

test('a run whose last line is written but whose files are not is read with the status it said', async () => {
  const directory = await recordWholeRun(await memoryDirectory())
  const finished = await readTrajectory(directory)
  await rm(join(directory, 'trajectory.json'))
  expect(plainData(await readTrajectory(directory))).toEqual(plainData(finished))
  expect((await readJson(directory, 'task_data.json'))['status']).toBe('complete')
})
