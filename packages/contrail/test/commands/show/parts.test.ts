import type { EvidenceEvent } from '@contrail/core'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { explainRun } from '../../../src/commands/answer/why.ts'
import { showErrors } from '../../../src/commands/show/errors.ts'
import { exportRecording } from '../../../src/commands/export/export.ts'
import { showRecording } from '../../../src/commands/show/show.ts'
import { grepRecording } from '../../../src/commands/show/grep.ts'
import { showStep } from '../../../src/commands/show/step.ts'
import { UsageError } from '../../../src/terminal/usage-error.ts'
import { act, surroundings } from '../../answers.ts'
import { record } from '../../recordings.ts'

const shopping: EvidenceEvent[] = [
  ...act('goto', {
    args: { url: 'http://shop.test/' },
    result: { found: ['Hugo wall lamp'] },
    tree: '- main [ref=e1]',
  }),
  ...act('click', {
    name: 'Gift wrap',
    args: { button: 'left' },
    error: 'answered 503',
    reasoning: 'It is a gift.',
    tree: '- main [ref=e1]:\n  - alert [ref=e2]: The RIBBON machine is stuck.',
  }),
  ...act('click', { name: 'Gift wrap' }),
  ...act('click', { name: 'Pay', error: 'covered by the ribbon' }),
]

let root = ''
let directory = ''
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'contrail-parts-'))
  directory = await record(root, shopping, { instruction: 'Buy a lamp.', finalAnswer: 'Bought.' })
})
afterAll(() => rm(root, { recursive: true, force: true }))

test('a step is told whole, with the very facts that why tells of it', async () => {
  const { text, json } = await showStep({ directory, number: 2, ...surroundings(root) })
  const why = await explainRun({ directory, name: directory, pricesFile: undefined, ...surroundings(root) })
  expect(json).toMatchObject((why.json as { firstFailure: object }).firstFailure)
  expect(json).toMatchObject({
    arguments: { button: 'left' },
    aim: { name: 'Gift wrap' },
    ok: false,
    tree: expect.stringContaining('RIBBON'),
    gaps: [],
  })
  expect(text).toMatch(/^step 2 of 4 +click button "Gift wrap" {2}on \/cart$/m)
  expect(text).toMatch(/^outcome +FAIL, succeeded at step 3$/m)
  expect(text).toMatch(/^reasoning +It is a gift\. {2}\(claim\)$/m)
  expect(text).toMatch(/^page said +\+ alert: The RIBBON machine is stuck\.$/m)
  expect(text).toMatch(/^tree, 2 lines\n {2}- main/m)
})

test('colours of a recorded text are seen as escapes wherever it is told, and found where they are seen', async () => {
  const events = act('click', { error: '\u001b[31mred\u001b[0m', reasoning: '\u001b]8;;x\u0007link' })
  const told = { directory: await record(root, events, { runId: 'colours' }), ...surroundings(root) }
  const output = path.join(root, 'colours.md')
  await exportRecording({ ...told, output, format: 'md', allowed: undefined, force: false })
  const texts = [
    (await explainRun({ ...told, name: 'colours', pricesFile: undefined })).text,
    (await showStep({ ...told, number: 1 })).text,
    (await showErrors(told)).text,
    (await showRecording(told)).text,
    (await grepRecording({ ...told, text: '[31m' })).text,
    await readFile(output, 'utf8'),
  ]
  for (const text of texts) expect(text).toContain('\\x1b[31mred\\x1b[0m')
  for (const text of texts.slice(0, 2)) expect(text).toContain('\\x1b]8;;x\\x07link')
})

test('of a tree that was cut nothing is told as removed, neither by a step nor by why, in words or in JSON', async () => {
  const tree = '- main:\n  - button "Pay"\n  - button "Later"'
  const changesWith = async (cut: string, runId: string) => {
    const events = [...act('goto', { tree }), ...act('click', { error: 'no', tree: cut })]
    const long = { directory: await record(root, events, { runId }), ...surroundings(root) }
    const why = await explainRun({ ...long, name: runId, pricesFile: undefined })
    const step = await showStep({ ...long, number: 2 })
    expect(why.json).toMatchObject({ firstFailure: { changed: (step.json as { changed: object }).changed } })
    expect(step.text).toMatch(/\n {2}it was cut when it was recorded: the page had more$/)
    return { ...(step.json as { changed: object }), texts: [why.text, step.text] }
  }
  const some = await changesWith('- main:\n  - alert: Wait.\n  - butt[$truncated 44 characters]', 'some')
  expect(some.changed).toEqual({ added: ['alert: Wait.'], removed: [] })
  for (const text of some.texts) expect(text).toMatch(/^ *page said +\+ alert: Wait\.$/m)
  const none = await changesWith('- main:\n  - butt[$truncated 44 characters]', 'none')
  const unknown = 'there are no two whole trees, from before and after it'
  expect(none.changed).toEqual({ added: [], removed: [], unknown })
  for (const text of none.texts) expect(text).toMatch(/^ *page said +unknown: there are no two whole trees/m)
})

