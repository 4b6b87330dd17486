import { launchBrowser } from '@contrail/browser'
import { busSink, createEvidenceBus, mapImages, type EvidenceEvent, type Image } from '@contrail/core'
import { checkRecording, readTrajectory, TrajectoryRecorder } from '@contrail/recorder'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { useBrowser } from '../../../../../scripts/shared-browser.ts'
import { plain } from '../../../src/terminal/command-result.ts'
import { compact } from '../../../src/commands/keep/compact.ts'
import { recoverRecordings } from '../../../src/commands/keep/recover.ts'
import { captureHybrid } from '../../../src/index.ts'
import { makeRoot, picture, record, recordKilled, recordLive, step } from '../../recordings.ts'

const bin = fileURLToPath(new URL('../../../src/bin.ts', import.meta.url))
const viewport = { width: 400, height: 250 }

/** Text, a table, and something like a photograph; another state at every click. */
const shop = `<title>Lamps</title><h1>Lamps</h1><button onclick="draw(++count)">Next</button><p id="words"></p><canvas width="150" height="100"></canvas>
<script>
  count = 0
  function draw(n) {
    words.textContent = Array.from({ length: 40 }, (_, at) => 'lamp ' + (at * n) + ' of brass').join(', ')
    const context = document.querySelector('canvas').getContext('2d')
    const shade = context.createRadialGradient(20 + n, 30, 5, 75, 50, 90)
    shade.addColorStop(0, 'gold'), shade.addColorStop(0.5, 'rgb(80,' + n * 5 + ',120)'), shade.addColorStop(1, 'navy')
    context.fillStyle = shade
    context.fillRect(0, 0, 150, 100)
  }
  draw(0)
</script>`

const browser = useBrowser(launchBrowser)

/** Record real pages: five that only a probe saw, and two that the model saw. */
async function recordPages(root: string): Promise<string> {
  const bus = createEvidenceBus()
  await using recorder = new TrajectoryRecorder({
    taskSpec: { id: 'lamps', instruction: 'Look at lamps.' },
    bus,
    outputRoot: root,
    runId: 'run-1',
    persist: true,
    durability: 'finish',
  })
  await using context = await browser().newContext({ viewport })
  const page = await context.newPage()
  await page.setContent(shop)
  const capture = captureHybrid(page, busSink(bus))
  for (let at = 0; at < 6; at++) {
    if (at < 2) await capture.screenshot()
    await capture.turn((turn) =>
      turn.step({ actionName: 'click', reasoning: 'Next' }, () => page.getByRole('button').click()),
    )
  }
  await capture.finalAnswer({ message: 'Seen.' })
  await recorder.finish({ status: 'complete' })
  return recorder.directory ?? ''
}

/** Record pictures of which each takes long enough that there is time to interrupt. */
async function recordShades(root: string): Promise<string> {
  const [width, height] = [640, 400]
  const events: EvidenceEvent[] = []
  for (let at = 0; at < 4; at++) {
    const pixels = Buffer.alloc(width * height * 3)
    for (let n = 0; n < pixels.length; n++) pixels[n] = (n * n + at * n) >> 12
    const raw = { width, height, channels: 3 } as const
    const screenshot = await sharp(pixels, { raw }).png({ compressionLevel: 0 }).toBuffer()
    const [finished, , looked] = step('click')
    events.push(finished!, { type: 'screenshot', screenshot, url: 'http://shop.test/' }, looked!)
  }
  return record(root, events)
}

/** Record two small pictures that can be made smaller. */
async function recordSmall(root: string, runId = 'run-1'): Promise<string> {
  const events: EvidenceEvent[] = []
  for (const red of [50, 200]) {
    const create = { width: 40, height: 30, channels: 3, background: { r: red, g: 100, b: 100 } } as const
    const screenshot = await sharp({ create }).png({ compressionLevel: 0 }).toBuffer()
    const [finished, , looked] = step('click')
    events.push(finished!, { type: 'screenshot', screenshot, url: 'http://shop.test/' }, looked!)
  }
  return record(root, events, { runId })
}

function run(directory: string, cwd: string, more: Partial<Parameters<typeof compact>[0]> = {}) {
  return compact({
    directory,
    agentFrames: false,
    dryRun: false,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    env: { CONTRAIL_COMMAND: 'contrail' },
    cwd,
    paint: plain,
    ...more,
  })
}

