import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test, type TestContext } from 'vitest'
import { bySize, testSeed, testSize } from '../../../../scripts/test-size.ts'
import type { Reopened, ReopenPlan } from '../programs/reopens-recordings.ts'
import { startProgram } from '../support/child-process.ts'
import { memoryDirectory } from '../support/temporary-directory.ts'
import {
  deadlyModes,
  listFaults,
  livableModes,
  noFault,
  sampleFaults,
  type Fault,
  type FileOperation,
} from './rig/fault-plan.ts'
import { compile, skipUnless, whyNoShim } from './rig/machine.ts'
import { leaveRecording, reopenUndisturbed, sweepLooking, sweepRecovery } from './rig/reopen-sweep.ts'
import {
  listRecordOperations,
  runUnderShim,
  sweepRecording,
  type SweepResult,
  type SweepSetting,
} from './syscall-sweep.ts'

const timeout = bySize({ fast: 180_000, faults: 300_000, long: 900_000 })

const noShim = whyNoShim()
let shim: string
beforeAll(async () => {
  // Nothing can be executed from some folders in memory.
  const folder = await mkdtemp(join(tmpdir(), 'contrail-shim-'))
  if (noShim === undefined) shim = compile('fault-shim.c', folder, '-shared', '-fPIC')
  return () => rm(folder, { recursive: true })
})

let recordedOperations: Promise<FileOperation[]> | undefined
/** Every operation of an undisturbed recording, whoever asks first. */
function recordOperations(setting: SweepSetting): Promise<FileOperation[]> {
  return (recordedOperations ??= listRecordOperations(setting))
}

async function openSetting(context: TestContext): Promise<SweepSetting> {
  skipUnless(context, noShim)
  return { root: await realpath(await memoryDirectory()), shim }
}

/** All faults in the long size, else so many: in `faults`, where it can be, every kind of call in every mode. */
function part(faults: readonly Fault[], sizes: { fast: number; faults: number }): readonly Fault[] {
  return testSize === 'long' ? faults : sampleFaults(faults, sizes[testSize], testSeed)
}

function expectNothingBroken(what: string, faults: readonly Fault[], result: SweepResult): void {
  const repeat = testSize === 'long' ? '' : ` (CONTRAIL_TEST_SEED=${testSeed} repeats them)`
  console.log(`${what}: ${faults.length} faults, ${result.surfaced} told, ${result.harmless} harmless${repeat}`)
  expect(result.broken).toEqual([])
}

test('the shim sees every call by which a recording touches the disk', { timeout }, async (context) => {
  const seen = await recordOperations(await openSetting(context))
  const names = [...new Set(seen.map(({ name }) => name))].toSorted()
  expect(names.join(' ')).toBe(
    'close create fdatasync fsync link mkdir open read readdir rename rmdir stat unlink write',
  )
})

test(
  'a process that dies at a system call, any of those tried, leaves all that it acknowledged',
  { timeout },
  async (context) => {
    const setting = await openSetting(context)
    const faults = part(listFaults(deadlyModes, await recordOperations(setting)), { fast: 4, faults: 32 })
    expectNothingBroken('dying while recording', faults, await sweepRecording(setting, faults))
  },
)

test(
  'a system call that fails while recording, any of those tried, is told or does no harm',
  { timeout },
  async (context) => {
    const setting = await openSetting(context)
    const faults = part(listFaults(livableModes, await recordOperations(setting)), { fast: 14, faults: 200 })
    expectNothingBroken('failing while recording', faults, await sweepRecording(setting, faults))
  },
)

test(
  'a recovery that dies or fails at a system call, any of those tried, loses nothing, and another one completes it',
  { timeout },
  async (context) => {
    const setting = await openSetting(context)
    const leftover = await leaveRecording(setting, 'unfinished')
    const { operations } = await reopenUndisturbed(setting, 'recover', leftover)
    const faults = [
      ...part(listFaults(deadlyModes, operations), { fast: 2, faults: 12 }),
      ...part(listFaults(livableModes, operations), { fast: 3, faults: 80 }),
    ]
    expectNothingBroken('recovering', faults, await sweepRecovery(setting, leftover, faults))
  },
)

for (const how of ['unfinished', 'finished'] as const) {
  test(
    `reading a recording that is ${how} from a failing disk is an error, and never another recording`,
    { timeout },
    async (context) => {
      const setting = await openSetting(context)
      const leftover = await leaveRecording(setting, how)
      const { operations, reopened } = await reopenUndisturbed(setting, 'look', leftover)
      const modes = livableModes.filter(({ name }) => name.startsWith('EIO'))
      const faults = part(listFaults(modes, operations), { fast: 4, faults: 60 })
      expectNothingBroken(`reading what is ${how}`, faults, await sweepLooking(setting, leftover, faults, reopened))
    },
  )
}

test('a recovery that cannot ask whether the writer lives does not take its place', { timeout }, async (context) => {
  const setting = { ...(await openSetting(context)), root: '/proc/' }
  const writer = startProgram('opens-when-told.ts', await memoryDirectory())
  await writer.nextLine()
  writer.process.stdin.write('go\n')
  const directory = (await writer.nextLine()) ?? 'it has said nothing'
  const faults = [noFault, ...[1, 5, 9].map((call) => `error ${call} look sticky 5`)]
  const plan = {
    trials: faults.map((fault) => ({ work: 'recover' as const, directory, shimPlan: fault })),
  } satisfies ReopenPlan
  const { output } = await runUnderShim(setting, 'reopens-recordings.ts', plan)
  const [undisturbed, ...disturbed] = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Reopened)
  expect(undisturbed).toMatchObject({ recover: { refused: { code: 'JOURNAL_LOCKED' } } })
  expect(disturbed).toHaveLength(3)
  for (const reopened of disturbed)
    expect(reopened).toMatchObject({ recover: { refused: { code: expect.any(String) as string } } })
})
