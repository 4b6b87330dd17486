import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { ModelRequest } from '@contrail/core'
import { cassetteModel, scriptedModel } from '@contrail/models'
import { expect, test } from 'vitest'
import { key } from '../support/behaviour.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const ask = (text: string): ModelRequest => ({ parts: [{ type: 'text', text }] })

async function newFile(): Promise<string> {
  return join(await temporaryDirectory(), 'judge.cassette.jsonl')
}

async function linesOf(file: string): Promise<Record<string, unknown>[]> {
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n')
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>)
}

test('what was asked once is answered from the file, and the model is not asked again', async () => {
  const file = await newFile()
  const judge = scriptedModel(({ parts }) => ({
    text: `answer ${parts.length}`,
    usage: { input_tokens: 5, output_tokens: 2 },
    costUsd: 0.25,
    modelId: 'judge-2026',
  }))
  const first = await cassetteModel({ file, model: judge }).generate(ask('lamp?'))
  const again = cassetteModel({ file, model: judge })
  expect(await again.generate(ask('lamp?'))).toEqual(first)
  expect(first).toMatchObject({ text: 'answer 1', costUsd: 0.25, modelId: 'judge-2026' })
  expect(judge.requests).toHaveLength(1)
  expect(await linesOf(file)).toHaveLength(1)

  const alone = cassetteModel({ file })
  expect(await alone.generate(ask('lamp?'))).toEqual(first)
  expect(alone.id).toBe('cassette:judge.cassette.jsonl')
})

test('every part of a question, and the id of the model, makes it another one', async () => {
  const file = await newFile()
  const judge = scriptedModel(() => 'yes')
  const model = cassetteModel({ file, model: judge })
  const image = (byte: number) => ({ type: 'image', mediaType: 'image/png', bytes: Uint8Array.of(byte) }) as const
  const schema = (name: string) => ({ name, schema: { type: 'object', title: 'x' } })
  const questions: ModelRequest[] = [
    ask('a'),
    ask('b'),
    { ...ask('a'), system: 's' },
    { ...ask('a'), seed: 1 },
    { ...ask('a'), temperature: 0 },
    { ...ask('a'), maxOutputTokens: 9 },
    { ...ask('a'), schema: schema('one') },
    { ...ask('a'), schema: schema('two') },
    { parts: [...ask('a').parts, image(1)] },
    { parts: [...ask('a').parts, image(2)] },
    { parts: [image(1), ...ask('a').parts] },
  ]
  for (const question of questions) await model.generate(question)
  expect(judge.requests).toHaveLength(questions.length)
  await cassetteModel({ file, model: scriptedModel(() => 'no', { id: 'other' }) }).generate(ask('a'))
  expect(await linesOf(file)).toHaveLength(questions.length + 1)

  const { signal } = new AbortController()
  await model.generate({ ...ask('a'), signal, schema: { schema: { title: 'x', type: 'object' }, name: 'one' } })
  expect(judge.requests).toHaveLength(questions.length)
})

test('mode "record" asks anew, and the last answer stands', async () => {
  const file = await newFile()
  let count = 0
  const judge = scriptedModel(() => `answer ${(count += 1)}`)
  const model = cassetteModel({ file, model: judge, mode: 'record' })
  await model.generate(ask('a'))
  await model.generate(ask('a'))
  expect(await cassetteModel({ file, model: judge }).generate(ask('a'))).toMatchObject({ text: 'answer 2' })
  expect(() => cassetteModel({ file, mode: 'record' })).toThrow('model: expected one to record, got none')
})

test('mode "replay" never asks the model, and says how the nearest question differs', async () => {
  const file = await newFile()
  const judge = scriptedModel(() => 'yes')
  const recording = cassetteModel({ file, model: judge })
  await recording.generate(ask('Was a chair bought by the agent of the shop?'))
  await recording.generate({ ...ask('Was the lamp bought in the shop before noon of that day?'), temperature: 0 })
  const replay = cassetteModel({ file, model: judge, mode: 'replay' })
  const missed = replay.generate({ ...ask('Was the lamp bought in the shop before 8 of that day?'), temperature: 1 })
  await expect(missed).rejects.toMatchObject({
    code: 'MODEL_UNRECORDED',
    details: {
      differences: [
        { path: 'temperature', recorded: '0', asked: '1' },
        {
          path: 'parts[0].text',
          recorded: '... in the shop before noon of that day?',
          asked: '... in the shop before 8 of that day?',
        },
      ],
    },
  })
  await expect(missed).rejects.toThrow('has no answer to this question; of the nearest one temperature was "0" and is')
  expect(judge.requests).toHaveLength(2)

  const other = cassetteModel({ file, model: scriptedModel(() => 'x', { id: 'other' }), mode: 'replay' })
  await expect(other.generate(ask('Was a chair bought by the agent of the shop?'))).rejects.toThrow(
    'of the nearest one model was "script" and is "other"',
  )
  const empty = cassetteModel({ file: await newFile() })
  await expect(empty.generate(ask('a'))).rejects.toThrow('it is empty or not there')
})