/** The bytes of every image, by the hash it was recorded with. */
async function imagesOf(directory: string): Promise<Map<string, Buffer>> {
  const images: Image[] = []
  mapImages(await readTrajectory(directory), (image) => (images.push(image), image))
  const found = new Map<string, Buffer>()
  for (const image of images) found.set(image.originalSha256 ?? image.sha256, Buffer.from(await image.read()))
  return found
}

/** Count the samples of two pictures that differ when Chromium decodes them: a decoder that is not ours. */
function differenceInBrowser(page: Page, one: Buffer, other: Buffer): Promise<number> {
  const pictures = [one, other].map((bytes) => bytes.toString('base64'))
  return page.evaluate(async (encoded) => {
    const pixels = await Promise.all(
      encoded.map(async (base64) => {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
        const bitmap = await createImageBitmap(new Blob([bytes]), { colorSpaceConversion: 'none' })
        const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')
        context?.drawImage(bitmap, 0, 0)
        return context?.getImageData(0, 0, bitmap.width, bitmap.height).data ?? new Uint8ClampedArray()
      }),
    )
    const [first = new Uint8ClampedArray(), second = new Uint8ClampedArray()] = pixels
    return first.length === second.length ? first.filter((value, at) => value !== second[at]).length : -1
  }, pictures)
}

test('real screenshots take less than half, and Chromium sees the same pixels in all of them', async () => {
  const root = await makeRoot()
  const directory = await recordPages(root)
  const before = await imagesOf(directory)
  const { exitCode, text: said, json } = await run(directory, root)
  expect(said).toMatch(/^compacted {2}run-1\/lamps: 5 of 5 frames, [\d.]+ [kM]B to \d+ kB$/m)
  expect(said).toMatch(
    /^Re-encoded 5 of 5 frames in 1 recording: .*\(\d\d %\); 2 frames of agents stay byte for byte\.$/m,
  )
  expect(exitCode).toBe(0)
  const { bytesBefore, bytesAfter } = json as { bytesBefore: number; bytesAfter: number }
  expect(bytesAfter).toBeLessThan(bytesBefore / 2)
  expect(await checkRecording(directory)).toMatchObject({ status: 'clean', notes: [] })
  const after = await imagesOf(directory)
  expect([...after.keys()].toSorted()).toEqual([...before.keys()].toSorted())
  const page = await browser().newPage()
  for (const [hash, bytes] of before) {
    const now = after.get(hash) as Buffer
    expect(await differenceInBrowser(page, bytes, now)).toBe(0)
  }
  await page.close()
  const names = await readdir(path.join(directory, 'screenshots/agent'))
  expect(names).toEqual(['1.png', '2.png'])
  const again = await run(directory, root, { agentFrames: true })
  expect(again.json).toMatchObject({ reencoded: 2, alreadyReencoded: 5 })
  expect((await checkRecording(directory)).status).toBe('clean')
})

test('below a root every finished recording is compacted, and what is not finished or damaged is refused and stops none', async () => {
  const root = await makeRoot()
  await recordSmall(root, 'pages')
  const damaged = await record(root, step('goto'), { runId: 'damaged' })
  await rm(path.join(damaged, 'screenshots/probe/1.png'))
  await recordKilled(root)
  await recordLive(root)
  const { exitCode, text: said, json } = await run(root, root)
  expect(exitCode).toBe(2)
  expect(said).toMatch(/^compacted {2}pages\/sample: /m)
  expect(said).toMatch(/^refused {2}run-killed\/sample: .*"contrail recover" finishes it$/m)
  expect(said).toMatch(new RegExp(`^refused {2}run-live/sample: .*pid ${process.pid}`, 'm'))
  expect(said).toMatch(/^refused {2}damaged\/sample: .*screenshots\/probe\/1\.png/m)
  expect((json as { refusals: { code: string }[] }).refusals.map(({ code }) => code).toSorted()).toEqual([
    'JOURNAL_LOCKED',
    'RECORDING_CORRUPT',
    'RECORDING_UNFINISHED',
  ])
  await rm(damaged, { recursive: true })
  expect(await run(root, root)).toMatchObject({ exitCode: 1 })
})

