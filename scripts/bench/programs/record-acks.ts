/**
 * A step with two frames of 150 KB and a line of 4 KB until it is durable, by a recorder and by hand, in turns on one disk:
 * the same files, the same bytes and the same syncs. Each way goes through some steps before, in a recording that is thrown away.
 */
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { TrajectoryRecorder } from '../../../packages/recorder/src/index.ts'
import { answer, givenArguments } from '../in-child.ts'
import { noisyFrame } from '../known-steps.ts'
import { Random } from '../random.ts'

type Way = 'ours' | 'byHand' | 'byHandTogether'
type Frames = readonly [Buffer, Buffer]

const { directory, steps, ways } = givenArguments() as { directory: string; steps: number; ways: readonly Way[] }
const warmUpSteps = 30
const random = new Random(7)
const text = 'The page lists products by price; the third is in stock and costs less than twenty euros. '.repeat(42)

async function openRecorder(id: string): Promise<TrajectoryRecorder> {
  const recorder = new TrajectoryRecorder({
    taskSpec: { id, instruction: 'Record steps that are durable' },
    outputRoot: directory,
    persist: true,
    env: {},
  })
  await recorder.open()
  return recorder
}

/**
 * The time, in ms, that the calls of each of our steps took until they returned: copies, hashes, redaction, encoding,
 * and the start of the writing.
 */
let takingMs: number[] = []

async function record(recorder: TrajectoryRecorder, step: number, [agent, probe]: Frames): Promise<void> {
  const startedMs = performance.now()
  const acks = [
    recorder.record({ type: 'screenshot', screenshot: agent, url: 'https://shop.example/', evidenceRole: 'agent' }),
    recorder.record({ type: 'screenshot', screenshot: probe, url: 'https://shop.example/', evidenceRole: 'probe' }),
    recorder.record({
      type: 'step_finished',
      actionName: 'click',
      actionArgs: { step },
      reasoning: text,
      toolOutput: { ok: true },
    }),
  ]
  takingMs.push(performance.now() - startedMs)
  await Promise.all(acks)
}

const byHand = join(directory, 'by-hand')
const blobs = join(byHand, 'blobs')
await fs.mkdir(blobs, { recursive: true })
const journal = await fs.open(join(byHand, 'journal'), 'ax')
const line = Buffer.from(`${JSON.stringify({ type: 'step_finished', reasoning: text })}\n`)
let files = 0

async function writeFrame(bytes: Buffer): Promise<void> {
  const name = `${files++}.png`
  const file = await fs.open(join(blobs, `.tmp-${name}`), 'ax')
  await file.write(bytes)
  await file.datasync()
  await file.close()
  await fs.rename(join(blobs, `.tmp-${name}`), join(blobs, name))
}

async function writeByHand([one, other]: Frames, isTogether: boolean): Promise<void> {
  if (isTogether) await Promise.all([writeFrame(one), writeFrame(other)])
  else {
    await writeFrame(one)
    await writeFrame(other)
  }
  const folder = await fs.open(blobs, 'r')
  await folder.sync()
  await folder.close()
  await journal.write(line)
  await journal.datasync()
}

async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

async function run(id: string, count: number): Promise<Record<Way, number[]>> {
  const recorder = await openRecorder(id)
  const works: Record<Way, (frames: Frames, step: number) => Promise<void>> = {
    ours: (frames, step) => record(recorder, step, frames),
    byHand: (frames) => writeByHand(frames, false),
    byHandTogether: (frames) => writeByHand(frames, true),
  }
  const times: Record<Way, number[]> = { ours: [], byHand: [], byHandTogether: [] }
  for (let step = 0; step < count; step++) {
    for (let turn = 0; turn < ways.length; turn++) {
      const way = ways[(turn + step) % ways.length] as Way
      const frames = [noisyFrame(random), noisyFrame(random)] as const
      times[way].push(await timed(() => works[way](frames, step)))
    }
  }
  await recorder.cancel()
  return times
}

await run('warm-up', warmUpSteps)
takingMs = []
const times = await run('acks', steps)
await journal.close()
answer({ ...times, taking: takingMs })
