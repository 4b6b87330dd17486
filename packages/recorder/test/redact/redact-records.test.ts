import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Verdict } from '@contrail/core'
import { expect, test } from 'vitest'
import { checkRecording, readTrajectory, recoverRecording, writeVerdict } from '../../src/index.ts'
import { stepFinished } from '../support/evidence.ts'
import { readJson, readTree } from '../support/file-tree.ts'
import { createRecorder, directoryOf, lamp, recordAll, recordUnfinished } from '../support/recording.ts'
import { memoryDirectory } from '../support/temporary-directory.ts'

const brief = (text: string): string => text.replaceAll(/\[redacted:(\w+):[0-9a-f]{8}\]/g, '<$1>')

test.each([
  ['registered', { redact: { secrets: ['48291357'] } }, []],
  ['typed', {}, [stepFinished({ sensitive: true, target: { name: 'PIN' }, actionArgs: { text: '48291357' } })]],
] as const)(
  'a %s number that is also a count of tokens leaves the end of the run whole',
  async (_, options, events) => {
    const recorder = createRecorder(await memoryDirectory(), options)
    await recordAll(recorder, events)
    const usage = { input_tokens: 48_291_357, output_tokens: 4, note: 48_291_357 }
    const { status, finalAnswer, usage: told } = await recorder.finish({ finalAnswer: 'yes', usage })
    expect({ status, finalAnswer, input: told.input_tokens }).toEqual({
      status: 'complete',
      finalAnswer: 'yes',
      input: 48_291_357,
    })
    expect(JSON.stringify(told)).toContain('"note":"[redacted:')
    const { status: state, notes } = await checkRecording(directoryOf(recorder))
    expect([state, notes]).toEqual(['clean', []])
  },
)

