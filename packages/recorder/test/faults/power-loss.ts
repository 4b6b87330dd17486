import { ContrailError, type AttachmentReference, type Durability, type EvidenceEvent } from '@contrail/core'
import { attachmentsFolder, frameFolders } from '../../src/directory/names.ts'
import type { Io } from '../../src/io/io.ts'
import { checkRecordingOn } from '../../src/check/check.ts'
import { recoverRecordingOn } from '../../src/finish/recover.ts'
import { scanJournal } from '../../src/journal/scan.ts'
import { sha256 } from '../../src/system.ts'
import { holds } from '../../src/frames/locate.ts'
import { createRecorderOn } from '../../src/record/trajectory-recorder.ts'
import { Crash, seeded, SimDisk, ticks } from './rig/sim-disk.ts'

const root = '/recordings'
const directory = `${root}/run/task`

/** A clock that stands still, so that the same run gives the same bytes. */
const clock = { now: () => new Date(Date.UTC(2026, 0, 1)), monotonicMs: () => 0 }

/** Promises that a process had been given when it died. */
interface Promised {
  /** `seq` of every acknowledged event. */
  readonly acked: number[]
  finished: boolean
}

/** Breaks a disk in one way; the identity breaks nothing. */
export type Mutation = (io: Io) => Io

const bytes = (text: string): Uint8Array => Buffer.from(`frame ${text} `.repeat(8))

const ariaTree = '- main:\n  - button "Buy"\n  - link "All lamps"'

/**
 * A small run that has everything: shared and repeated frames and trees, both roles, an image in a result, an attachment, a final
 * look.
 */
const eventsWith = (file: AttachmentReference): readonly EvidenceEvent[] => [
  { type: 'screenshot', screenshot: bytes('start'), url: 'u0', evidenceRole: 'agent' },
  { type: 'step_finished', actionName: 'click', actionArgs: {}, reasoning: 'one', toolOutput: { ok: true } },
  { type: 'screenshot', screenshot: bytes('a'), url: 'u1' },
  { type: 'step_observed', url: 'u1', ariaTree },
  {
    type: 'step_finished',
    actionName: 'look',
    actionArgs: { file },
    reasoning: '',
    toolOutput: { ok: true, result: bytes('b') },
  },
  { type: 'screenshot', screenshot: bytes('a'), url: 'u1', evidenceRole: 'agent_and_probe' },
  { type: 'screenshot', screenshot: bytes('c'), url: 'u2' },
  { type: 'final_answer', message: 'done', observation: { url: 'u2', screenshot: bytes('a'), ariaTree } },
]

/** Record the run on a disk until it is finished or the disk crashes: two events at a time, the next two while they are written. */
async function recordRun(io: Io, durability: Durability): Promise<Promised> {
  const promised: Promised = { acked: [], finished: false }
  const recorder = createRecorderOn(io, {
    taskSpec: { id: 'task', instruction: 'do it' },
    runId: 'run',
    outputRoot: root,
    persist: true,
    durability,
    clock,
    env: {},
    onWarning: () => undefined,
  })
  const { reference, stored } = recorder.beginAttachment(bytes('kept'), { mediaType: 'text/plain' })
  const events = eventsWith(reference)
  let underWay: Promise<unknown> = stored.catch(() => undefined)
  for (let first = 0; first < events.length; first += 2) {
    const acks = events.slice(first, first + 2).map(async (event) => {
      const { seq } = await recorder.record(event)
      promised.acked.push(seq)
    })
    await underWay
    underWay = Promise.allSettled(acks)
    await ticks(40)
  }
  await underWay
  await recorder.finish().then(
    () => (promised.finished = true),
    () => undefined,
  )
  return promised
}

/** Count the operations of an undisturbed run. */
async function countOperations(durability: Durability, mutate: Mutation): Promise<number> {
  const disk = new SimDisk()
  await recordRun(mutate(disk), durability)
  return disk.operations
}

/**
 * Crash a run before every operation, come back in many ways, and check each.
 *
 * @param options.states how many states at least, the same number of ways of coming back at each operation
 * @param options.mutate what is broken, to see whether this finds it
 * @param options.faultLimit stop after this many faults; default 5
 * @returns how many states were looked at, how many of them are different, and the first few faults
 */
export async function exploreCrashes(
  durability: Durability,
  options: { states: number; mutate?: Mutation; faultLimit?: number },
): Promise<{ states: number; different: number; faults: string[] }> {
  const mutate = options.mutate ?? ((io) => io)
  const operations = await countOperations(durability, mutate)
  const faults: string[] = []
  const seen = new Set<string>()
  let states = 0
  const statesAt = Math.ceil(options.states / (operations + 1))
  for (const crashAt of scattered(operations + 1)) {
    const random = seeded(crashAt)
    const disk = new SimDisk(random)
    disk.crashAt = crashAt
    const promised = await recordRun(mutate(disk), durability)
    for (let way = 0; way < statesAt; way++) {
      const kill = way === 0
      const after = kill ? disk.afterKill() : disk.afterPowerLoss(random)
      states++
      const state = `${kill} ${promised.acked.length} ${promised.finished} ${after.digest()}`
      if (seen.has(state)) continue
      seen.add(state)
      const where = `crash before operation ${crashAt}, ${kill ? 'killed' : `power cut ${way}`}`
      const kept = kill || durability === 'step' ? promised.acked : []
      const fault = await inspect(after, { acked: kept, finished: promised.finished }, durability, mutate, kill)
      if (fault !== undefined) faults.push(`${where}: ${fault}`)
      if (faults.length >= (options.faultLimit ?? 5)) return { states, different: seen.size, faults }
    }
  }
  return { states, different: seen.size, faults }
}

