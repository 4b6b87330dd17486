import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { PassThrough } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { runCli } from '../../src/cli.ts'
import {
  retryLoop,
  type RetryAttempt,
  type RetryLoopOptions,
  type RetryLoopResult,
} from '../../src/doors/evaluation.ts'
import { checkRecording } from '../../src/doors/recordings.ts'
import { makeRoot, step } from '../recordings.ts'

const taskSpec = { id: 'sample', instruction: 'Do it.' }

/** A loop with attempts that say these scores, one after the other. */
async function loopOf(
  scores: readonly (number | undefined | Error)[],
  options: Partial<RetryLoopOptions> = {},
): Promise<RetryLoopResult & { seen: RetryAttempt[] }> {
  const seen: RetryAttempt[] = []
  const result = await retryLoop({
    taskSpec,
    outputRoot: options.outputRoot ?? (await makeRoot()),
    systemPrompt: 'Shop.',
    ...options,
    async run(attempt) {
      seen.push(attempt)
      for (const event of step('click')) await attempt.recorder.onEvidence(event)
      const score = scores[attempt.number - 1]
      if (score instanceof Error) throw score
      return { ...(score === undefined ? {} : { score }), finalAnswer: 'Done.' }
    },
  })
  return { ...result, seen }
}

test('stops at the first success, with every attempt recorded and linked', async () => {
  const { attempts, results, stopped, loop, seen } = await loopOf([0.2, 0.9])
  expect(stopped).toBe('success')
  expect(attempts.map(({ number, report }) => [number, report.score])).toEqual([
    [1, 0.2],
    [2, 0.9],
  ])
  expect(results).toMatchObject([
    { original_episode_id: `${loop}-1/sample`, retry_episode_id: `${loop}-2/sample`, improvement: 0.7 },
  ])
  for (const { directory, number, trajectory } of attempts) {
    expect(trajectory.task['attempt']).toEqual({ loop, number, of: `${loop}-1/sample` })
    expect(await checkRecording(directory ?? '')).toMatchObject({ status: 'clean' })
  }
  const [first, second] = seen
  expect(first).toMatchObject({ plan: undefined, systemPrompt: 'Shop.', userContext: '' })
  expect(second?.systemPrompt).toMatch(/^Shop\.\n\n={60}\nPREVIOUS ATTEMPT FEEDBACK/)
  expect(second?.userContext).toContain('Score: 0.20/1.0')
  expect(second?.plan).toMatchObject({ episode_id: `${loop}-1/sample`, original_score: 0.2 })
})

test('a misspelt option is refused before anything is run', async () => {
  const run = async (): Promise<never> => expect.unreachable()
  await expect(retryLoop({ taskSpec, run, maxAttempt: 5 } as never)).rejects.toThrow(/retryLoop .*got "maxAttempt"/)
})

test('stops after two attempts without gain, at the cap, and goes on while there is gain', async () => {
  expect(await loopOf([0.3, 0.3, 0.2, 1], { maxAttempts: 9 })).toMatchObject({
    stopped: 'no_improvement',
    attempts: { length: 3 },
  })
  expect(await loopOf([0.1, 0.05, 0.2, 0.3, 0.4], { maxAttempts: 5 })).toMatchObject({
    stopped: 'max_attempts',
    attempts: { length: 5 },
  })
  expect(await loopOf([undefined, undefined, undefined, 1], { maxAttempts: 9 })).toMatchObject({
    stopped: 'no_improvement',
    attempts: { length: 3 },
  })
  expect(await loopOf([0.1], { maxAttempts: 1 })).toMatchObject({ stopped: 'max_attempts', results: [] })
  await expect(loopOf([], { maxAttempts: 0 })).rejects.toThrow(TypeError)
})

test('an agent that throws has made an attempt, and the next one goes on from it', async () => {
  const broken = new Error('the agent broke')
  const { attempts, stopped } = await loopOf([broken, 0.9])
  expect(stopped).toBe('success')
  expect(attempts[0]).toMatchObject({ error: broken, trajectory: { status: 'error' } })
  expect(attempts[0]?.trajectory.gaps).toMatchObject([{ reason: 'run_threw', detail: { message: 'the agent broke' } }])
  expect(await loopOf([broken, broken, broken, 1])).toMatchObject({ stopped: 'error', attempts: { length: 3 } })
})

