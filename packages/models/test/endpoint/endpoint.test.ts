import { inspect } from 'node:util'
import type { ModelRequest } from '@contrail/core'
import { cassetteModel, endpointModel, limitModel } from '@contrail/models'
import { expect, test } from 'vitest'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { key } from '../support/behaviour.ts'
import { completion, openChatServer, send, type ChatRequest } from '../support/chat-server.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const question = { parts: [{ type: 'text', text: 'Was it bought?' }] } as const satisfies ModelRequest
const schema = {
  name: 'verdict',
  schema: { type: 'object', properties: { success: { type: 'boolean' } }, required: ['success'] },
} as const

/** Servers that are asked: each answers with the next of its texts, and counts ten tokens on either side. */
function openAnswering(...texts: string[]) {
  return openChatServer((_, response) => send(response, completion(texts.shift() ?? 'no more', tenTokens)))
}

const tenTokens = { usage: { prompt_tokens: 10, completion_tokens: 10 } }

function wordsOf(request: ChatRequest | undefined): string[] {
  return (request?.body.messages ?? []).map(({ role, content }) => `${role}: ${JSON.stringify(content)}`)
}

test.each([
  ['', '/v1/chat/completions'],
  ['/', '/v1/chat/completions'],
  ['/v1', '/v1/chat/completions'],
  ['/v1/', '/v1/chat/completions'],
  ['/api/v3', '/api/v3/chat/completions'],
  ['/v1/chat/completions', '/v1/chat/completions'],
  ['/v1?version=2', '/v1/chat/completions?version=2'],
])('the address "%s" of a server means its %s', async (path, asked) => {
  await using server = await openAnswering('yes')
  const model = endpointModel({ url: server.origin + path, model: 'qwen3' }, {})
  await model.generate(question)
  expect(server.requests.map((request) => request.path)).toEqual([asked])
  expect(model.id).toBe(`${server.origin}${path.replace(/\?.*|\/$/, '')}#qwen3`)
})

test('the model, one text as it is, and the key are sent; without a key there is no authorization', async () => {
  await using server = await openAnswering('yes', 'yes')
  await endpointModel({ url: server.origin, model: 'qwen3', key }, {}).generate(question)
  await endpointModel({ url: server.origin, model: 'qwen3' }, {}).generate(question)
  const [first, second] = server.requests
  expect(first?.body).toEqual({ model: 'qwen3', messages: [{ role: 'user', content: 'Was it bought?' }] })
  expect(first?.headers.authorization).toBe(`Bearer ${key}`)
  expect(second?.headers.authorization).toBeUndefined()
})

test('what is not given is taken from the environment', async () => {
  await using server = await openAnswering('yes')
  const env = { CONTRAIL_MODEL_URL: server.origin, CONTRAIL_MODEL: 'from-env', CONTRAIL_MODEL_KEY: key }
  const model = endpointModel({}, env)
  await model.generate(question)
  expect(server.requests[0]).toMatchObject({ body: { model: 'from-env' }, headers: { authorization: `Bearer ${key}` } })
  expect(() => endpointModel({}, {})).toThrow('url: expected one, or the variable CONTRAIL_MODEL_URL, got neither')
  expect(() => endpointModel({ url: server.origin }, {})).toThrow('the variable CONTRAIL_MODEL, got neither')
})

test.each([
  'http://example.com/v1',
  'http://192.168.0.7:8080',
  'http://localhost.example.com',
  'http://0.0.0.0:8080',
  'http://127.0.0.1.example.com',
  'http://[::2]:8080',
  'ftp://localhost',
  'file:///etc/passwd',
  'nonsense',
  'https://me:hunter2secret@example.com',
  'http://hunter2secret@localhost',
])('the address %s is refused, without a secret in the words', (url) => {
  const refused = (): unknown => endpointModel({ url, model: 'm' }, {})
  expect(refused).toThrow(TypeError)
  expect(refused).not.toThrow('hunter2secret')
})

