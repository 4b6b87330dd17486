import { expect, test } from 'vitest'
import { reaches } from '../../bench/figure.ts'
import type { Variant } from '../../bench/recorders/variants.ts'
import { rotate, type BenchRun } from '../../bench/rounds.ts'
import { addedBy, less, ratio, summarise, summariseCount } from '../../bench/summary.ts'

function runs(variant: Variant, ...stepMs: readonly number[]): BenchRun[] {
  return stepMs.map((ms, round) => ({
    ...{ variant, round, stepMs: ms, steps: 50, thinkMs: 0, chromium: '156', isKept: true, foreignShare: 0 },
    ...{ finishMs: 0, cpuMsPerStep: 0, sizeBytes: 0, files: 0, startRssMb: 0, peakRssMb: 0, rssMb: [], urls: [] },
    memory: [],
    beganQuiet: true,
    cpuMsPerStepOf: { agent: 0, browser: 0, renderer: 0, gpu: 0, helpers: 0 },
  }))
}
const stepMs = (run: BenchRun): number => run.stepMs

test('what a recorder adds is its median less the bare one, and its least less the bare least', () => {
  const all = [...runs('bare', 30, 40, 31), ...runs('ours', 35, 34, 50)]
  expect(addedBy(all, 'ours', stepMs)).toEqual({ median: 4, min: 4, runs: 3 })
})

test('a ratio of overheads is that of the added times, not of the steps', () => {
  const all = [...runs('bare', 30), ...runs('ours', 31), ...runs('stagehand', 130)]
  expect(ratio(addedBy(all, 'ours', stepMs), addedBy(all, 'stagehand', stepMs)).median).toBeCloseTo(0.01)
  expect(less(summarise(all, 'bare', stepMs), summarise(all, 'ours', stepMs)).median).toBe(-1)
})

test('nothing is held against a peer whose cost drowned in noise: that is no reached target', () => {
  const all = [...runs('bare', 30), ...runs('ours', 31), ...runs('stagehand', 29)]
  const figure = { name: 'x', unit: 'x', ...ratio(addedBy(all, 'ours', stepMs), addedBy(all, 'stagehand', stepMs)) }
  expect(figure).toMatchObject({ median: Number.NaN, note: expect.stringContaining('no ratio') })
  expect(reaches({ ...figure, target: { atMost: 0.1 } })).toBe(false)
})

test('a run that others disturbed does not count, as long as one was not disturbed', () => {
  const disturbed = runs('ours', 900).map((run) => ({ ...run, isKept: false }))
  expect(summarise([...disturbed, ...runs('ours', 35, 37)], 'ours', stepMs)).toEqual({ median: 36, min: 35, runs: 2 })
})

test('where every run was disturbed they count all the same, and the figure says so', () => {
  const disturbed = runs('ours', 900, 800).map((run) => ({ ...run, isKept: false }))
  const added = addedBy([...disturbed, ...runs('bare', 30)], 'ours', stepMs)
  expect(added).toMatchObject({ median: 820, runs: 1, note: expect.stringContaining('others disturbed') })
  expect(summariseCount(disturbed, 'ours', () => 44)).toEqual({ median: 44, min: 44, runs: 2 })
})

test('a variant that did not run has no summary', () => {
  expect(() => summarise([], 'ours', stepMs)).toThrow('expected a run of ours, got none')
})

test('every round begins with another variant and runs all of them', () => {
  expect([0, 1, 2, 3].map((round) => rotate(['a', 'b', 'c'], round).join(''))).toEqual(['abc', 'bca', 'cab', 'abc'])
})
