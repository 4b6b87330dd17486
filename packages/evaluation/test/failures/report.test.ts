import { expect, test } from 'vitest'
import fc from 'fast-check'
import { classifyFailures, defaultActionKinds, failureClasses, groundClaims } from '../../src/index.ts'
import { page, times, trajectory, type StepInShort } from '../support/trajectory.ts'

const list = page('/list', '- button "More"')

test('the score is the option, else that of the environment, else the verdict, and 0 is a score', () => {
  const scored = trajectory({ finalScore: 0.4444 })
  expect(classifyFailures(scored)).toMatchObject({ score: 0.444, succeeded: false, primary: 'UNKNOWN' })
  expect(classifyFailures(scored, { score: 0 })).toMatchObject({ score: 0, succeeded: false })
  expect(classifyFailures(scored, { successScore: 0.4 })).toMatchObject({
    succeeded: true,
    primary: 'CORRECT',
    failures: [],
  })
  expect(
    classifyFailures(trajectory({ finalScore: 0 }), { verdict: { outcomeSuccess: true, processScore: 0.9 } }),
  ).toMatchObject({ score: 0, succeeded: true })
  const judged = { outcomeSuccess: false, processScore: 0.9 }
  expect(classifyFailures(trajectory({}), { verdict: judged })).toMatchObject({ score: 0.9, succeeded: false })
  expect(classifyFailures(trajectory({}), { verdict: { outcomeSuccess: true } })).toMatchObject({
    score: 1,
    succeeded: true,
  })
  expect(classifyFailures(trajectory({}))).toEqual({ primary: 'UNKNOWN', score: null, succeeded: false, failures: [] })
})

test('a score that is rounded up to success is none', () => {
  expect(classifyFailures(trajectory({ finalScore: 0.49999 }))).toMatchObject({ score: 0.5, succeeded: false })
})

test('the primary is the earliest failure, and of two at one step the first of the list', () => {
  const steps = [
    ...times(3, () => ({ action: 'click', on: 'More', after: list, error: 'covered' })),
    { action: 'goto', error: 'HTTP 403', after: list },
  ]
  const { primary, failures } = classifyFailures(trajectory({ initialObservation: list, steps }))
  expect(primary).toBe('LOOPING_BEHAVIOR')
  expect(failures.map((failure) => failure.class)).toEqual(['LOOPING_BEHAVIOR', 'TOOL_ERROR_CASCADE', 'BLOCKED'])
  // Success excuses all of them, and a violation never: it comes first then, however late it is.
  const flagged: StepInShort = { action: 'click', on: 'x', more: { episode: { securityFlags: ['x'] } } }
  const excused = classifyFailures(trajectory({ initialObservation: list, steps: [...steps, flagged] }), { score: 1 })
  expect(excused.primary).toBe('SECURITY_VIOLATION')
  expect(excused.failures.map(({ severity }) => severity)).toEqual(['failure', 'warning', 'warning', 'warning'])
})

test('kinds of actions can be added', () => {
  const steps = times(3, () => ({ action: 'peek', args: { path: 'a.py' } }))
  expect(classifyFailures(trajectory({ steps })).primary).toBe('UNKNOWN')
  expect(classifyFailures(trajectory({ steps }), { actionKinds: { peek: 'read' } }).primary).toBe('LOOPING_BEHAVIOR')
  expect(Object.isFrozen(defaultActionKinds) && defaultActionKinds['goto']).toBe('navigate')
  expect(failureClasses.slice(-2)).toEqual(['CORRECT', 'UNKNOWN'])
})

test('no trajectory makes it throw, and every answer cites steps that there are', () => {
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom('__proto__', 'constructor', '[redacted:', 'HTTP 403', 'eval(', '\ud800'),
  )
  const value = fc.oneof(text, fc.double(), fc.constant(null), fc.dictionary(text, text), fc.array(text))
  const step = fc.record(
    {
      action: fc.oneof(fc.constantFrom(...Object.keys(defaultActionKinds)), text),
      args: fc.dictionary(text, value),
      on: text,
      result: value,
      error: text,
      ok: fc.boolean(),
      after: fc.record({ url: text, ariaTree: text, title: text }, { requiredKeys: [] }),
    },
    { requiredKeys: ['action'] },
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), text, text, (steps, instruction, finalAnswer) => {
      const run = trajectory({ steps, task: { instruction }, finalAnswer })
      for (const { critical_step: critical, steps: cited } of classifyFailures(run).failures) {
        expect(critical === null || (critical >= 0 && critical < steps.length)).toBe(true)
        for (const index of cited) expect(steps[index]).toBeDefined()
      }
      groundClaims(run)
    }),
    { numRuns: 60 },
  )
})

test('eight times the steps take nothing like sixty-four times as long', () => {
  const runOf = (count: number) =>
    trajectory({
      finalAnswer: 'It costs €99.',
      steps: times(count, (index) => ({
        action: 'click',
        on: `Lamp ${index}`,
        error: 'HTTP 503',
        after: page(`/${index % 7}`, `- text: ${index % 50}`),
      })),
    })
  /** The best of some runs: what else the machine does, and the collector, only ever add to it. */
  const timeOf = (count: number): number => {
    const run = runOf(count)
    const taken = Array.from({ length: 3 }, () => {
      const started = process.cpuUsage()
      classifyFailures(run)
      const { user, system } = process.cpuUsage(started)
      return user + system
    })
    return Math.min(...taken)
  }
  const [small, large] = [timeOf(300), timeOf(2_400)]
  expect(large / small).toBeLessThan(8 * 4)
})