test('no secret reaches the file, and the question is found again all the same', async () => {
  const file = await newFile()
  const judge = scriptedModel(() => `the key is ${key}, the PIN plumtree77`)
  const model = cassetteModel({ file, model: judge, secrets: ['plumtree77'] })
  const question: ModelRequest = {
    system: `Use plumtree77.`,
    parts: [{ type: 'text', text: `password=hunter2secret ${key}` }],
    schema: { name: 'a', schema: { description: `never ${key}` } },
  }
  expect((await model.generate(question)).text).toContain(key)
  const text = await readFile(file, 'utf8')
  for (const secret of [key, 'plumtree77', 'hunter2secret']) expect(text).not.toContain(secret)
  const replayed = await cassetteModel({ file, model: judge, mode: 'replay' }).generate(question)
  expect(replayed.text).toMatch(/^the key is \[redacted:.*\], the PIN \[redacted:/)
})

test('a line that was cut in the middle loses itself alone, and the next one is whole', async () => {
  const file = await newFile()
  const model = cassetteModel({ file, model: scriptedModel(() => 'yes') })
  for (const text of ['a', 'b', 'c']) await model.generate(ask(text))
  const whole = await readFile(file)
  const judge = scriptedModel(() => 'again')
  for (let cut = 1; cut < whole.length; cut += 311) {
    await writeFile(file, whole.subarray(0, cut))
    const kept = whole.subarray(0, cut).toString().split('\n').length - 1
    const asked = judge.requests.length
    const torn = cassetteModel({ file, model: judge })
    for (const text of ['a', 'b', 'c']) await torn.generate(ask(text))
    expect(judge.requests.length - asked).toBe(3 - kept)
    const after = cassetteModel({ file, mode: 'replay', model: judge })
    for (const text of ['a', 'b', 'c']) await after.generate(ask(text))
  }
})

test('what is no call at all is skipped', async () => {
  const file = await newFile()
  const model = cassetteModel({ file, model: scriptedModel(() => 'yes') })
  await appendFile(file, 'hello\n\n[]\n{"version":1}\n\u0000\u0000\n')
  await model.generate(ask('a'))
  await appendFile(file, '{"version":1,"key":"0"}\n')
  expect(await cassetteModel({ file }).generate(ask('a'))).toMatchObject({ text: 'yes' })
})

test('two processes append, one is killed at any moment, and no call is lost that was said to be recorded', async () => {
  const file = await newFile()
  const program = fileURLToPath(new URL('../programs/record-until-killed.ts', import.meta.url))
  const told = await Promise.all(
    ['first', 'second'].map(async (name) => {
      const child = spawn(process.execPath, [...process.execArgv, program, file, name], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const ended = once(child, 'exit')
      const lines: string[] = []
      for await (const line of createInterface(child.stdout)) {
        lines.push(line)
        if (lines.length === 8) child.kill('SIGKILL')
      }
      await ended
      return lines.map((line) => `${name} ${line}`)
    }),
  )
  const replay = cassetteModel({ file })
  for (const text of told.flat()) expect(await replay.generate(ask(text))).toMatchObject({ finish: 'stop' })
  expect(told.flat().length).toBeGreaterThanOrEqual(16)
})

test('what another process has just recorded is found', async () => {
  const file = await newFile()
  const judge = scriptedModel(() => 'yes')
  const reader = cassetteModel({ file, model: judge })
  await reader.generate(ask('a'))
  await cassetteModel({ file, model: judge }).generate(ask('b'))
  await reader.generate(ask('b'))
  expect(judge.requests).toHaveLength(2)
})

test('a file that was replaced by another is read anew', async () => {
  const file = await newFile()
  const answers = (text: string) => scriptedModel(() => text)
  const reader = cassetteModel({ file, model: answers('first') })
  for (const text of ['a', 'b']) await reader.generate(ask(text))
  await reader.generate(ask('a'))
  await writeFile(file, '')
  const other = cassetteModel({ file, model: answers('second') })
  for (const text of ['b', 'a']) await other.generate(ask(text))
  const replay = cassetteModel({ file, mode: 'replay' })
  expect((await replay.generate(ask('a'))).text).toBe('second')
  expect((await reader.generate(ask('a'))).text).toBe('second')
})

test('a line that is longer than any call is skipped', async () => {
  const file = await newFile()
  await writeFile(file, `${'x'.repeat(17_000_000)}\n`)
  const model = cassetteModel({ file, model: scriptedModel(() => 'yes') })
  await model.generate(ask('a'))
  expect((await cassetteModel({ file }).generate(ask('a'))).text).toBe('yes')
})

test('a file that cannot be written or read is told', async () => {
  const directory = await temporaryDirectory()
  await mkdir(join(directory, 'folder'))
  const model = cassetteModel({ file: join(directory, 'folder'), model: scriptedModel(() => 'yes') })
  await expect(model.generate(ask('a'))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
  await writeFile(join(directory, 'file'), '')
  const below = cassetteModel({ file: join(directory, 'file', 'x.jsonl'), model: scriptedModel(() => 'yes') })
  await expect(below.generate(ask('a'))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
  const recording = cassetteModel({
    file: join(directory, 'file', 'x'),
    model: scriptedModel(() => 'y'),
    mode: 'record',
  })
  await expect(recording.generate(ask('a'))).rejects.toMatchObject({ code: 'RECORDING_FAILED' })
})