test.each([
  ['no status', { status: 'failed' }],
  ['no text', { finalAnswer: 5 }],
])('an outcome that is %s is an attempt that ended as an error, and is told', async (_what, outcome) => {
  const { attempts } = await retryLoop({
    taskSpec,
    outputRoot: await makeRoot(),
    maxAttempts: 1,
    run: async () => outcome as never,
  })
  expect(attempts[0]?.trajectory).toMatchObject({ status: 'error', gaps: [{ reason: 'run_threw' }] })
  expect(String(attempts[0]?.error)).toMatch(/^TypeError: run: expected/)
})

test.each([Number.NaN, null, Number.POSITIVE_INFINITY])('a score of %s was not given', async (score) => {
  const run = async () => ({ score, finalAnswer: 'Done.' }) as never
  const { attempts } = await retryLoop({ taskSpec, outputRoot: await makeRoot(), maxAttempts: 1, run })
  expect(attempts[0]?.trajectory).toMatchObject({ status: 'complete', finalAnswer: 'Done.' })
  expect(attempts[0]?.trajectory.finalScore).toBeUndefined()
})

test('a verdict that an attempt keeps is its score', async () => {
  const { attempts, stopped } = await retryLoop({
    taskSpec,
    outputRoot: await makeRoot(),
    async run({ recorder, number }) {
      await recorder.persistVerdict({ outcomeSuccess: number === 2, processScore: number / 4 })
      return { finalAnswer: 'Done.' }
    },
  })
  expect(stopped).toBe('success')
  expect(attempts.map(({ report }) => report.score)).toEqual([0.25, 0.5])
})

test('killed at any point it goes on there, and runs nothing twice that had ended', async () => {
  const program = fileURLToPath(new URL('../programs/die-in-loop.ts', import.meta.url))
  const root = await makeRoot()
  const dieIn = async (place: string): Promise<string> => {
    const words = [
      '--conditions=@contrail/source',
      program,
      path.join(root, place),
      'mine',
      path.join(root, `${place}.txt`),
    ]
    const [, signal] = (await once(spawn(process.execPath, [...words, place], { stdio: 'inherit' }), 'exit')) as [
      0,
      string,
    ]
    expect(signal).toBe('SIGKILL')
    return readFile(path.join(root, `${place}.txt`), 'utf8')
  }
  expect(await Promise.all([dieIn('run'), dieIn('finish')])).toEqual(['1\n2\n', '1\n2\n'])
  for (const [place, numbers] of [
    ['run', [2, 3, 4]],
    ['finish', [3, 4]],
  ] as const) {
    const options = { outputRoot: path.join(root, place), loop: 'mine', maxAttempts: 4 }
    const { attempts, results, stopped, seen } = await loopOf([0.1, 0.2, 0.3, 0.4], options)
    expect(seen.map((attempt) => attempt.number)).toEqual(numbers)
    expect(attempts.map((attempt) => attempt.report.score)).toEqual([0.1, 0.2, 0.3, 0.4])
    expect(results).toHaveLength(3)
    expect(stopped).toBe('max_attempts')
    // All of it is known when it is asked once more.
    expect(await loopOf([], options)).toMatchObject({ seen: [], stopped: 'max_attempts' })
  }
})

test('an attempt that was cut off while its files were made has ended, and so has one of a loop with any name', async () => {
  const root = await makeRoot()
  const options = { outputRoot: root, loop: 'nightly/17: ü', maxAttempts: 2 }
  const { attempts } = await loopOf([0.1], { ...options, maxAttempts: 1 })
  const directory = attempts[0]?.directory ?? ''
  for (const name of ['trajectory.json', 'task_data.json', 'times.json']) await rm(path.join(directory, name))
  const resumed = await loopOf([0.1, 0.2], options)
  expect(resumed.seen.map(({ number }) => number)).toEqual([2])
  expect(resumed.attempts.map(({ report }) => report.score)).toEqual([0.1, 0.2])
})

