import type { Durability, EvidenceEvent } from '@contrail/core'
import type { BlockingIo } from '../../src/io/blocking-io.ts'
import type { Io } from '../../src/io/io.ts'
import { checkRecordingOn } from '../../src/check/check.ts'
import { recoverRecordingOn } from '../../src/finish/recover.ts'
import { drainAll } from '../../src/write/exit-drain.ts'
import { holds } from '../../src/frames/locate.ts'
import { scanJournal } from '../../src/journal/scan.ts'
import { createRecorderOn } from '../../src/record/trajectory-recorder.ts'
import { seeded, SimDisk, ticks } from './rig/sim-disk.ts'

/** A clock that stands still, so that the same run gives the same bytes. */
const clock = { now: () => new Date(Date.UTC(2026, 0, 1)), monotonicMs: () => 0 }

const frame = (text: string): Uint8Array => Buffer.from(`frame ${text} `.repeat(8))
const step = (actionName: string): EvidenceEvent => ({
  type: 'step_finished',
  actionName,
  actionArgs: {},
  reasoning: '',
  toolOutput: { ok: true },
})
const look = (name: string): EvidenceEvent => ({ type: 'screenshot', screenshot: frame(name), url: 'u' })

/** Events that are recorded in one breath each; the last breath comes while the one before it is being written. */
const breaths: readonly (readonly EvidenceEvent[])[] = [
  [step('first'), look('a')],
  [step('second'), look('b'), look('a')],
]
const lastBreath: readonly EvidenceEvent[] = [step('third'), look('b'), look('c')]

/** The fate of the operation that is under way when the process ends. */
export interface Landing {
  /** Before which operation of the drain it lands, from 1; beyond the last one it lands after the drain; 0 is never. */
  readonly before: number
  /** True where a write lands only in part. */
  readonly torn: boolean
}

/** The end of a run. */
export interface EndedRun {
  readonly disk: SimDisk
  /** Operations of the drain. */
  readonly drained: number
  /** The operation under way; undefined where the run was over before it. */
  readonly held: string | undefined
  readonly recorded: readonly number[]
  readonly acked: readonly number[]
  /** Go on as a process that has survived its end: the operation lands and is told, more is recorded, and it finishes. */
  survive(): Promise<void>
}

/**
 * Record on a simulated disk until the `held`-th operation is under way, and end the process there.
 *
 * @param options.crashAt before which operation of the drain the process is killed, from 1
 */
export async function endDuring(
  held: number,
  durability: Durability,
  landing: Landing,
  options: { crashAt?: number } = {},
): Promise<EndedRun> {
  const disk = new SimDisk(seeded(held))
  const under = new UnderWay(disk, held)
  let drained = 0
  const io: Io = {
    ...under.io,
    blocking: counted(disk.blocking, () => ++drained === landing.before && under.land(landing.torn)),
  }
  const recorded: number[] = []
  const acked: number[] = []
  const recorder = createRecorderOn(io, {
    taskSpec: { id: 'task', instruction: 'do it' },
    runId: 'run',
    outputRoot: '/recordings',
    persist: true,
    env: {},
    durability,
    clock,
    onWarning: () => undefined,
  })
  const record = (events: readonly EvidenceEvent[]): Promise<unknown> =>
    Promise.allSettled(
      events.map(async (event) => {
        recorded.push(recorded.length + 1)
        const { seq } = await recorder.record(event)
        acked.push(seq)
      }),
    )
  const recordAll = async (): Promise<void> => {
    for (const breath of breaths) await record(breath)
  }
  await Promise.race([recordAll(), under.way])
  const { heldName } = under
  void record(lastBreath)
  // At once, or when some or all of its frames are there.
  await ticks(30 * ((held + landing.before) % 3))
  const ackedBefore = [...acked]
  if (options.crashAt !== undefined) disk.crashAt = disk.operations + options.crashAt
  drainAll()
  if (landing.before > drained) under.land(landing.torn)
  const survive = async (): Promise<void> => {
    under.tell()
    await record([step('fourth'), look('d')])
    await recorder.finish()
  }
  return { disk, drained, held: heldName, recorded: [...recorded], acked: ackedBefore, survive }
}

/** Inspects disks, each of them once. */
export class Inspector {
  private readonly seen = new Set<string>()
  readonly faults: string[] = []

  async look(disk: SimDisk, mustHold: readonly number[], whole: boolean, where: string): Promise<void> {
    const digest = `${disk.digest()} ${mustHold.length} ${whole}`
    if (this.seen.has(digest)) return
    this.seen.add(digest)
    const fault = await inspect(disk, mustHold, whole)
    if (fault !== undefined) this.faults.push(`${where}: ${fault}`)
  }
}

