import type { BenchPart } from './figure.ts'
import { openSite } from './open-site.ts'
import { runRounds, type BenchRun } from './rounds.ts'
import { quickLength, scriptLength } from './site/script.ts'

/**
 * A test that every frame shows the state of the page that its step left. Every state has its number, in the aria tree
 * and in the pixels, and the model takes no time, less time than a frame, and more. The same of an agent whose own
 * pictures are recorded.
 */
export const bindingPart: BenchPart = {
  name: 'binding',
  run: async (options) => {
    await using site = await openSite()
    const { isQuick, rounds = 1, steps = isQuick ? quickLength : scriptLength * 2 } = options
    const runs: BenchRun[] = []
    for (const thinkMs of isQuick ? [15] : [0, 5, 15, 40, 100]) {
      const wanted = { origin: site.origin, steps, thinkMs, rounds, isNumbered: true, isUntimed: true }
      runs.push(...(await runRounds({ ...wanted, variants: ['ours', 'vision-tapped'] }, options)))
    }
    const looked = runs.reduce((sum, run) => sum + run.steps, 0)
    const sum = (count: (run: BenchRun) => number | undefined): number =>
      runs.reduce((total, run) => total + (count(run) ?? 0), 0)
    return [
      {
        name: `frames that show another state, of ${looked}`,
        unit: '',
        median: sum((run) => run.misbound),
        runs: runs.length,
        target: { atMost: 0 },
        gate: { atMost: 0 },
      },
      {
        name: `steps without a frame in time, of ${looked}`,
        unit: '',
        median: sum((run) => run.unobserved),
        runs: runs.length,
        target: { atMost: 0 },
      },
    ]
  },
}