test.each([
  'http://localhost:1',
  'http://127.0.0.1:1',
  'http://127.9.8.7:1',
  'http://127.1:1',
  'http://[::1]:1',
  'https://example.com',
])('the address %s is taken', (url) => {
  expect(endpointModel({ url, model: 'm' }, {}).id).toContain('#m')
})

test('a key that no header can hold is refused, and not repeated', () => {
  const refused = (): unknown => endpointModel({ url: 'https://example.com', model: 'm', key: 'hunter2\nsecret' }, {})
  expect(refused).toThrow('key: expected visible characters')
  expect(refused).not.toThrow('hunter2')
})

test('a schema that the server takes is sent as its field, and asked for once', async () => {
  await using server = await openAnswering('{"success": true}')
  const { text } = await endpointModel({ url: server.origin, model: 'm' }, {}).generate({ ...question, schema })
  expect(text).toBe('{"success": true}')
  expect(server.requests.map(({ body }) => body.response_format)).toEqual([
    { type: 'json_schema', json_schema: schema },
  ])
})

test('a server that refuses the field is told in words, at once the next time', async () => {
  await using server = await openChatServer(({ body }, response) =>
    body.response_format
      ? send(response, { error: 'unknown field response_format' }, 400)
      : send(response, completion('```json\n{"success": false}\n```', tenTokens)),
  )
  const model = endpointModel({ url: server.origin, model: 'm' }, {})
  const reply = await model.generate({ system: 'You judge.', ...question, schema })
  expect(reply).toMatchObject({ text: '{"success": false}', usage: { input_tokens: 10, output_tokens: 10 } })
  await model.generate({ ...question, schema })
  expect(server.requests).toHaveLength(3)
  expect(wordsOf(server.requests[1])[0]).toMatch(/^system: "You judge\.\\n\\nAnswer with one JSON value.*success/)
  expect(wordsOf(server.requests[2])[0]).toMatch(/^system: "Answer with one JSON value/)
})

test('a server that refuses for another reason is not taken for one without schemas', async () => {
  await using server = await openChatServer((_, response) => send(response, { error: { message: 'too long' } }, 400))
  const model = endpointModel({ url: server.origin, model: 'm' }, {})
  for (let call = 0; call < 2; call += 1)
    await expect(model.generate({ ...question, schema })).rejects.toThrow('refused with status 400: too long')
  expect(server.requests.map(({ body }) => body.response_format !== undefined)).toEqual([true, false, true, false])
})

test.each([
  ['Yes, it was.', 'it is no JSON'],
  ['{"success": "yes"}', 'expected boolean'],
  ['{}', 'success'],
])('the answer %s does not fit, and is asked for once more with what is wrong', async (wrong, problem) => {
  await using server = await openAnswering(wrong, '{"success": true}')
  const reply = await endpointModel({ url: server.origin, model: 'm' }, {}).generate({ ...question, schema })
  expect(reply).toMatchObject({ text: '{"success": true}', usage: { input_tokens: 20, output_tokens: 20 } })
  const [, , repair = ''] = wordsOf(server.requests[1])
  expect(repair).toContain('That answer cannot be read')
  expect(repair).toContain(problem)
})

test('an answer that does not fit twice is given as it is, and one whose repair fails too', async () => {
  await using server = await openAnswering('first', 'second')
  const model = endpointModel({ url: server.origin, model: 'm' }, {})
  expect((await model.generate({ ...question, schema })).text).toBe('second')
  expect(server.requests).toHaveLength(2)

  let count = 0
  await using failing = await openChatServer((_, response) =>
    (count += 1) === 1 ? send(response, completion('first')) : send(response, {}, 500),
  )
  const other = endpointModel({ url: failing.origin, model: 'm' }, {})
  expect((await other.generate({ ...question, schema })).text).toBe('first')
})

test('a model that refuses, and what is no chat completion, are told apart', async () => {
  const bodies: unknown[] = [
    { choices: [{ message: { content: null, refusal: 'I will not judge.' }, finish_reason: 'stop' }] },
    { choices: [] },
    { hello: 'world' },
    null,
  ]
  await using server = await openChatServer((_, response) => send(response, bodies.shift()))
  const model = endpointModel({ url: server.origin, model: 'm' }, {})
  await expect(model.generate(question)).rejects.toMatchObject({ code: 'MODEL_REFUSED' })
  for (let call = 0; call < 3; call += 1)
    await expect(model.generate(question)).rejects.toMatchObject({ code: 'MODEL_UNAVAILABLE' })
})

test('usage that a server leaves out is 0, and a cost that it says is given', async () => {
  const bodies = [
    completion('yes'),
    completion('yes', { usage: { prompt_tokens: 3, cost: 0.002 } }),
    completion('yes', { usage: null }),
  ]
  await using server = await openChatServer((_, response) => send(response, bodies.shift()))
  const model = endpointModel({ url: server.origin, model: 'm' }, {})
  const none = { input_tokens: 0, output_tokens: 0 }
  expect((await model.generate(question)).usage).toEqual(none)
  expect(await model.generate(question)).toMatchObject({ usage: { ...none, input_tokens: 3 }, costUsd: 0.002 })
  expect((await model.generate(question)).usage).toEqual(none)
})

test('a server that is not there, hangs up, or leads elsewhere is MODEL_UNAVAILABLE and may be tried again', async () => {
  await using elsewhere = await openAnswering('from elsewhere')
  await using server = await openChatServer(({ body }, response) => {
    if (body.model === 'redirected')
      response.writeHead(307, { location: `${elsewhere.origin}/v1/chat/completions` }).end()
    else response.writeHead(200, { 'content-length': '1000' }).write('{"choices"', () => response.destroy())
  })
  for (const model of ['redirected', 'cut'])
    await expect(endpointModel({ url: server.origin, model, key }, {}).generate(question)).rejects.toMatchObject({
      code: 'MODEL_UNAVAILABLE',
      details: { retryable: true },
    })
  expect(elsewhere.requests).toEqual([])
  const { origin } = server
  await server[Symbol.asyncDispose]()
  await expect(endpointModel({ url: origin, model: 'm' }, {}).generate(question)).rejects.toThrow('ECONNREFUSED')
})

test('"retry-after" of a busy server is obeyed', async () => {
  let count = 0
  await using server = await openChatServer((_, response) =>
    (count += 1) === 1 ? send(response, {}, 429, { 'retry-after': '0.2' }) : send(response, completion('yes')),
  )
  const model = limitModel(endpointModel({ url: server.origin, model: 'm' }, {}), { backOffMs: 1 })
  const startedMs = performance.now()
  expect((await model.generate(question)).text).toBe('yes')
  expect(performance.now() - startedMs).toBeGreaterThanOrEqual(199)
})

test('the key is in no error and no cassette, however plain it is and whoever repeats it', async () => {
  const plain = 'plumtree77'
  let isBroken = false
  await using server = await openChatServer(({ headers }, response) =>
    isBroken
      ? send(response, { error: { message: `no such key: ${headers.authorization}` } }, 401)
      : send(response, completion(`your key is ${plain}`)),
  )
  const file = join(await temporaryDirectory(), 'key.jsonl')
  const limited = limitModel(endpointModel({ url: server.origin, model: 'm', key: plain }, {}))
  const model = cassetteModel({ file, model: limited })
  await model.generate({ parts: [{ type: 'text', text: `the page says ${plain}` }] })
  expect(await readFile(file, 'utf8')).not.toContain(plain)
  isBroken = true
  const error: unknown = await model.generate(question).catch((cause: unknown) => cause)
  expect(error).toMatchObject({ code: 'MODEL_REFUSED', message: expect.stringContaining('no such key') })
  expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(plain)
})
