import { execFileSync } from 'node:child_process'
import { readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createViewScanner, viewsOfBytes, type EvidenceEvent } from '@contrail/core'
import { expect, test } from 'vitest'
import { checkRecording, readTrajectory, recoverRecording, writeVerdict } from '../../src/index.ts'
import { agentFrame, png, screenshot, stepFinished, stepObserved } from '../support/evidence.ts'
import { readJson, readTree } from '../support/file-tree.ts'
import { createRecorder, directoryOf, lamp, recordAll, recordUnfinished } from '../support/recording.ts'
import { memoryDirectory } from '../support/temporary-directory.ts'

const secret = 'tulip-Harbour-94'
const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** Every text of a run, one canary in each. */
const places: readonly EvidenceEvent[] = [
  agentFrame(png('shop'), { url: `http://shop.test/?q=${secret}` }),
  stepFinished({
    actionName: `fill ${secret}`,
    actionArgs: { [`key ${secret}`]: 1, text: secret, deep: { a: [{ b: { c: [{ d: { e: secret } }] } }] } },
    reasoning: `I type ${secret}`,
    toolCallId: `call-${secret}`,
    turnId: `turn-${secret}`,
    toolOutput: { ok: false, error: `refused: ${secret}` },
    target: { selector: `[value="${secret}"]`, role: 'textbox', name: `hint ${secret}` },
    colour: secret,
  } as object),
  screenshot(png('after'), { url: `http://anna:${encodeURIComponent(secret)}@shop.test/` }),
  stepObserved({ url: `http://shop.test/#${secret}`, title: `Hello ${secret}`, ariaTree: `- text: ${secret}` }),
  { type: 'turn_finished', turnId: `turn-${secret}`, text: secret, model: `model-${secret}` },
  stepFinished({
    toolOutput: { ok: true, result: { file: Buffer.from(`a ${secret} b`), encoded: base64(`x${secret}y`) } },
  }),
  stepFinished({ toolOutput: { ok: true, result: new Error(secret) } }),
  { type: 'gap', what: 'probe', reason: `no ${secret}`, detail: { tried: secret } },
  { type: secret } as unknown as EvidenceEvent,
  { type: 'final_answer', message: `it is ${secret}`, output: [secret], observation: { url: `data:,${secret}` } },
]

async function hitsIn(directory: string): Promise<string[]> {
  const search = createViewScanner([secret])
  const scan = (bytes: Buffer) => search(viewsOfBytes(bytes))
  const hits: string[] = []
  for (const [path, content] of Object.entries(await readTree(directory))) {
    if (scan(Buffer.from(path)).length > 0) hits.push(`name ${path}`)
    hits.push(...scan(Buffer.from(content, 'latin1')).map(({ offset }) => `${path}:${offset}`))
  }
  return hits
}

test('a registered secret reaches no byte of any file, no name of one, no warning and no error', async () => {
  const outputRoot = await memoryDirectory()
  const told: unknown[] = []
  const recorder = createRecorder(outputRoot, {
    taskSpec: { ...lamp, id: `task ${secret}`, instruction: `Log in with ${secret}`, expectedAnswer: secret },
    runId: `run ${secret}`,
    tool: { name: `agent ${secret}`, version: '1', session: secret } as never,
    redact: { secrets: [secret] },
    onWarning: (message, cause) => told.push(message, String(cause)),
  })
  for (const event of places) await recorder.record(event).catch((cause: unknown) => told.push(String(cause)))
  const score = await recorder.persistVerdict({ outcomeSuccess: true, explanation: secret }, { name: `s-${secret}` })
  const trajectory = await recorder.finish({ finalAnswer: `found ${secret}` })
  expect(await hitsIn(outputRoot)).toEqual([])
  expect(JSON.stringify([trajectory, told, score])).not.toContain(secret)
  expect(trajectory.steps).toHaveLength(3)
  expect(trajectory.steps[0]?.actionArgs).toMatchObject({
    text: expect.stringMatching(/^\[redacted:registered:[0-9a-f]{8}\]$/),
  })
  expect((await checkRecording(directoryOf(recorder))).status).toBe('clean')
})