test('a node that is in another state alone has neither come nor gone', async () => {
  const events = [
    ...act('goto', { tree: '- button "Pay"' }),
    ...act('click', { error: 'no', tree: '- button "Pay" [disabled]' }),
  ]
  const recorded = await record(root, events, { runId: 'state' })
  const { json } = await showStep({ directory: recorded, number: 2, ...surroundings(root) })
  expect(json).toMatchObject({ changed: { added: [], removed: [] } })
})

test('a step that is not there is wrong usage, and says which are', async () => {
  const asking = showStep({ directory, number: 5, ...surroundings(root) })
  await expect(asking).rejects.toThrow(UsageError)
  await expect(asking).rejects.toThrow('expected a step from 1 to 4, got 5')
  const empty = { directory: await record(root, [], { runId: 'empty' }), ...surroundings(root) }
  await expect(showStep({ ...empty, number: 1 })).rejects.toThrow('this run has no steps')
})

test('what is not known of a step is said to be unknown', async () => {
  const bare: EvidenceEvent = {
    type: 'step_finished',
    actionName: 'wait',
    actionArgs: {},
    reasoning: '',
    toolOutput: { ok: true },
  }
  const { text, json } = await showStep({
    directory: await record(root, [bare], { runId: 'bare' }),
    number: 1,
    ...surroundings(root),
  })
  expect(text).toMatch(/^page said +unknown: there is no tree$/m)
  expect(json).toMatchObject({
    durationMs: null,
    url: null,
    tree: null,
    turn: null,
    evidence: [],
    files: [],
    recoveredAt: null,
  })
})

test('errors are all steps that failed, with where they were mended', async () => {
  const { text, json } = await showErrors({ directory, ...surroundings(root) })
  expect(text).toBe(`step 2         click button "Gift wrap"  (succeeded at step 3)
               answered 503
step 4         click button "Pay"
               covered by the ribbon
2 steps of 4 failed.`)
  expect(json).toMatchObject({
    errors: [
      { step: 1, recoveredAt: 2 },
      { step: 3, recoveredAt: null },
    ],
  })
})

test.each([
  ['ribbon', ['step 2 aria   alert: The RIBBON machine is stuck.', 'step 4 error  covered by the ribbon']],
  ['WALL LAMP', ['step 1 result  Hugo wall lamp']],
  ['a gift', ['step 2 reasoning  It is a gift.']],
  ['alert: the', ['step 2 aria   alert: The RIBBON machine is stuck.']],
  ['lamp.', ['task          Buy a lamp.']],
  ['bought', ['answer        Bought.']],
  ['left', ['step 2 args   left']],
  ['.*', []],
])('a search for %j finds it in any case, and nothing by a pattern', async (wanted, lines) => {
  const { exitCode, text } = await grepRecording({ directory, text: wanted, ...surroundings(root) })
  expect(exitCode).toBe(0)
  expect(text.split('\n').slice(0, -1)).toEqual(lines)
})

test('a match in a long text is told with what is around it, and a search for nothing is refused', async () => {
  const long = `${'before '.repeat(5_000)}needle${' after'.repeat(5_000)}`
  const reading = await record(root, act('read', { result: long }), { runId: 'long' })
  const { json } = await grepRecording({ directory: reading, text: 'needle', ...surroundings(root) })
  const { matches } = json as { matches: { text: string }[] }
  expect(matches).toHaveLength(1)
  expect(matches[0]!.text).toMatch(/^….*before needle after.*…$/)
  expect(matches[0]!.text.length).toBeLessThan(300)
  await expect(grepRecording({ directory, text: ' ', ...surroundings(root) })).rejects.toThrow(UsageError)
})