/** @returns what is wrong with a disk that must hold these events, their frames, and nothing that is no line */
async function inspect(disk: SimDisk, mustHold: readonly number[], whole: boolean): Promise<string | undefined> {
  const directory = [...disk.tree().keys()].find((path) => path.endsWith('/core.log'))?.slice(0, -'/core.log'.length)
  if (directory === undefined) return mustHold.length > 0 ? 'there is no journal' : undefined
  const { entries, tornBytes } = await scanJournal(disk, directory).catch(() => ({ entries: [], tornBytes: 0 }))
  const seqs = entries.flatMap((entry) => (entry.type === 'hole' ? [] : [entry.seq]))
  const lost = mustHold.find((seq) => !seqs.includes(seq))
  if (lost !== undefined) return `event ${lost} is lost`
  if (seqs.length !== entries.length) return 'the journal has a hole'
  if (whole && tornBytes > 0) return `the journal has a torn tail of ${tornBytes} bytes`
  if (whole && entries.some(({ type }) => type === 'gap')) return 'a frame became a gap'
  if (seqs.length === 0) return undefined
  for (const [, hash] of JSON.stringify(entries).matchAll(/"\$frame":"([0-9a-f]{64})"/g)) {
    const places = [...disk.tree().keys()].filter((path) => path.includes('/screenshots/') && !path.includes('.tmp'))
    const held = await Promise.all(places.map((path) => holds(disk, '/', path.slice(1), hash as string)))
    if (!held.includes(true)) return `frame ${hash} is named and not there`
  }
  await recoverRecordingOn(disk, directory, { clock })
  const { status, problems } = await checkRecordingOn(disk, directory)
  return status === 'clean' ? undefined : `not clean after recovery: ${JSON.stringify(problems[0])}`
}

/** A disk of which one operation is under way for ever: handed over, and nobody knows when it happens. */
class UnderWay {
  readonly io: Io
  readonly way: Promise<void>
  heldName: string | undefined
  private operations = 0
  private readonly held: number
  private perform: (torn: boolean) => void = () => undefined
  private hasLanded = false
  private announce: () => void = () => undefined
  private goOn: () => void = () => undefined

  constructor(disk: SimDisk, held: number) {
    this.held = held
    this.way = new Promise((resolve) => (this.announce = resolve))
    this.io = {
      open: async (path, how) => {
        const file = await this.pass('open', () => disk.open(path, how))
        return {
          ...file,
          write: (bytes) =>
            this.pass('write', (torn) => file.write(torn ? bytes.subarray(0, bytes.length / 2) : bytes)),
          datasync: () => this.pass('datasync', () => file.datasync()),
          close: () => this.pass('close', () => file.close()),
        }
      },
      mkdir: (path) => this.pass('mkdir', () => disk.mkdir(path)),
      rename: (from, to) => this.pass('rename', () => disk.rename(from, to)),
      link: (from, to) => this.pass('link', () => disk.link(from, to)),
      unlink: (path) => this.pass('unlink', () => disk.unlink(path)),
      rmdir: (path) => this.pass('rmdir', () => disk.rmdir(path)),
      readdir: (path) => this.pass('readdir', () => disk.readdir(path)),
      lstat: (path) => this.pass('lstat', () => disk.lstat(path)),
      syncDirectory: (path) => this.pass('syncDirectory', () => disk.syncDirectory(path)),
    }
  }

  /** The operation happens now. The writer is not told. */
  land(torn: boolean): void {
    if (this.hasLanded) return
    this.hasLanded = true
    this.perform(torn)
  }

  /** The operation has happened, and the writer is told. */
  tell(): void {
    this.land(false)
    this.goOn()
  }

  private async pass<T>(name: string, operation: (torn: boolean) => Promise<T>): Promise<T> {
    if (++this.operations !== this.held) return operation(false)
    let outcome: Promise<T> | undefined
    this.perform = (torn) => {
      outcome = operation(torn)
      outcome.catch(() => undefined)
    }
    this.heldName = name
    this.announce()
    await new Promise<void>((resolve) => (this.goOn = resolve))
    return outcome as Promise<T>
  }
}

/** A disk that calls before each of its operations. */
function counted(io: BlockingIo, before: () => unknown): BlockingIo {
  const also = <Rest extends unknown[], Result>(operation: (...rest: Rest) => Result): ((...rest: Rest) => Result) => {
    return (...rest) => {
      before()
      return operation(...rest)
    }
  }
  return {
    open: also((path, how) => {
      const file = io.open(path, how)
      return { write: also(file.write), read: also(file.read), datasync: also(file.datasync), close: also(file.close) }
    }),
    mkdir: also(io.mkdir),
    rename: also(io.rename),
    unlink: also(io.unlink),
    readdir: also(io.readdir),
    syncDirectory: also(io.syncDirectory),
  }
}