test('an answer that grows too large without its secrets is cut, and the run is complete', async () => {
  const recorder = createRecorder(await memoryDirectory(), { redact: { secrets: ['ab9x'] }, durability: 'finish' })
  await recorder.finish({ finalAnswer: 'ab9x '.repeat(300_000) })
  const { status, finalAnswer } = await readTrajectory(directoryOf(recorder))
  expect(status).toBe('complete')
  expect(finalAnswer).toMatch(/^\[redacted:registered:.*\[\$truncated \d+ of \d+ characters\]/)
  expect(finalAnswer).not.toContain('ab9x')
})

test('a task that grows too large without its secrets is refused', () => {
  const taskSpec = { ...lamp, instruction: 'ab9x '.repeat(270_000) }
  const attempt = (): unknown => createRecorder('/nowhere', { taskSpec, redact: { secrets: ['ab9x'] } })
  expect(attempt).toThrow(/^taskSpec: expected at most 8000000 bytes of JSON, got \d+$/)
})

/** Values that hold a secret by their name, none of which JSON knows. */
const named = {
  login: new Map<string, unknown>([
    ['password', 'CorrectHorseMap'],
    ['auth_token', Buffer.from('CorrectHorseMapped')],
  ]),
  password: Buffer.from('CorrectHorseBuffer'),
  passwd: [new Uint8Array(Buffer.from('CorrectHorseArray'))],
  apiKey: Symbol('CorrectHorseSymbol'),
  authToken: new Error('CorrectHorseError', { cause: new Error('CorrectHorseCause') }),
  secret: new Set(['CorrectHorseSet']),
  accessToken: { value: Buffer.from('CorrectHorseValue') },
  clientSecret: { message: 'Is required', type: 'required' },
}

test('tasks, tools, verdicts and events lose what is a secret by its name alike, whatever it is', async () => {
  const recorder = createRecorder(await memoryDirectory(), {
    taskSpec: { ...lamp, ...named },
    tool: { name: 'agent', version: '1', ...named },
  })
  await recordAll(recorder, [stepFinished({ actionArgs: named, toolOutput: { ok: true, result: named } })])
  await recorder.persistVerdict({ outcomeSuccess: true, ...named })
  await recorder.finish()
  await writeVerdict(directoryOf(recorder), { outcomeSuccess: true, ...named }, { env: {} })
  const files = Object.entries(await readTree(directoryOf(recorder)))
  for (const [path, text] of files) {
    const left = [/CorrectHorse\w+/g, /Q29ycmVjdEhvcnNl[\w=]+/g].flatMap((pattern) => text.match(pattern) ?? [])
    expect({ path, left }).toEqual({ path, left: [] })
  }
  expect(files.find(([path]) => path === 'scores/mmrubric_v1.json')?.[1]).toContain('Is required')
  expect((await checkRecording(directoryOf(recorder))).status).toBe('clean')
})

const verdict: Verdict = {
  outcomeSuccess: true,
  explanation: 'of 48291357 points, token=abcdefgh1',
  processScore: 0.48291357,
  perCriterion: [{ criterion: 'items', maxPoints: 48_291_357, earnedPoints: 48_291_357 }],
  firstPointOfFailure: { stepIndex: 48_291_357, errorCode: '1.1', category: 'x' },
  findings: [{ category: 'x', severity: 'blocking', description: 'y', relatedSteps: [48_291_357] }],
  pins: [48_291_357],
}

test('the numbers and words that the schemas of a verdict and a task need stay, and others are redacted', async () => {
  const secrets = ['48291357', '0.48291357', 'blocking', 'items', 'maxPoints']
  const rubric = { items: [{ criterion: 'x', description: 'pays 48291357', max_points: 48_291_357 }] }
  const recorder = createRecorder(await memoryDirectory(), {
    taskSpec: { ...lamp, precomputed_rubric: rubric },
    redact: { secrets },
  })
  await recorder.persistVerdict(verdict)
  await recorder.finish()
  const { task } = await readTrajectory(directoryOf(recorder))
  expect(JSON.parse(brief(JSON.stringify(task.precomputedRubric)))).toEqual({
    items: [{ criterion: 'x', description: 'pays <registered>', maxPoints: 48_291_357 }],
  })
  const score = JSON.parse(brief(await readFile(join(directoryOf(recorder), 'scores/mmrubric_v1.json'), 'utf8')))
  expect(score).toEqual({
    ...verdict,
    explanation: 'of <registered> points, token=<token>',
    perCriterion: [{ ...verdict.perCriterion?.[0], criterion: '<registered>' }],
    pins: ['<registered>'],
    redactions: { registered: 3, token: 1 },
  })
})

test('the receipt counts what was replaced in verdicts, whenever they came and whoever added them', async () => {
  const late = { outcomeSuccess: true, explanation: 'password=hunter2abc' }
  const receipt = async (directory: string): Promise<unknown> =>
    (await readJson(directory, 'task_data.json'))['redactions']
  const recorder = createRecorder(await memoryDirectory())
  const directory = async (): Promise<string> => directoryOf(recorder)
  await recorder.persistVerdict(late)
  await recordAll(recorder, [stepFinished({ reasoning: 'token=abcdefgh1' })])
  expect(await recorder.persistVerdict({ ...late, processScore: 'none' as never }).catch(String)).toMatch(/TypeError/)
  await recorder.finish()
  expect(await receipt(await directory())).toEqual({ password: 1, token: 1 })
  await recorder.persistVerdict(late)
  await writeVerdict(await directory(), { outcomeSuccess: false }, { env: {} })
  await writeVerdict(await directory(), late, { env: {} })
  expect(await receipt(await directory())).toEqual({ password: 3, token: 1 })
  expect((await checkRecording(await directory())).status).toBe('clean')
  const killed = await recordUnfinished(await memoryDirectory(), [stepFinished()])
  await recoverRecording(killed)
  await writeVerdict(killed, { ...late, redactions: 'many' }, { env: {} })
  expect(await receipt(killed)).toEqual({ password: 1 })
})

test('no id, no name of an action and no name of a folder keeps the password of a URL', async () => {
  const id = 'login https://bob:hunter2abc@shop.test/?token=tok123abc'
  const recorder = createRecorder(await memoryDirectory(), { runId: id, taskSpec: { ...lamp, id } })
  const step = { actionName: `goto ${id}`, turnId: id, toolCallId: id }
  await recordAll(recorder, [stepFinished(step), { type: 'turn_finished', turnId: id }])
  await recorder.persistVerdict({ outcomeSuccess: true }, { name: id })
  const { steps, turns } = await recorder.finish()
  expect(steps[0]?.turnId).toBe(turns[0]?.turnId)
  const everything = JSON.stringify([directoryOf(recorder), await readTree(directoryOf(recorder))])
  expect(everything.match(/hunter2abc|tok123abc/g)).toBeNull()
})
