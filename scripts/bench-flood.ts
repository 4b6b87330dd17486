/**
 * `node --conditions=@contrail/source scripts/bench-flood.ts`: what a flood of events and a slow disk do to the agent's process. Exits 1
 * where a target is missed: 100,000 events acknowledged in order with a stall of the event loop of at most 20 ms (p99), and at
 * most 100 MB of memory more for 1,000 frames of 300 KB behind a disk that takes 2 ms for every operation.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import { bitmap } from './bench/known-steps.ts'
import type { TrajectoryRecorder } from '../packages/recorder/src/index.ts'
import { diskIo, type Io } from '../packages/recorder/src/io/io.ts'
import { createRecorderOn } from '../packages/recorder/src/record/trajectory-recorder.ts'

const pixelsPerRow = 400
const targets = { stallMs: 20, growthMegabytes: 100 }
const root = await mkdtemp(join(tmpdir(), 'contrail-flood-'))
let missed = 0

function createRecorder(io = diskIo): TrajectoryRecorder {
  const taskSpec = { id: 'flood', instruction: 'Record as much as there is' }
  return createRecorderOn(io, { taskSpec, outputRoot: root, persist: true, env: {} })
}

function tell(what: string, value: number, unit: string, target?: number): void {
  const isMissed = target !== undefined && value > target
  if (isMissed) missed++
  const goal = target === undefined ? '' : `  (at most ${target} ${unit}${isMissed ? ', MISSED' : ''})`
  console.log(`${what.padEnd(52)} ${value.toFixed(1).padStart(10)} ${unit}${goal}`)
}

async function floodOfEvents(count: number): Promise<void> {
  const recorder = createRecorder()
  const text = 'x'.repeat(300)
  const delay = monitorEventLoopDelay({ resolution: 1 })
  const order: number[] = []
  const acks: Promise<unknown>[] = []
  delay.enable()
  const started = performance.now()
  for (let index = 0; index < count; index++) {
    const ack = recorder.record({
      type: 'step_finished',
      actionName: 'click',
      actionArgs: { index },
      reasoning: text,
      toolOutput: { ok: true },
    })
    acks.push(ack.then(({ seq }) => order.push(seq)))
    if (index % 50 === 49) await setImmediate()
  }
  const recorded = performance.now()
  await Promise.all(acks)
  const acked = performance.now()
  delay.disable()
  const inOrder = order.every((seq, index) => seq === index + 1)
  tell(`${count} events: acknowledged in order`, order.length === count && inOrder ? 0 : 1, 'faults', 0)
  tell(`${count} events: stall of the event loop, p99`, delay.percentile(99) / 1e6 - 1, 'ms', targets.stallMs)
  tell(`${count} events: record() of one`, ((recorded - started) * 1000) / count, 'µs')
  tell(`${count} events: until the last ack`, count / ((acked - started) / 1000), 'per second')
  await recorder.cancel()
}

async function slowDisk(frames: number, sizeBytes: number, delayMs: number): Promise<void> {
  const recorder = createRecorder(slowed(delayMs))
  let peak = 0
  const before = process.memoryUsage().rss
  // The recorder copies what it is given, so that one buffer does for all: what grows is the recorder's own. Some of its pixels
  // are other ones each time.
  const screenshot = bitmap(pixelsPerRow, Buffer.alloc(sizeBytes, 7))
  for (let index = 0; index < frames; index++) {
    screenshot.writeUInt32LE(index, screenshot.length - 1_000)
    await recorder.onEvidence({ type: 'screenshot', screenshot, url: 'http://shop.test/', evidenceRole: 'agent' })
    peak = Math.max(peak, process.memoryUsage().rss)
    await setImmediate()
  }
  const { droppedFrames } = recorder.health()
  tell(
    `${frames} frames of ${sizeBytes / 1000} KB behind ${delayMs} ms: more memory`,
    (peak - before) / 1e6,
    'MB',
    targets.growthMegabytes,
  )
  tell(`${frames} frames of ${sizeBytes / 1000} KB behind ${delayMs} ms: dropped`, droppedFrames, 'frames', 0)
  await recorder.cancel()
}

/** The real disk, each of whose operations takes longer. */
function slowed(delayMs: number): Io {
  const slow =
    <Args extends unknown[], Result>(work: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      await sleep(delayMs)
      return work(...args)
    }
  return {
    open: slow(async (path, how) => {
      const file = await diskIo.open(path, how)
      return {
        write: slow((bytes) => file.write(bytes)),
        read: slow((buffer, position) => file.read(buffer, position)),
        datasync: slow(() => file.datasync()),
        stat: slow(() => file.stat()),
        close: slow(() => file.close()),
      }
    }),
    mkdir: slow(diskIo.mkdir),
    rename: slow(diskIo.rename),
    link: slow(diskIo.link),
    unlink: slow(diskIo.unlink),
    rmdir: slow(diskIo.rmdir),
    readdir: slow(diskIo.readdir),
    lstat: slow(diskIo.lstat),
    syncDirectory: slow(diskIo.syncDirectory),
  }
}

try {
  await floodOfEvents(100_000)
  await slowDisk(1_000, 300_000, 2)
} finally {
  await rm(root, { recursive: true, force: true })
}
process.exitCode = missed > 0 ? 1 : 0
