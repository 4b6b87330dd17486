import { expect, test } from 'vitest'
import type { CutPlan, PowerCut } from '../programs/cuts-power.ts'
import { runProgram } from '../support/run-program.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { bySize, testSeed } from '../../../../scripts/test-size.ts'
import { compile, inOwnMounts, skipUnless, whyNoExt4 } from './rig/machine.ts'
import { seeded } from './rig/sim-disk.ts'

const timeout = bySize({ fast: 180_000, faults: 180_000, long: 300_000 })

test('what was acknowledged or finished is on an ext4 disk after its power was cut', { timeout }, async (context) => {
  skipUnless(context, whyNoExt4())
  const root = await temporaryDirectory()
  const random = seeded(testSeed)
  const cutWhileRecording = (index: number): CutPlan['cuts'][number] => ({
    run: { runId: `cut-${index}`, steps: 40, frameBytes: 20_000 },
    durability: 'step',
    after: { said: 'ack', times: 1 + Math.floor(random() * 60), delayMs: random() * 8 },
  })
  const cutAfterwards = (['step', 'finish'] as const).flatMap((durability) =>
    (['finished', 'judged'] as const).map((said) => ({
      run: { runId: `${durability}-${said}`, steps: 4, frameBytes: 20_000 },
      durability,
      after: { said, times: 1, delayMs: 0 },
    })),
  )
  const cuts = [
    ...Array.from({ length: bySize({ fast: 1, faults: 4, long: 60 }) }, (_, index) => cutWhileRecording(index)),
    ...cutAfterwards,
  ]
  const plan = { root, cutter: compile('cut-power.c', root), cuts } satisfies CutPlan
  const { output } = await runProgram('cuts-power.ts', plan, { under: inOwnMounts, timeoutMs: timeout })
  const found = output
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as PowerCut)
  const acked = found.reduce((total, cut) => total + cut.acked, 0)
  console.log(`${found.length} power cuts, ${acked} events acknowledged before them (CONTRAIL_TEST_SEED=${testSeed})`)
  expect(
    found.flatMap(({ broken }, index) => broken.map((promise) => `${cuts[index]?.run.runId}: ${promise}`)),
  ).toEqual([])
  expect(found.map(({ finished }) => finished)).toEqual(cuts.map(({ after }) => after.said !== 'ack'))
})
