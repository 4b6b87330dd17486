import { describe, expect, test } from 'vitest'
import { classifyFailures, type ClassifyOptions } from '../../src/index.ts'
import { times, trajectory, type RunInShort, type StepInShort } from '../support/trajectory.ts'

const classify = (run: RunInShort, options?: ClassifyOptions) => classifyFailures(trajectory(run), options)
const classes = (steps: readonly StepInShort[], options?: ClassifyOptions, more: RunInShort = {}): string[] =>
  classify({ steps, ...more }, options).failures.map((failure) => failure.class)
const read = (path: string, more: object = {}): StepInShort => ({
  action: 'read_file',
  args: { path, ...more },
  result: 'x',
})
const write = (path: string, more: object = {}): StepInShort => ({
  action: 'write_file',
  args: { path, content: 'x = 1\n' },
  ...more,
})
const runTests = (rate?: number, more: object = {}): StepInShort => ({
  action: 'run_tests',
  more: rate === undefined ? {} : { episode: { testPassRate: rate } },
  ...more,
})

test('LOOPING_BEHAVIOR of reads: one path three times with neither a write to it nor a test between', () => {
  expect(classify({ steps: times(3, () => read('src/a.py')) }).failures).toMatchObject([
    { class: 'LOOPING_BEHAVIOR', critical_step: 0, steps: [0, 1, 2] },
  ])
  expect(classes([read('./src/a.py'), read('b.py'), read('src/a.py'), read('src//a.py')])).toEqual(['LOOPING_BEHAVIOR'])
  const a = read('a.py')
  for (const steps of [
    [a, write('a.py'), a, runTests(), a],
    [a, a, write('a.py'), a, a, runTests()],
    [a, runTests(), a, runTests(), a],
    times(4, (index) => read('a.py', { start_line: index * 100 })),
  ])
    expect(classes(steps)).toEqual([])
  expect(classes([a, write('b.py', { args: { path: 'b.py', created: true } }), a, a, runTests()])).toEqual([
    'LOOPING_BEHAVIOR',
  ])
})

describe('WRONG_FILE_NAVIGATION', () => {
  const traceback =
    'Traceback\n  File "/repo/tests/test_cart.py", line 3\n  File "/repo/src/cart.py", line 12, in total\nE  assert 1 == 2'

  test('none of the files that are known to be at fault was read', () => {
    expect(classes([read('src/user.py')], {}, { task: { relevantFiles: ['src/cart.py'] } })).toEqual([
      'WRONG_FILE_NAVIGATION',
    ])
    expect(classes([runTests(0.5, { result: traceback }), read('src/user.py')])).toEqual(['WRONG_FILE_NAVIGATION'])
    expect(
      classes([runTests(0.5, { result: 'FAIL\n  at total (/repo/src/cart.ts:12:5)' }), read('src/user.ts')]),
    ).toEqual(['WRONG_FILE_NAVIGATION'])
  })

  test('not where one was read, by any spelling or a shell, nor where none is known, nor after success', () => {
    const failing = runTests(0.5, { result: traceback })
    expect(classes([failing, read('src/cart.py')])).toEqual([])
    expect(
      classes([failing, read('src/user.py'), { action: 'bash', args: { command: 'cat ./src/cart.py' }, result: 'x' }]),
    ).toEqual([])
    expect(classes([failing, read('src/user.py')], { score: 1 })).toEqual([])
    expect(classes([runTests(1, { result: 'ok' }), read('src/user.py')])).toEqual([])
    expect(classes([failing])).toEqual([])
  })
})