test('the same run without a registered secret is full of it, so that the search proves something', async () => {
  const outputRoot = await memoryDirectory()
  const recorder = createRecorder(outputRoot)
  for (const event of places) await recorder.record(event).catch(() => undefined)
  await recorder.finish()
  expect((await hitsIn(outputRoot)).length).toBeGreaterThan(20)
})

test('what was replaced is told by kind and count, and by no value, in task_data.json and after a kill', async () => {
  const receipt = async (directory: string): Promise<unknown> =>
    (await readJson(directory, 'task_data.json'))['redactions']
  const events = [
    stepFinished({ actionArgs: { password: 'hunter-2-hunter', note: secret } }),
    stepFinished({ reasoning: secret }),
  ]
  const expected = { password: 1, registered: 2 }
  const recorder = createRecorder(await memoryDirectory(), { redact: { secrets: [secret] } })
  await recordAll(recorder, events)
  expect((await recorder.finish()).redactions).toEqual(expected)
  expect(await receipt(directoryOf(recorder))).toEqual(expected)
  expect((await readTrajectory(directoryOf(recorder))).redactions).toEqual(expected)
  const killed = await recordUnfinished(await memoryDirectory(), events, { redact: { secrets: [secret] } })
  await recoverRecording(killed)
  expect(await receipt(killed)).toEqual(expected)
  const clean = createRecorder(await memoryDirectory())
  await recordAll(clean, [stepFinished()])
  await clean.finish()
  expect(await receipt(directoryOf(clean))).toEqual({})
})

test('equal values have equal placeholders in a run, others in another run, and the same under one key', async () => {
  const placeholders = async (fingerprintKey?: Uint8Array): Promise<string[]> => {
    const redact = { secrets: [secret], ...(fingerprintKey ? { fingerprintKey } : {}) }
    const recorder = createRecorder(await memoryDirectory(), { redact })
    await recordAll(recorder, [stepFinished({ reasoning: secret }), stepFinished({ reasoning: secret })])
    return (await recorder.finish()).steps.map(({ reasoning }) => reasoning)
  }
  const [[first, again], [other], [mine], [mineAgain]] = await Promise.all([
    placeholders(),
    placeholders(),
    placeholders(Buffer.from('key')),
    placeholders(Buffer.from('key')),
  ])
  expect(first).toBe(again)
  expect(first).not.toBe(other)
  expect(mine).toBe(mineAgain)
})

test('secrets come from the environment, by pattern or by their usual names, and from a file', async () => {
  const file = join(await memoryDirectory(), 'secrets')
  await writeFile(
    file,
    ['# mine', '', 'plain-line-1', 'export A_KEY="quoted value 2"', "B='single-3'", 'true'].join('\r\n'),
  )
  const env = { SHOP_TOKEN: 'from-token-4', MAX_TOKEN: '4096', SHOP_PIN: 'from-pin-5', HOME: '/home/of-mine' }
  const recorded = async (options: Parameters<typeof createRecorder>[1]): Promise<string> => {
    const recorder = createRecorder(await memoryDirectory(), options)
    const all = 'plain-line-1 quoted value 2 single-3 from-token-4 4096 from-pin-5 /home/of-mine true'
    await recordAll(recorder, [stepFinished({ reasoning: all })])
    const { steps } = await recorder.finish()
    return (steps[0]?.reasoning ?? '').replaceAll(/\[redacted:registered:[0-9a-f]{8}\]/g, '*')
  }
  const untouched = 'plain-line-1 quoted value 2 single-3'
  expect(await recorded({ env })).toBe(`${untouched} * 4096 from-pin-5 /home/of-mine true`)
  expect(await recorded({ env, redact: { env: ['shop_p*'] } })).toBe(
    `${untouched} from-token-4 4096 * /home/of-mine true`,
  )
  const fromFile = { env: { CONTRAIL_SECRETS_FILE: file } }
  expect(await recorded(fromFile)).toBe('* * * from-token-4 4096 from-pin-5 /home/of-mine true')
  expect(await recorded({ redact: { secretsFile: file } })).toBe(
    '* * * from-token-4 4096 from-pin-5 /home/of-mine true',
  )
})

