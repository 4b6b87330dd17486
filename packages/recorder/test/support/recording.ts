import { cpSync, existsSync, readdirSync } from 'node:fs'
import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { Clock, EvidenceEvent } from '@contrail/core'
import { runFolderVariable } from '../../../../scripts/once-in-run.ts'
import type { RecorderOptions, TrajectoryRecorder } from '../../src/index.ts'
import { diskIo, type Io } from '../../src/io/io.ts'
import { createRecorderOn } from '../../src/record/trajectory-recorder.ts'
import { wholeRun } from './evidence.ts'

export const lamp = { id: 'buy-lamp', instruction: 'Buy the cheapest lamp', initUrl: 'http://shop.test/' }

/** A clock that moves by one millisecond whenever somebody looks, so that equal runs have equal bytes. */
function steppingClock(): Clock {
  let elapsedMs = 0
  return {
    now: () => new Date(Date.UTC(2026, 0, 1) + elapsedMs++),
    monotonicMs: () => elapsedMs++,
  }
}

/** Options of a recorder, and the disk under it; default the real one. */
type Options = Partial<RecorderOptions> & { io?: Io }

/** A recorder, deaf to the environment of whoever runs the tests. */
export function createRecorder(outputRoot: string, { io = diskIo, ...options }: Options = {}): TrajectoryRecorder {
  return createRecorderOn(io, {
    taskSpec: lamp,
    outputRoot,
    runId: 'run',
    persist: true,
    env: {},
    clock: steppingClock(),
    onWarning: () => undefined,
    ...options,
  })
}

/** Record events one after the other, each acknowledged before the next. */
export async function recordAll(recorder: TrajectoryRecorder, events: readonly EvidenceEvent[]): Promise<void> {
  for (const event of events) await recorder.record(event)
}

/** A finished recording of `wholeRun`; with options it is recorded anew. */
export function recordWholeRun(outputRoot: string, options?: Options): Promise<string> {
  return options === undefined ? copyWholeRun(outputRoot) : recordAnew(outputRoot, wholeRun, options)
}

/** A recording of `wholeRun` whose process seems to have died before `finish()`; of other events, or with options, it is recorded anew. */
export function recordUnfinished(
  outputRoot: string,
  events?: readonly EvidenceEvent[],
  options?: Options,
): Promise<string> {
  const isUsual = events === undefined && options === undefined
  return isUsual ? copyUnfinished(outputRoot) : recordDying(outputRoot, events ?? wholeRun, options)
}

const copyWholeRun = copiesOf((root) => recordAnew(root, wholeRun))
const copyUnfinished = copiesOf((root) => recordDying(root, wholeRun))

async function recordAnew(
  outputRoot: string,
  events: readonly EvidenceEvent[],
  options: Options = {},
): Promise<string> {
  const recorder = createRecorder(outputRoot, options)
  await recordAll(recorder, events)
  await recorder.finish()
  return directoryOf(recorder)
}

async function recordDying(
  outputRoot: string,
  events: readonly EvidenceEvent[],
  options: Options = {},
): Promise<string> {
  const recorder = createRecorder(outputRoot, options)
  await recordAll(recorder, events)
  await buryWriter(directoryOf(recorder))
  return directoryOf(recorder)
}

/**
 * Record once, and copy that into each root that is empty: equal runs have equal bytes, and to record takes fifty times as long. Only hard links are
 * none in a copy.
 *
 * @param record gives the directory of what it recorded in a root
 */
export function copiesOf(record: (outputRoot: string) => Promise<string>): (outputRoot: string) => Promise<string> {
  let first: Promise<{ root: string; place: string }> | undefined
  const recordFirst = async (): Promise<{ root: string; place: string }> => {
    const root = await mkdtemp(join(process.env[runFolderVariable] ?? '', 'recording-'))
    return { root, place: relative(root, await record(root)) }
  }
  return async (outputRoot) => {
    if (readdirSync(outputRoot).length > 0) return record(outputRoot)
    const { root, place } = await (first ??= recordFirst())
    cpSync(root, outputRoot, { recursive: true })
    const directory = join(outputRoot, place)
    // By another inode a copy would be told.
    if (existsSync(join(directory, '.recording')))
      await editLock(directory, { directoryInode: (await stat(directory)).ino })
    return directory
  }
}

export function directoryOf(recorder: TrajectoryRecorder): string {
  if (recorder.directory === undefined) throw new TypeError('expected a recorder that has reserved its directory')
  return recorder.directory
}

/**
 * Make the lock of a directory that of a dead process. The tests' own process wrote it and lives on, so its pid stays
 * and only its start time is another one: a recycled pid.
 */
export async function buryWriter(directory: string): Promise<void> {
  if (existsSync(join(directory, '.recording'))) await editLock(directory, { startTicks: '1' })
}

/** Change fields of the lock of a directory. A torn lock stays as it is. */
export async function editLock(directory: string, fields: Record<string, unknown>): Promise<void> {
  const path = join(directory, '.recording')
  const text = await readFile(path, 'utf8')
  if (!text.endsWith('}')) return
  await writeFile(path, JSON.stringify({ ...(JSON.parse(text) as object), ...fields }))
}
