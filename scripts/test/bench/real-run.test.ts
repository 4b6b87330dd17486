import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TrajectoryRecorder } from 'contrail'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inspectRecording } from '../../bench/inspect-recording.ts'
import { openSite, type BenchSite } from '../../bench/open-site.ts'
import { runRounds } from '../../bench/rounds.ts'

let directory = ''
let site: BenchSite
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'contrail-bench-test-'))
  site = await openSite()
})
afterAll(async () => {
  await site[Symbol.asyncDispose]()
  await rm(directory, { recursive: true })
})

test('a bare and a recorded run of three steps are measured, and every frame shows the state after its step', async () => {
  const kept: object[] = []
  const said: string[] = []
  const wanted = { origin: site.origin, steps: 3, thinkMs: 0, rounds: 1, isNumbered: true, isUntimed: true }
  const [bare, ours] = await runRounds(
    { ...wanted, variants: ['bare', 'ours'] },
    { isQuick: true, directory, progress: (line) => said.push(line), keepRun: (run) => kept.push(run) },
  )
  expect(bare).toMatchObject({ variant: 'bare', files: 0, sizeBytes: 0, steps: 3 })
  // Three frames at most, the journal and three files that are made from it.
  expect(ours).toMatchObject({ variant: 'ours', misbound: 0, unobserved: 0 })
  expect(ours?.files).toBe(7)
  for (const run of [bare, ours]) {
    expect(run?.stepMs).toBeGreaterThan(1)
    expect(run?.cpuMsPerStep).toBeGreaterThan(1)
    expect(run?.cpuMsPerStepOf.agent).toBeGreaterThan(0)
    expect(run?.cpuMsPerStepOf.renderer).toBeGreaterThan(0)
    expect(run?.peakRssMb).toBeGreaterThan(30)
    expect(run?.rssMb.at(-1)?.[0]).toBeLessThan(5)
    expect(run?.urls).toHaveLength(3)
  }
  expect(said).toHaveLength(2)
  expect(kept).toHaveLength(2)
})

test('a run that fails says why', async () => {
  const wanted = { origin: 'http://127.0.0.1:1', steps: 1, thinkMs: 0, rounds: 1, isUntimed: true }
  const options = { isQuick: true, directory, progress: () => undefined }
  await expect(runRounds({ ...wanted, variants: ['bare'] }, options)).rejects.toThrow(
    /a run of bare failed.*ERR_(UNSAFE_PORT|CONNECTION_REFUSED)/s,
  )
})

test('a frame, an aria tree or an address of another state is counted as misbound, a missing one as unobserved', async () => {
  const looks = [
    { url: 'http://shop/a', state: 0, pixel: 0 },
    { url: 'http://shop/a', state: 1, pixel: 0 }, // the frame is of the state before
    { url: 'http://shop/a', state: 1, pixel: 2 }, // the tree is
    { url: 'http://shop/a', state: 3, pixel: 3 }, // the address is
    { url: 'http://shop/b', state: 4 },
  ]
  await using recorder = new TrajectoryRecorder({
    taskSpec: { id: 'task', instruction: 'Look.' },
    outputRoot: directory,
    runId: 'by-hand',
    persist: true,
  })
  for (const { url, state, pixel } of looks) {
    await recorder.record({
      type: 'step_finished',
      actionName: 'look',
      actionArgs: {},
      reasoning: '',
      toolOutput: { ok: true },
    })
    const screenshot = pixel === undefined ? undefined : await solid(pixel)
    if (screenshot) await recorder.record({ type: 'screenshot', screenshot, url })
    await recorder.record({ type: 'step_observed', url, ariaTree: `- status: state ${state}` })
  }
  await recorder.finish()
  const urls = ['http://shop/a', 'http://shop/a', 'http://shop/a', 'http://shop/b', 'http://shop/b']
  const recording = recorder.directory as string
  expect(await inspectRecording(recording, { urls, isNumbered: true })).toEqual({
    misbound: 3,
    unobserved: 1,
    frames: 3,
    painted: 0,
  })
  expect(await inspectRecording(recording, { urls })).toEqual({ misbound: 1, unobserved: 1, frames: 3, painted: 0 })
})

function solid(blue: number): Promise<Buffer> {
  const background = { r: 0, g: 0, b: blue }
  return sharp({ create: { width: 8, height: 8, channels: 3, background } })
    .png()
    .toBuffer()
}