test('the password in an address of the environment is one, unless it is a word that stands everywhere', async () => {
  const env = {
    DATABASE_URL: 'postgres://app:opensesame@db/app',
    REDIS_URL: 'redis://:st%C3%A4mmig-7@cache:6379',
    LOCAL_URL: 'postgres://postgres:postgres@localhost/app',
    OTHER_URL: 'mysql://root:password@db/app',
    SMTP_PASS: 'of-the-mail-6',
    ADDRESS: 'someone@example.test',
  }
  const recorder = createRecorder(await memoryDirectory(), { env })
  const reasoning = 'opensesame st%C3%A4mmig-7 stämmig-7 of-the-mail-6 postgres password localhost example'
  await recordAll(recorder, [stepFinished({ reasoning })])
  const { steps } = await recorder.finish()
  const left = steps[0]?.reasoning.replaceAll(/\[redacted:registered:[0-9a-f]{8}\]/g, '*')
  expect(left).toBe('* * * * postgres password localhost example')
})

test('a file of secrets that cannot be read stops the run before it begins', async () => {
  const missing = join(await memoryDirectory(), 'missing')
  expect(() => createRecorder('/nowhere', { env: { CONTRAIL_SECRETS_FILE: missing } })).toThrow(
    /missing cannot be read \(ENOENT\)/,
  )
  expect(() => createRecorder('/nowhere', { redact: { secrets: ['abc'] } })).toThrow(TypeError)
})

test('a verdict that another process adds is redacted as well', async () => {
  const directory = await recordUnfinished(await memoryDirectory())
  await recoverRecording(directory)
  await writeVerdict(
    directory,
    { outcomeSuccess: true, explanation: secret },
    { name: secret, redact: { secrets: [secret] } },
  )
  await writeVerdict(
    directory,
    { outcomeSuccess: true, token: 'abcd-3fgh-1jk2' },
    {
      env: { X_TOKEN: secret },
      name: `n-${secret}`,
    },
  )
  expect(await hitsIn(directory)).toEqual([])
  expect(JSON.stringify(await readTree(directory))).not.toContain('abcd-3fgh-1jk2')
})

test('a file of secrets that is a FIFO, or far too large, is refused and waited for by nobody', async () => {
  const folder = await memoryDirectory()
  execFileSync('mkfifo', [join(folder, 'fifo')])
  await writeFile(join(folder, 'large'), '')
  await truncate(join(folder, 'large'), 11_000_000)
  expect(() => createRecorder('/nowhere', { redact: { secretsFile: join(folder, 'fifo') } })).toThrow(/no regular file/)
  expect(() => createRecorder('/nowhere', { redact: { secretsFile: join(folder, 'large') } })).toThrow(
    /at most 10000000/,
  )
})

test('no message about an option under redact says its value', () => {
  const wrong = { fingerprintKey: 'hunter2key', secrets: [12345678], env: 'hunter2key' }
  for (const [name, value] of Object.entries(wrong)) {
    let message = ''
    try {
      createRecorder('/nowhere', { redact: { [name]: value } })
    } catch (cause) {
      message = String(cause)
    }
    expect(message).toContain(name)
    expect(message).not.toMatch(/hunter2key|12345678/)
  }
})

test('a value typed into a sensitive field is gone from that step and from all that comes after it', async () => {
  const recorder = createRecorder(await memoryDirectory())
  await recordAll(recorder, [
    stepFinished({
      actionName: 'fill',
      actionArgs: { selector: '#pw', text: 'rosebud-77' },
      sensitive: true,
      toolOutput: { ok: true, result: 'typed rosebud-77' },
    }),
    screenshot(png('after')),
    stepObserved({ ariaTree: '- textbox "Word": rosebud-77', url: 'http://shop.test/?w=rosebud-77' }),
  ])
  await recorder.finish()
  expect(await readFile(join(directoryOf(recorder), 'core.log'), 'utf8')).not.toContain('rosebud-77')
})
