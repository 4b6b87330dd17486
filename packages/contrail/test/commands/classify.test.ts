import { rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { runCli } from '../../src/cli.ts'
import { EpisodeLogger } from '../../src/index.ts'
import { listRuns, writeVerdict } from '@contrail/recorder'
import { makeRoot, record, step } from '../recordings.ts'

async function contrail(words: readonly string[], cwd: string): Promise<{ exitCode: number; text: string }> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
  let text = ''
  for (const stream of [stdout, stderr]) stream.on('data', (piece) => (text += String(piece)))
  const exitCode = await runCli(words, { stdin, stdout, stderr, env: {}, cwd })
  return { exitCode, text }
}

const json = async (words: readonly string[], cwd: string) => {
  const { exitCode, text } = await contrail([...words, '--json'], cwd)
  return { exitCode, document: JSON.parse(text) as unknown }
}

const loop = Array.from({ length: 4 }, () => step('click')).flat()

test('classify tells the class, the step from 1, the cause and the evidence, and ends with 1', async () => {
  const root = await makeRoot()
  const directory = await record(root, loop)
  const { exitCode, text } = await contrail(['classify', directory], root)
  expect(exitCode).toBe(1)
  expect(text).toBe('LOOPING_BEHAVIOR  step 2  3x click on …changed page   evidence 1:a…:aria 3:aria\n')
  expect(await json(['classify', directory], root)).toMatchObject({
    exitCode: 1,
    document: {
      recordings: [
        { directory, primary: 'LOOPING_BEHAVIOR', score: null, succeeded: false, failures: [{ critical_step: 1 }] },
      ],
    },
  })
  expect((await contrail(['show', directory], root)).text).toMatch(
    /^ {2}class {3}LOOPING_BEHAVIOR · step 2 · 3x click/m,
  )
  expect((await json(['show', directory], root)).document).toMatchObject({ primary: 'LOOPING_BEHAVIOR' })
})

test('where no rule is broken and nobody scored the run, no words name a class, and every JSON says UNKNOWN', async () => {
  const root = await makeRoot()
  const directory = await record(root, step('goto'), { finalAnswer: 'It is there.' })
  for (const verb of ['show', 'why']) expect((await contrail([verb, directory], root)).text).not.toContain('class')
  expect((await json(['show', directory], root)).document).toMatchObject({ primary: 'UNKNOWN', failures: [] })
  expect((await json(['why', directory], root)).document).toMatchObject({
    class: { name: 'UNKNOWN', confidence: null },
  })

  // Somebody says that it failed: that no rule knows why is worth a line.
  await writeVerdict(directory, { outcomeSuccess: false })
  expect((await contrail(['show', directory], root)).text).toMatch(/^ {2}class {3}UNKNOWN$/m)
})

test('a verdict excuses what it saw succeed, and the newest of its name counts', async () => {
  const root = await makeRoot()
  const directory = await record(root, loop)
  await writeVerdict(directory, { outcomeSuccess: false })
  await writeVerdict(directory, { outcomeSuccess: true, processScore: 0.8764 })
  expect(await contrail(['classify', directory], root)).toEqual({
    exitCode: 0,
    text: expect.stringMatching(/^CORRECT {2}score 0\.876\nwarning LOOPING_BEHAVIOR {2}step 2 /) as string,
  })
})

test('of several judges one that says no counts, as it does for why', async () => {
  const root = await makeRoot()
  const directory = await record(root, step('goto'))
  for (const name of ['judge-1', 'judge-2', 'mmrubric_v1'])
    await writeVerdict(directory, { outcomeSuccess: name !== 'judge-1', processScore: 0.5 }, { name })
  expect(await json(['classify', directory], root)).toMatchObject({
    exitCode: 1,
    document: { recordings: [{ succeeded: false, primary: 'UNKNOWN' }] },
  })
  expect((await json(['why', directory], root)).exitCode).toBe(1)
})

test('a root is told recording by recording; what cannot be read stops no other and ends with 2', async () => {
  const root = await makeRoot()
  await record(root, loop, { id: 'one' })
  const broken = await record(root, step('goto'), { id: 'two', finalAnswer: 'Nothing.' })
  expect((await contrail(['classify', root], root)).text).toContain('2 recordings: 1 LOOPING_BEHAVIOR, 1 UNKNOWN')
  await writeFile(path.join(broken, 'trajectory.json'), '{')
  const { exitCode, document } = await json(['classify', root], root)
  expect(exitCode).toBe(2)
  expect(document).toMatchObject({ recordings: [{ primary: 'LOOPING_BEHAVIOR' }, { error: { code: 'FILE_INVALID' } }] })
  expect((await contrail(['classify', path.join(root, 'nothing')], root)).exitCode).toBe(2)
  expect((await contrail(['classify'], root)).exitCode).toBe(64)
})

test('code that an episode wrote is read from its attachments; without them it is not searched', async () => {
  const root = await makeRoot()
  const logger = new EpisodeLogger({ outputRoot: root, persist: true, env: {} })
  await logger.startEpisode({ task: 'repair', variantId: 'v' })
  await logger.recordStep({ actionType: 'create_file', path: 'a.py', content: 'x = eval(y)\n', reward: 0 })
  await logger.recordStep({ actionType: 'run_tests', reward: 0, testPassRate: 1 })
  await logger.endEpisode(0.9)
  const directory = (await listRuns(root))[0]?.directory ?? ''
  expect(await json(['classify', directory], root)).toMatchObject({
    exitCode: 1,
    document: { recordings: [{ primary: 'SECURITY_VIOLATION', score: 0.9, succeeded: true }] },
  })
  await rm(path.join(directory, 'attachments'), { recursive: true })
  expect(await json(['classify', directory], root)).toMatchObject({ exitCode: 0 })
})

test('ground tells what shows each claim, and ends with 1 where nothing does', async () => {
  const root = await makeRoot()
  const directory = await record(root, step('goto'), { finalAnswer: 'The page says “Cart”, and it costs €5.' })
  const { exitCode, text } = await contrail(['ground', directory], root)
  expect(exitCode).toBe(1)
  expect(text).toMatch(/^shown {6}quote {3}Cart {2}0:aria .*\nnot shown {2}price {3}€5\n$/)
  expect(await json(['ground', directory], root)).toMatchObject({
    document: {
      claims: [
        { kind: 'quote', grounded: true },
        { normalized: 'EUR 5', grounded: false },
      ],
    },
  })
})