describe('BLIND_WRITE', () => {
  test('a write to a file that nothing had read', () => {
    expect(classify({ steps: [read('b.py'), write('a.py'), runTests()] }).failures).toMatchObject([
      { class: 'BLIND_WRITE', critical_step: 1, evidence: ['1:result'] },
    ])
    for (const before of ['', 'x = 0\n', { sha256: 'a'.repeat(64), sizeBytes: 9 }]) {
      const create = { action: 'create_file', args: { path: 'a.py', before } }
      expect(classes([create, runTests()])).toEqual(['BLIND_WRITE'])
      expect(classes([read('a.py'), create, runTests()])).toEqual([])
    }
    expect(classes([read('/one/a.py'), write('/other/a.py'), runTests()])).toEqual(['BLIND_WRITE'])
    expect(classes([read('b/a.py'), write('a.py'), runTests()])).toEqual(['BLIND_WRITE'])
    expect(classes([{ ...read('a.py'), ok: false, error: 'busy' }, write('a.py'), runTests()])).toEqual(['BLIND_WRITE'])
  })

  test('not a new file, nor one that was read or written before, nor a write that failed', () => {
    const fileDiff = { path: 'a.py', before: null, after: null }
    for (const steps of [
      [write('a.py', { more: { episode: { fileDiff } } })],
      [write('a.py', { args: { path: 'a.py', created: true } })],
      [write('a.py', { result: { created: true } })],
      [read('./src/a.py'), write('src/a.py')],
      [read('/repo/src/a.py'), write('src/a.py')],
      [read('src/a.py'), write('/repo/src/a.py')],
      [{ action: 'create_file', args: { path: 'a.py' } }],
      [{ action: 'bash', args: { command: 'sed -n 1,20p src/a.py' } }, write('src/a.py')],
      [write('a.py', { result: { created: true } }), write('a.py')],
      [write('a.py', { error: 'read-only' })],
    ])
      expect(classes([...steps, runTests()])).toEqual([])
  })
})

test('a tool that does several things is sorted by what it was told to do', () => {
  const edit = (command: string) => ({ action: 'str_replace_editor', args: { command, path: 'a.py' } })
  expect(classes([edit('str_replace'), runTests()])).toEqual(['BLIND_WRITE'])
  for (const first of ['view', 'create']) expect(classes([edit(first), edit('str_replace'), runTests()])).toEqual([])
  expect(classes(times(3, () => edit('view')))).toEqual(['LOOPING_BEHAVIOR'])
})

test('HALLUCINATED_CODE: tests that got worse after a write and stayed worse', () => {
  const start = [read('a.py'), runTests(0.8), write('a.py')]
  expect(classify({ steps: [...start, runTests(0.5)] }).failures).toMatchObject([
    {
      class: 'HALLUCINATED_CODE',
      critical_step: 2,
      steps: [2, 3],
      root_cause: expect.stringContaining('80 % to 50 %') as string,
    },
  ])
  expect(classes([...start, runTests(0), write('a.py'), runTests(0.6)])).toEqual(['HALLUCINATED_CODE'])
  // It recovered, never was better, got worse by no write, or nobody knows what it was before.
  expect(classes([...start, runTests(0.5), write('a.py'), runTests(0.8)])).toEqual([])
  expect(classes([read('a.py'), runTests(0), write('a.py'), runTests(0)])).toEqual([])
  expect(classes([runTests(0.8), runTests(0.5)])).toEqual([])
  expect(classes([read('a.py'), write('a.py'), runTests(0.1)])).toEqual([])
})

test('NEVER_TESTED: no test after the last write; a warning where it succeeded', () => {
  const steps = [read('a.py'), write('a.py'), { action: 'submit' }]
  expect(classify({ steps })).toMatchObject({
    primary: 'NEVER_TESTED',
    failures: [{ critical_step: 1, severity: 'failure' }],
  })
  expect(classify({ steps }, { score: 0.5 })).toMatchObject({
    primary: 'CORRECT',
    succeeded: true,
    failures: [{ class: 'NEVER_TESTED', severity: 'warning' }],
  })
  expect(classes([read('a.py'), runTests(), write('a.py')])).toEqual(['NEVER_TESTED'])
  expect(classes([read('a.py'), write('a.py'), runTests(), { action: 'submit' }])).toEqual([])
  expect(classes([read('a.py'), write('a.py'), { action: 'bash', args: { command: 'cd x && pytest -q' } }])).toEqual([])
  expect(classes([read('a.py'), write('a.py'), { action: 'submit' }, runTests()])).toEqual(['NEVER_TESTED'])
})
