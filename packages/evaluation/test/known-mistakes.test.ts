import { describe, expect, test } from 'vitest'
import {
  classifyFailures,
  compareAttempts,
  detectStrategy,
  failureClasses,
  generateImprovementPlan,
  groundClaims,
  improvementPlan,
  processMetrics,
  strategyTemplates,
  type ClassifyOptions,
} from '../src/index.ts'
import { page, times, trajectory, type StepInShort } from './support/trajectory.ts'

const read = (path: string): StepInShort => ({ action: 'read_file', args: { path }, result: 'x' })
const write = (path: string): StepInShort => ({ action: 'write_file', args: { path, content: 'x' } })
const tests = (rate?: number): StepInShort => ({
  action: 'run_tests',
  more: rate === undefined ? {} : { episode: { testPassRate: rate } },
})
const reportOf = (steps: readonly StepInShort[], options?: ClassifyOptions, task: Record<string, unknown> = {}) =>
  classifyFailures(trajectory({ steps, task }), options)

describe('mistakes that tools of this kind have made', () => {
  test('a success hides nothing: what it did without a test is a warning', () => {
    const { primary, failures } = reportOf([read('a.py'), write('a.py')], { score: 0.5 })
    expect([primary, failures.map(({ class: name, severity }) => [name, severity])]).toEqual([
      'CORRECT',
      [['NEVER_TESTED', 'warning']],
    ])
  })

  test('the critical step of a wrong navigation is the first wrong read, not the first step', () => {
    const steps = [{ action: 'list_files' }, { action: 'search_code' }, read('b.py')]
    const task = { relevantFiles: ['a.py'] }
    expect(reportOf(steps, {}, task).failures).toMatchObject([{ class: 'WRONG_FILE_NAVIGATION', critical_step: 2 }])
  })

  test('a read of another file makes no write a known one, and a low rate alone is no harm', () => {
    expect(reportOf([read('b.py'), write('a.py'), tests()]).primary).toBe('BLIND_WRITE')
    expect(reportOf([read('a.py'), tests(0.1), write('a.py'), tests(0.2)]).primary).toBe('UNKNOWN')
  })

  test('where nothing fired nothing is guessed', () => {
    expect(reportOf([read('a.py')]).primary).toBe('UNKNOWN')
  })

  test('a small effort is told before all else, brute force also where reads came first, and no score tells', () => {
    const strategy = (steps: StepInShort[], finalScore: number) =>
      detectStrategy(trajectory({ steps, finalScore })).strategy
    const brute = [read('a.py'), read('b.py'), ...times(6, () => tests())]
    for (const score of [0, 1]) {
      expect(strategy([read('a.py'), { action: 'submit' }], score)).toBe('minimal_effort')
      expect(strategy(brute, score)).toBe('brute_force')
    }
  })

  test('one action over and over has no entropy, and what was redundant and failed is wasted once', () => {
    const steps = times(4, () => ({ action: 'click', on: 'Go', error: 'no' }))
    expect(processMetrics(trajectory({ steps }))).toMatchObject({ entropy: null, redundancy: 0.75, waste: 1 })
  })

  test('a plan tells long errors and late steps, has a template for every class, and its result is made', () => {
    const error = `${'x '.repeat(120)}the end of it`
    const { specific_errors: errors, user_context_addon: review } = generateImprovementPlan({
      episode_id: 'e',
      task: 't',
      failure_type: 'CONTEXT_OVERFLOW',
      original_score: 0,
      trajectory_steps: [
        ...Array.from({ length: 30 }, () => ({ action_type: 'read_file' })),
        { action_type: 'submit', error },
      ],
    })
    expect(errors[0]).toContain('the end of it')
    expect(review).toContain('Step 31: submit')
    expect(new Set(failureClasses.map((name) => strategyTemplates[name].system_addon)).size).toBe(failureClasses.length)
    expect(compareAttempts(trajectory({ finalScore: 0 }), trajectory({ finalScore: 0.25 }))).toMatchObject({
      improvement: 0.25,
    })
  })
})

describe('whatever somebody else made', () => {
  test.each([
    [{}],
    [{ steps: [{}] }],
    [{ steps: [{ actionName: 5, actionArgs: null, toolOutput: null, probeEvidence: null, agentEvidence: null }] }],
    [{ finalAnswer: 'It is €5.', turns: [{ turnId: 't', steps: [9], usage: { input_tokens: 99 } }], gaps: [{}] }],
  ])('%j is answered', (given) => {
    const run = given as never
    const report = classifyFailures(run, { contextLimitTokens: 100 })
    expect(['UNKNOWN', 'PREMATURE_STOP', 'CONTEXT_OVERFLOW']).toContain(report.primary)
    expect(improvementPlan(run, report).failure_type).toBe(report.primary)
    expect(compareAttempts(run, run).improvement).toBeNull()
    expect(groundClaims(run).claims.every(({ grounded }) => !grounded)).toBe(true)
    expect(processMetrics(run).steps).toBe(detectStrategy(run).strategy === null ? 0 : 1)
  })

  test('a verdict of another form says nothing', () => {
    for (const verdict of [null, {}, 'good', { outcomeSuccess: 'yes', processScore: '1' }])
      expect(reportOf([], { verdict: verdict as never })).toMatchObject({ score: null, succeeded: false })
  })
})

test.each([
  'Verifying you are human. This may take a few seconds.',
  'Verify you are human by completing the action below',
  'We detected unusual traffic from your network',
  "Confirm you're not a robot",
])('BLOCKED: a heading that says %j', (heading) => {
  const steps = [{ action: 'goto', after: page('/x', `- heading "${heading}"`) }]
  expect(reportOf(steps).primary).toBe('BLOCKED')
})