test('--older-than leaves what is younger, --dry-run leaves all', async () => {
  const root = await makeRoot()
  const directory = await recordSmall(root)
  const young = await run(root, root, { olderThanMs: 86_400_000 })
  expect(young).toMatchObject({ exitCode: 0, json: { recordings: 0, tooYoung: 1 } })
  expect(young.text).toContain('1 recording not older than --older-than')
  const dry = await run(root, root, { olderThanMs: 86_400_000, nowMs: Date.now() + 2 * 86_400_000, dryRun: true })
  expect(dry).toMatchObject({ exitCode: 0, json: { recordings: 1, dryRun: true } })
  expect(dry.text).toMatch(/^Would re-encode \d of \d frames? in 1 recording/m)
  expect(existsSync(path.join(directory, 'frames.log'))).toBe(false)
})

test('a frame that cannot be decoded is kept, said, and 1', async () => {
  const root = await makeRoot()
  const directory = await record(root, step('goto'))
  const { exitCode, text: said } = await run(directory, root)
  expect(exitCode).toBe(1)
  expect(said).toContain('kept  screenshots/probe/1.png cannot be decoded')
  expect(await readFile(path.join(directory, 'screenshots/probe/1.png'))).toEqual(Buffer.from(picture(1)))
  expect((await checkRecording(directory)).status).toBe('clean')
})

test('what is no recording, or was recorded by Stagehand, is refused and says so', async () => {
  const root = await makeRoot()
  await expect(run(root, root)).rejects.toMatchObject({ code: 'JOURNAL_MISSING' })
  const foreign = path.join(root, 'run-1/theirs')
  await cp(await record(root, step('goto')), foreign, { recursive: true })
  await rm(path.join(foreign, 'core.log'))
  await writeFile(
    path.join(foreign, 'trajectory.json'),
    JSON.stringify({ task: { id: 'a', instruction: 'b' }, steps: [], status: 'complete' }),
  )
  const refused = await run(foreign, root)
  expect(refused).toMatchObject({ exitCode: 2, json: { refusals: [{ code: 'JOURNAL_MISSING' }] } })
  expect(refused.text).toContain('was not recorded by Contrail')
})

test('a compaction that a disk refused to complete is found by recover of the root', async () => {
  const root = await makeRoot()
  const directory = await recordSmall(root)
  const frames = path.join(directory, 'screenshots/probe')
  const before = await imagesOf(directory)
  await run(directory, root)
  // As it is when the disk was full behind the last line: the names are the old ones, and the blobs have none.
  const trajectory = await readFile(path.join(directory, 'trajectory.json'), 'utf8')
  const older = JSON.parse(trajectory) as { framesLog?: unknown }
  delete older.framesLog
  await cp(frames, path.join(directory, 'screenshots/blobs'), { recursive: true })
  await writeFile(path.join(directory, 'trajectory.json'), JSON.stringify(older, null, 2))
  const recovered = await recoverRecordings({
    directory: root,
    dryRun: false,
    force: false,
    paint: plain,
    env: {},
    cwd: root,
  })
  expect(recovered).toMatchObject({ exitCode: 0, json: { reports: [{ outcome: 'recovered' }] } })
  expect([...(await imagesOf(directory)).keys()].toSorted()).toEqual([...before.keys()].toSorted())
})

test(
  'Ctrl-C ends it after the frame under way: 1, a good recording, and the next goes on',
  { timeout: 180_000 },
  async () => {
    const directory = await recordShades(await makeRoot())
    const child = spawn(process.execPath, ['--conditions=@contrail/source', bin, 'compact', directory, '--json'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = Promise.all([text(child.stdout), once(child, 'exit')])
    while (!existsSync(path.join(directory, 'frames.log')) && child.exitCode === null) await sleep(5)
    child.kill('SIGINT')
    const [stdout] = await ended
    const said = JSON.parse(stdout) as { interrupted: boolean; reencoded: number; frames: number }
    expect([child.exitCode, said.interrupted]).toEqual([1, true])
    expect(said.reencoded).toBeGreaterThan(0)
    expect(said.reencoded).toBeLessThan(said.frames)
    expect(await checkRecording(directory)).toMatchObject({ status: 'clean', notes: [] })
    const rest = await run(directory, directory)
    expect(rest).toMatchObject({ exitCode: 0, json: { alreadyReencoded: said.reencoded } })
    expect((await checkRecording(directory)).status).toBe('clean')
  },
)
