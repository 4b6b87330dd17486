import { expect, test } from 'vitest'
import { detectStrategy, processMetrics } from '../../src/index.ts'
import { page, times, trajectory, type StepInShort } from '../support/trajectory.ts'

const strategyOf = (steps: readonly StepInShort[], finalScore?: number) =>
  detectStrategy(trajectory({ steps, ...(finalScore === undefined ? {} : { finalScore }) })).strategy
const read = (path: string): StepInShort => ({ action: 'read_file', args: { path } })
const click = (on: string, url = '/'): StepInShort => ({ action: 'click', on, after: page(url) })

test('a strategy is told by the steps alone', () => {
  const open = times(4, (index) => ({ action: 'goto', args: { url: `${index}` }, after: page(`/${index}`) }))
  const cases: [string, StepInShort[]][] = [
    ['minimal_effort', [read('a.py'), { action: 'submit' }]],
    ['minimal_effort', [read('a.py'), { ...read('a.py'), args: { path: 'a.py', line: 2 } }, { action: 'submit' }]],
    ['brute_force', [read('a.py'), read('b.py'), ...times(4, () => click('Go'))]],
    ['brute_force', times(5, (index) => ({ action: 'click', on: `${index}`, error: 'no' }))],
    ['systematic_search', [...open, click('Buy', '/3')]],
    [
      'exploration',
      [
        read('a.py'),
        read('b.py'),
        { action: 'search_code', args: { query: 'x' } },
        { ...read('a.py'), args: { path: 'a.py', line: 9 } },
        { action: 'write_file', args: { path: 'b.py' } },
      ],
    ],
    ['targeted', [read('a.py'), { action: 'write_file', args: { path: 'a.py' } }, { action: 'run_tests' }]],
  ]
  for (const [strategy, steps] of cases)
    for (const score of [0, 1]) expect([strategyOf(steps, score), steps.length]).toEqual([strategy, steps.length])
  expect(detectStrategy(trajectory({}))).toEqual({
    strategy: null,
    exploration_ratio: 0,
    repetition_ratio: 0,
    places: 0,
    returns: 0,
  })
})

test('a step that is redundant and failed is wasted once', () => {
  const steps = [
    click('Go'),
    { ...click('Go'), error: 'no' },
    { ...click('Other'), error: 'no' },
    { action: 'screenshot', after: page('/') },
  ]
  expect(processMetrics(trajectory({ steps }))).toEqual({
    steps: 4,
    redundancy: 0.25,
    waste: 0.5,
    pivots: 0,
    verification: 0.333,
    entropy: 0.811,
    reliability: 0.4,
  })
})

test('pivots are changes of place, and one kind of action has no entropy', () => {
  const steps = [click('A', '/a'), click('B', '/b'), click('C', '/b/'), click('D', '/a')]
  expect(processMetrics(trajectory({ steps }))).toMatchObject({
    pivots: 0.667,
    entropy: null,
    verification: 0,
    reliability: 0,
  })
  const evenly = [click('A'), { action: 'screenshot' }, click('B'), { action: 'screenshot', args: { full: true } }]
  expect(processMetrics(trajectory({ steps: evenly }))).toMatchObject({
    entropy: 1,
    verification: 1,
    waste: 0,
    reliability: 1,
  })
  expect(processMetrics(trajectory({}))).toEqual({
    steps: 0,
    redundancy: null,
    waste: null,
    pivots: null,
    verification: null,
    entropy: null,
    reliability: null,
  })
})
