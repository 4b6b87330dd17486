import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openModel } from '@contrail/models'
import { expect, test } from 'vitest'
import { completion, openChatServer, send } from './support/chat-server.ts'
import { temporaryDirectory } from './support/temporary-directory.ts'

const question = { parts: [{ type: 'text', text: 'Was the lamp bought?' }] } as const
const script = '{"when": "lamp", "reply": "yes"}\n\n{"when": "", "reply": "no"}\n'

async function folderWith(files: Record<string, string>): Promise<string> {
  const cwd = await temporaryDirectory()
  for (const [name, text] of Object.entries(files)) await writeFile(join(cwd, name), text)
  return cwd
}

test('"script:" reads a list, one answer a line', async () => {
  const cwd = await folderWith({ 'judge.jsonl': script })
  expect((await (await openModel('script:judge.jsonl', { cwd })).generate(question)).text).toBe('yes')
})

test('"cassette:" records what the model behind the comma says, and then needs none', async () => {
  const cwd = await folderWith({ 'judge.jsonl': script })
  const recording = await openModel('cassette:calls.jsonl,script:judge.jsonl', { cwd })
  expect((await recording.generate(question)).text).toBe('yes')
  const replaying = await openModel('cassette:calls.jsonl', { cwd })
  expect((await replaying.generate(question)).text).toBe('yes')
  await expect(replaying.generate({ ...question, seed: 1 })).rejects.toMatchObject({ code: 'MODEL_UNRECORDED' })
})

test('an address with a name is an endpoint, with the key of the environment', async () => {
  await using server = await openChatServer((_, response) => send(response, completion('yes')))
  const model = await openModel(`${server.origin}/v1#qwen3:8b`, { env: { CONTRAIL_MODEL_KEY: 'sesame-open' } })
  await model.generate(question)
  expect(server.requests).toMatchObject([
    { body: { model: 'qwen3:8b' }, headers: { authorization: 'Bearer sesame-open' } },
  ])
})

test('a module gives its model, one of ours, of its own or of the AI SDK', async () => {
  const cwd = await folderWith({
    'own.ts': `const text: string = 'yes'
      export const model = { id: 'own', generate: async () => ({ text, usage: {}, finish: 'stop' }) }`,
    'silent.mjs': `export const model = { id: 'silent', generate: async () => undefined }`,
    'sdk.mjs': `export const model = { specificationVersion: 'v3', provider: 'a', modelId: 'b',
      doGenerate: async () => ({ content: [{ type: 'text', text: 'yes' }], finishReason: { unified: 'stop' } }) }`,
    'none.mjs': `export const judge = 1`,
    'broken.mjs': `throw new Error('on purpose')`,
  })
  expect(await (await openModel('./own.ts', { cwd })).generate(question)).toEqual({
    text: 'yes',
    usage: { input_tokens: 0, output_tokens: 0 },
    finish: 'stop',
  })
  expect((await openModel('sdk.mjs', { cwd })).id).toBe('a:b')
  await expect((await openModel(join(cwd, 'silent.mjs'))).generate(question)).rejects.toMatchObject({
    code: 'MODEL_UNAVAILABLE',
  })
  await expect(openModel('./none.mjs', { cwd })).rejects.toMatchObject({ code: 'FILE_INVALID' })
  await expect(openModel('./broken.mjs', { cwd })).rejects.toThrow('cannot be loaded: Error: on purpose')
})

test('a text that means no model, and a file that is none, are told', async () => {
  const cwd = await folderWith({ 'bad.jsonl': `${script}{"when": 1}\n`, 'worse.jsonl': 'yes\n' })
  for (const text of ['', 'gpt-5', 'script:', 'cassette:', 'ftp://x#y', 'openai:gpt-5'])
    await expect(openModel(text, { cwd })).rejects.toThrow('model: expected script:<file.jsonl>, cassette:')
  await expect(openModel('https://example.com/v1', { cwd })).rejects.toThrow('got an address without a name')
  await expect(openModel('http://example.com#m', { cwd })).rejects.toThrow('expected https:')
  await expect(openModel('script:bad.jsonl', { cwd })).rejects.toThrow('bad.jsonl:4: expected {"when"')
  await expect(openModel('script:worse.jsonl', { cwd })).rejects.toMatchObject({ code: 'FILE_INVALID' })
  await expect(openModel('script:missing.jsonl', { cwd })).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
})