/** The numbers from 1 to `last`, from all over the range again and again: what is wrong in one place is found soon. */
function* scattered(last: number): Generator<number> {
  const stride = 8
  for (let first = 1; first <= stride; first++) for (let number = first; number <= last; number += stride) yield number
}

/**
 * Crash the recovery itself, before each of its operations, on what a crashed run has left; come back in several ways,
 * and recover again: it must give the very files that an undisturbed recovery gives.
 *
 * @param options.runs recover after one in so many crashes of the recording
 * @param options.every look at one in so many operations of each recovery, another one each time
 * @param options.powerCuts how many ways of coming back from a power cut, beside the kill
 */
export async function exploreRecoveries(
  durability: Durability,
  options: { runs: number; every: number; powerCuts: number },
): Promise<{ states: number; faults: string[] }> {
  const operations = await countOperations(durability, (io) => io)
  const faults: string[] = []
  let states = 0
  for (let crashAt = 1; crashAt <= operations + 1; crashAt += options.runs) {
    const random = seeded(crashAt)
    const left = new SimDisk(random)
    left.crashAt = crashAt
    await recordRun(left, durability)
    const undisturbed = left.afterKill()
    if (!(await recovers(undisturbed))) continue
    for (
      let position = 1 + ((crashAt * 7) % options.every);
      position <= undisturbed.operations;
      position += options.every
    ) {
      const disturbed = left.afterKill()
      disturbed.crashAt = position
      await recoverRecordingOn(disturbed, directory, { clock }).catch(() => undefined)
      for (let way = 0; way <= options.powerCuts; way++) {
        const after = way === 0 ? disturbed.afterKill() : disturbed.afterPowerLoss(random)
        states++
        const where = `crash before operation ${crashAt}, recovery cut at ${position}, way ${way}`
        const again = await recovers(after).catch(String)
        if (again !== true) faults.push(`${where}: recover said ${again}`)
        else if (after.digest() !== undisturbed.digest()) faults.push(`${where}: other files`)
        if (faults.length >= 5) return { states, faults }
      }
    }
  }
  return { states, faults }
}

/** Tells whether there is anything to recover; afterwards it is. */
async function recovers(disk: SimDisk): Promise<boolean> {
  try {
    return (await recoverRecordingOn(disk, directory, { clock })).outcome !== 'left_alone'
  } catch (cause) {
    if (cause instanceof ContrailError && cause.code === 'JOURNAL_MISSING') return false
    throw cause
  }
}

/** Recover a disk and hold it against what was promised. @returns what is wrong, if anything is */
async function inspect(
  disk: SimDisk,
  promised: Promised,
  durability: Durability,
  mutate: Mutation,
  killed: boolean,
): Promise<string | undefined> {
  try {
    const problem = await lostEvidence(disk, promised, durability === 'step' || killed)
    if (problem !== undefined) return problem
    const report = await recoverRecordingOn(mutate(disk), directory, { clock })
    if (report.outcome === 'left_alone') return undefined
    const once = disk.digest()
    await recoverRecordingOn(disk, directory, { clock })
    if (disk.digest() !== once) return 'recovering twice is not the same as once'
    const { status, problems } = await checkRecordingOn(disk, directory)
    if (status !== 'clean') return `not clean after recovery: ${JSON.stringify(problems[0])}`
    return undefined
  } catch (cause) {
    if (cause instanceof Crash) throw cause
    if (cause instanceof ContrailError && cause.code === 'JOURNAL_MISSING') {
      return promised.acked.length > 0 || promised.finished ? 'the whole recording is lost' : undefined
    }
    return `recover threw ${String(cause)}`
  }
}

async function lostEvidence(disk: SimDisk, promised: Promised, framesPromised: boolean): Promise<string | undefined> {
  if (promised.acked.length === 0 && !promised.finished) return undefined
  if (promised.finished) {
    const { status, problems } = await checkRecordingOn(disk, directory)
    if (status !== 'clean') return `finish() resolved, but the recording is ${status}: ${JSON.stringify(problems[0])}`
  }
  const { entries } = await scanJournal(disk, directory)
  const found = new Set(entries.map((entry) => (entry.type === 'hole' ? -1 : entry.seq)))
  const lost = promised.acked.find((seq) => !found.has(seq))
  if (lost !== undefined) return `event ${lost} was acknowledged and is lost`
  if (!framesPromised) return undefined
  const held = heldFrames(disk)
  for (const [, hash] of JSON.stringify(entries).matchAll(/"\$frame":"([0-9a-f]{64})"/g)) {
    if (!held.has(hash as string)) return `frame ${hash} is named by the journal and is not there`
  }
  for (const name of entries.flatMap((entry) => (entry.type === 'hole' ? [] : (entry.attachments ?? [])))) {
    const isKept = await holds(disk, directory, `${attachmentsFolder}/${name}`, name.slice(0, 64))
    if (!isKept) return `attachment ${name} is named by the journal and is not there`
  }
  return undefined
}

/** The hash of every whole file of a folder of frames, from its bytes. */
function heldFrames(disk: SimDisk): Set<string> {
  const folders = Object.values(frameFolders).map((folder) => `${directory}/${folder}/`)
  const isFrame = (path: string): boolean => folders.some((folder) => path.startsWith(folder)) && !path.includes('.tmp')
  const frames = [...disk.tree()].filter(([path]) => isFrame(path))
  return new Set(frames.map(([, contents]) => sha256(Buffer.from(contents, 'latin1'))))
}