test('a run that finishes its recording itself keeps what it said, and its score also when the loop goes on later', async () => {
  const root = await makeRoot()
  const options = { taskSpec, outputRoot: root, loop: 'own', maxAttempts: 2 }
  const run = async ({ recorder, number }: RetryAttempt) => {
    await recorder.finish({ status: 'stalled', finalAnswer: 'Mine.' })
    if (number === 2) await recorder.persistVerdict({ outcomeSuccess: false, processScore: 0.1 })
    return { score: number === 1 ? 0.2 : 0.9, finalAnswer: 'Not mine.' }
  }
  for (const { attempts, stopped } of [await retryLoop({ ...options, run }), await retryLoop({ ...options, run })]) {
    expect(attempts.map(({ report }) => [report.score, report.succeeded])).toEqual([
      [0.2, false],
      [0.9, true],
    ])
    expect(attempts[0]?.trajectory).toMatchObject({ status: 'stalled', finalAnswer: 'Mine.' })
    expect(stopped).toBe('success')
  }
})

test('a run that throws after it finished its recording ends the loop as an error', async () => {
  const run = async ({ recorder }: RetryAttempt): Promise<never> => {
    await recorder.finish()
    throw new Error('late')
  }
  expect(await retryLoop({ taskSpec, outputRoot: await makeRoot(), maxAttempts: 1, run })).toMatchObject({
    stopped: 'error',
  })
})

test('code that a recording keeps as an attachment is searched', async () => {
  const { attempts } = await retryLoop({
    taskSpec,
    outputRoot: await makeRoot(),
    maxAttempts: 1,
    async run({ recorder }) {
      const after = await recorder.attach(new TextEncoder().encode('eval(x)\n'), { mediaType: 'text/plain' })
      await recorder.record({
        type: 'step_finished',
        actionName: 'write_file',
        actionArgs: { path: 'a.py' },
        reasoning: '',
        toolOutput: { ok: true, result: 'written' },
        episode: { fileDiff: { path: 'a.py', before: null, after } },
      })
      return { score: 0 }
    },
  })
  expect(attempts[0]?.report.failures.map((failure) => failure.class)).toContain('SECURITY_VIOLATION')
})

test('attempts tells the results of a loop below a root, and of two recordings; improve tells the plan', async () => {
  const root = await makeRoot()
  const { attempts } = await loopOf([0.2, 0.9], { outputRoot: root })
  const contrail = async (...words: string[]): Promise<{ exitCode: number; text: string }> => {
    const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
    let text = ''
    for (const stream of [stdout, stderr]) stream.on('data', (piece) => (text += String(piece)))
    return { exitCode: await runCli(words, { stdin, stdout, stderr, env: {}, cwd: root }), text }
  }
  const [first = '', second = ''] = attempts.map(({ directory }) => directory ?? '')
  const loop = await contrail('attempts', root, '--json')
  expect(JSON.parse(loop.text)).toMatchObject({
    results: [{ original_score: 0.2, retry_score: 0.9, improvement: 0.7 }],
  })
  expect(loop.exitCode).toBe(0)
  expect((await contrail('attempts', first, second)).text).toMatch(
    /-1\/sample → \S+-2\/sample\s+score 0\.2 → 0\.9 \(\+0\.7\) · steps 1 → 1/,
  )
  expect((await contrail('attempts', second, first)).exitCode).toBe(1)
  // What is no attempt is left alone, and what is broken is told.
  const stranger = path.join(root, 'stranger', 'task')
  await mkdir(stranger, { recursive: true })
  await writeFile(path.join(stranger, 'core.log'), 'not a journal\n')
  const beside = await contrail('attempts', root)
  expect(beside).toMatchObject({
    exitCode: 2,
    text: expect.stringMatching(/0\.2 → 0\.9[^]*task {2}unreadable/) as string,
  })
  expect(JSON.parse((await contrail('attempts', root, '--json')).text)).toMatchObject({
    results: [{ improvement: 0.7 }],
    unreadable: [{ directory: stranger }],
  })
  await rm(path.dirname(stranger), { recursive: true })
  expect((await contrail('attempts')).exitCode).toBe(64)
  const plan = JSON.parse((await contrail('improve', first, '--json')).text) as object
  expect(plan).toMatchObject({ failure_type: 'UNKNOWN', original_score: 0.2, specific_errors: [] })
  expect((await contrail('improve', first, '--prompt')).text).toMatch(
    /={60}\nPREVIOUS ATTEMPT FEEDBACK[\s\S]*\[PREVIOUS ATTEMPT REVIEW\]\nScore: 0\.20\/1\.0/,
  )
  expect((await contrail('improve', path.join(root, 'none'))).exitCode).toBe(2)
})
