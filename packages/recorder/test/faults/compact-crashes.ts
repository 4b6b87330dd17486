import type { Io } from '../../src/io/io.ts'
import { checkRecordingOn } from '../../src/check/check.ts'
import { recoverRecordingOn } from '../../src/finish/recover.ts'
import { createRecorderOn } from '../../src/record/trajectory-recorder.ts'
import { compact, picturedRun, picturesIn } from '../support/compacting.ts'
import { methods } from './rig/mutants.ts'
import { seeded, SimDisk } from './rig/sim-disk.ts'

const root = '/recordings'
const directory = `${root}/run/task`
const clock = { now: () => new Date(Date.UTC(2026, 0, 1)), monotonicMs: () => 0 }

/** The recording that a crashed compaction is held against. */
interface Undisturbed {
  readonly recorded: SimDisk
  readonly pictures: Readonly<Record<string, string>>
  /** Contents of the files that nobody may change. */
  readonly untouched: readonly (readonly [path: string, contents: string | undefined])[]
  /** Digest of the disk when it is done. */
  readonly digest: string
  readonly operations: number
}

/** Work that is done first, and then cut off. */
export type Work = 'compact' | 'compact agent frames' | 'recover'

/** The disk with the recording as it stands before the work. */
async function prepare(work: Work): Promise<SimDisk> {
  const disk = new SimDisk()
  const recorder = createRecorderOn(disk, {
    taskSpec: { id: 'task', instruction: 'do it' },
    runId: 'run',
    outputRoot: root,
    persist: true,
    clock,
    onWarning: () => undefined,
  })
  for (const event of picturedRun) await recorder.record(event)
  await recorder.finish()
  if (work === 'compact agent frames') await compact(directory, { io: disk })
  if (work !== 'recover') return disk.afterKill()
  // A compaction that came as far as its last line: everything else is for `recover` to do.
  const measured = disk.afterKill()
  await compact(directory, { io: measured })
  const cut = disk.afterKill()
  cut.fault = ({ kind, path }) => {
    if (kind !== 'datasync' || !path.endsWith('core.log')) return
    cut.crashAt = cut.operations + 1
  }
  await compact(directory, { io: cut }).catch(() => undefined)
  return cut.afterKill()
}

function perform(work: Work, io: Io): Promise<unknown> {
  return work === 'recover'
    ? recoverRecordingOn(io, directory, { clock })
    : compact(directory, { io, agentFrames: work !== 'compact' })
}

async function undisturbed(work: Work): Promise<Undisturbed> {
  const recorded = await prepare(work)
  const pictures = await picturesIn(directory, recorded)
  const tree = recorded.tree()
  const disk = recorded.afterKill()
  await perform(work, disk)
  const isKept = (path: string): boolean =>
    path.endsWith('core.log') || (work !== 'compact agent frames' && path.includes('/agent/'))
  const untouched = [...tree].filter(([path]) => isKept(path))
  return { recorded, pictures, untouched, digest: disk.digest(), operations: disk.operations }
}

/**
 * Crash a compaction before every one of its operations, come back in many ways, and check that nothing is lost: the recording is
 * sound before anything is repaired, every picture can be read and shows what it showed, and `recover` or the same work again
 * gives what an undisturbed one gives.
 *
 * @param options.every crash before one in so many operations; default each
 * @param options.statesAt how many ways of coming back at each operation; the first is a kill, the others are power cuts
 */
export async function exploreCompactions(
  work: Work,
  options: { statesAt: number; every?: number; mutate?: (io: Io) => Io; faultLimit?: number },
): Promise<{ operations: number; states: number; different: number; faults: string[] }> {
  const expected = await undisturbed(work)
  const mutate = options.mutate ?? ((io) => io)
  const faults: string[] = []
  const seen = new Set<string>()
  let states = 0
  for (let crashAt = 1; crashAt <= expected.operations + 1; crashAt += options.every ?? 1) {
    const random = seeded(crashAt)
    const disk = expected.recorded.afterKill()
    disk.crashAt = crashAt
    await perform(work, mutate(disk)).catch(() => undefined)
    for (let way = 0; way < options.statesAt; way++) {
      const after = way === 0 ? disk.afterKill() : disk.afterPowerLoss(random)
      states++
      const digest = after.digest()
      if (seen.has(digest)) continue
      seen.add(digest)
      const fault = await inspect(after, work, expected).catch((cause: unknown) => `threw ${String(cause)}`)
      if (fault === undefined) continue
      faults.push(`${work} cut before operation ${crashAt}, ${way === 0 ? 'killed' : `power cut ${way}`}: ${fault}`)
      if (faults.length >= (options.faultLimit ?? 5)) break
    }
    if (faults.length >= (options.faultLimit ?? 5)) break
  }
  return { operations: expected.operations, states, different: seen.size, faults }
}

/** @returns what is wrong, if anything is */
async function inspect(left: SimDisk, work: Work, expected: Undisturbed): Promise<string | undefined> {
  const { pictures, untouched, digest } = expected
  const before = await checkRecordingOn(left, directory)
  if (before.status === 'corrupt') return `corrupt before recovery: ${JSON.stringify(before.problems)}`
  if (!isSame(await picturesIn(directory, left), pictures)) return 'other pictures before recovery'

  const recovered = left.afterKill()
  await recoverRecordingOn(recovered, directory, { clock })
  const after = await checkRecordingOn(recovered, directory)
  if (after.status !== 'clean' || after.notes.length > 0) return `after recovery: ${JSON.stringify(after)}`
  if (!isSame(await picturesIn(directory, recovered), pictures)) return 'other pictures after recovery'
  const once = recovered.digest()
  await recoverRecordingOn(recovered, directory, { clock })
  if (recovered.digest() !== once) return 'recovering twice is not the same as once'
  const tree = recovered.tree()
  const touched = untouched.find(([path, contents]) => tree.get(path) !== contents)
  if (touched) return `${touched[0]} was changed`

  if (work === 'recover') return once === digest ? undefined : 'recovered to other files'
  for (const disk of [recovered, left]) {
    await perform(work, disk)
    if (disk.digest() !== digest)
      return `compacting again gives other files (${disk === left ? 'at once' : 'after recovery'})`
  }
  return undefined
}

function isSame(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(one)
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name])
}

/** A disk that says it has synced, and has not. */
export function forgetful(io: Io, forgets: (path: string) => boolean): Io {
  return {
    ...methods(io),
    open: async (path, how) => {
      const file = await io.open(path, how)
      return { ...file, datasync: async () => void (forgets(path) || (await file.datasync())) }
    },
    syncDirectory: async (path) => void (forgets(path) || (await io.syncDirectory(path))),
  }
}
