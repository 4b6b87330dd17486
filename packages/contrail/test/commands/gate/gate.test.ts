import type { EvidenceEvent } from '@contrail/core'
import { writeVerdict } from '@contrail/recorder'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { gateRecordings } from '../../../src/commands/gate/gate.ts'
import { describeBroken, type GateReport } from '../../../src/commands/gate/report.ts'
import type { GateRules } from '../../../src/commands/gate/rules.ts'
import { act, surroundings } from '../../answers.ts'
import { makeRoot, record, recordKilled } from '../../recordings.ts'

async function gate(
  root: string,
  rules: GateRules,
  more: {
    place?: string
    minRecordings?: number
    markdown?: boolean
    pricesFile?: string
    env?: Record<string, string>
  } = {},
) {
  const { place = root, minRecordings, markdown = false, pricesFile, env = {} } = more
  const input = { place, rules, minRecordings, pricesFile, markdown, ...surroundings(root, env) }
  const { exitCode, text, json } = await gateRecordings(input)
  return { exitCode, text, report: json as GateReport }
}

const turn: EvidenceEvent = {
  type: 'turn_finished',
  turnId: 't1',
  model: 'm-1',
  usage: { input_tokens: 900, output_tokens: 100 },
}
const shopping: EvidenceEvent[] = [
  ...act('goto', { args: { url: 'http://shop.test/' } }),
  ...act('click', { name: 'Pay', error: 'covered' }),
  ...act('click', { name: 'Pay' }),
  turn,
]

/** A root with one recording, which the rules of a table are about. */
let shop = ''
beforeAll(async () => {
  shop = await mkdtemp(path.join(tmpdir(), 'contrail-gate-'))
  await record(shop, shopping)
})
afterAll(() => rm(shop, { recursive: true, force: true }))

test.each<[string, GateRules, object | undefined]>([
  ['the end', { status: ['complete'] }, undefined],
  ['another end', { status: ['aborted', 'stalled'] }, { rule: '--status', limit: 'aborted,stalled', got: 'complete' }],
  ['a verdict', { verdict: 'yes' }, { rule: '--verdict', limit: 'yes', got: 'none' }],
  ['steps', { maxSteps: 3 }, undefined],
  ['too many steps', { maxSteps: 1 }, { rule: '--max-steps', limit: 1, got: 3, steps: [1, 2] }],
  ['failures', { maxFailed: 1 }, undefined],
  ['too many failures', { maxFailed: 0 }, { rule: '--max-failed', limit: 0, got: 1, steps: [1] }],
  ['gaps', { maxGaps: 0 }, undefined],
  ['tokens', { maxTokens: 1_000 }, undefined],
  ['too many tokens', { maxTokens: 999 }, { rule: '--max-tokens', limit: 999, got: 1_000 }],
  ['time', { maxDurationMs: 600_000 }, undefined],
  ['a cost without prices', { maxCost: 5 }, { rule: '--max-cost', limit: 5, got: 'unknown' }],
  ['an action', { forbid: ['click *Pay*'] }, { rule: '--forbid', limit: 'click *Pay*', got: 2, steps: [1, 2] }],
  ['an action on anything', { forbid: ['goto'] }, { rule: '--forbid', got: 1, steps: [0] }],
  ['an action on something else', { forbid: ['click *Buy*'] }, undefined],
  ['an address', { forbid: ['goto http://shop.test/*'] }, { rule: '--forbid', steps: [0] }],
])('a rule about %s: %j', async (_, rules, broken) => {
  const { exitCode, report } = await gate(shop, rules)
  expect(report.recordings[0]!.broken).toMatchObject(broken ? [broken] : [])
  expect(exitCode).toBe(broken ? 1 : 0)
  expect(report.passed).toBe(!broken)
})

test('a judge that cannot be read keeps no rule about verdicts, whatever another says', async () => {
  const root = await makeRoot()
  const judged = await record(root, shopping)
  await writeVerdict(judged, { outcomeSuccess: true }, { name: 'a' })
  expect((await gate(root, { verdict: 'yes' })).exitCode).toBe(0)
  await writeFile(path.join(judged, 'scores', 'b.json'), '{"torn')
  const { exitCode, report } = await gate(root, { verdict: 'yes' })
  expect(exitCode).toBe(1)
  expect(report.recordings[0]!.broken).toMatchObject([{ rule: '--verdict', limit: 'yes', got: 'unreadable' }])
})

test('tokens that only some calls told break a limit, and never keep one', async () => {
  const root = await makeRoot()
  await record(root, [...shopping, { type: 'turn_finished', turnId: 't2', text: 'Paid.' }])
  const gotWith = async (maxTokens: number) => (await gate(root, { maxTokens })).report.recordings[0]!.broken[0]?.got
  expect(await gotWith(999)).toBe(1_000)
  expect(await gotWith(1_000)).toBe('unknown')
})

test('two durations that read the same are told in milliseconds', () => {
  const broken = { rule: '--max-duration', limit: 5_000, got: 5_004, steps: [] }
  expect(describeBroken(broken)).toBe('--max-duration 5000 ms, got 5004 ms')
  expect(describeBroken({ ...broken, got: 5_400 })).toBe('--max-duration 5.0 s, got 5.4 s')
})

test('every broken rule of every recording of a mixed root is named', async () => {
  const root = await makeRoot()
  const judged = await record(root, shopping, { runId: 'a' })
  await writeVerdict(judged, { outcomeSuccess: false })
  await record(root, act('goto'), { runId: 'b' })
  await recordKilled(root)
  await record(root, act('pay'), { runId: 'c' })
  const rules = {
    status: ['complete'],
    verdict: 'yes',
    maxFailed: 0,
    maxTokens: 10,
    maxDurationMs: 0,
    forbid: ['pay', 'g?to'],
  } as const
  const { exitCode, report, text } = await gate(root, rules, { minRecordings: 5 })
  expect(exitCode).toBe(1)
  const broken = report.recordings.map((run) =>
    run.broken.map(({ rule, got }) => `${rule} ${typeof got === 'number' ? 'n' : got}`),
  )
  expect(broken).toEqual([
    ['--verdict no', '--max-failed n', '--max-tokens n', '--max-duration n', '--forbid n'],
    ['--verdict none', '--max-tokens unknown', '--max-duration n', '--forbid n'],
    ['--verdict none', '--max-tokens unknown', '--max-duration n', '--forbid n'],
    ['--status killed', '--verdict none', '--max-tokens unknown', '--max-duration n', '--forbid n'],
  ])
  expect(report.broken).toEqual([{ rule: '--min-recordings', limit: 5, got: 4, steps: [] }])
  expect(text).toContain('--max-failed 0, got 1 at step 2')
  expect(text).toMatch(/0 of 4 recordings passed\.$/)
})

test('one that cannot be read is 2 and hides no other; no recording at all is 2 and not 0', async () => {
  const root = await makeRoot()
  const broken = await record(root, act('goto'), { runId: 'a' })
  for (const file of ['trajectory.json', 'task_data.json', 'core.log'])
    await writeFile(path.join(broken, file), '{"torn')
  await record(root, shopping, { runId: 'b' })
  await rm(path.join(await record(root, act('goto'), { runId: 'c' }), 'trajectory.json'))
  await writeFile(path.join(root, 'c/sample/core.log'), 'garbage')
  const { exitCode, report, text } = await gate(root, { maxFailed: 0 }, { markdown: true })
  expect(exitCode).toBe(2)
  for (const name of ['a/sample', 'b/sample', 'c/sample']) expect(text).toContain(`| ❌ \`${name}\` |`)
  expect(report.recordings).toMatchObject([
    { passed: false, broken: [], error: { code: expect.any(String) } },
    { passed: false, broken: [{ rule: '--max-failed' }] },
    { passed: false, broken: [{ rule: '--status', got: 'killed' }] },
  ])
  await expect(gate(await makeRoot(), {})).rejects.toMatchObject({ code: 'JOURNAL_MISSING' })
})

test('a run has to come to its end whatever other rules there are, where none says otherwise', async () => {
  const root = await makeRoot()
  const place = await recordKilled(root)
  const broken = [{ rule: '--status', limit: 'complete', got: 'killed', steps: [] }]
  for (const rules of [{}, { maxFailed: 0, maxGaps: 0 }, { forbid: ['pay'] }]) {
    const { exitCode, report } = await gate(root, rules, { place, minRecordings: 1 })
    expect(exitCode).toBe(1)
    expect(report.recordings[0]!.broken).toEqual(broken)
  }
  expect((await gate(root, { status: ['complete', 'killed'] }, { place })).exitCode).toBe(0)
})

test('a limit on what was never recorded is broken, with what is unknown', async () => {
  const root = await makeRoot()
  const place = await record(root, act('goto'))
  const { exitCode, report, text } = await gate(root, { maxTokens: 1_000_000, maxCost: 1_000 }, { place })
  expect(exitCode).toBe(1)
  expect(report.recordings[0]!.broken).toEqual([
    { rule: '--max-tokens', limit: 1_000_000, got: 'unknown', steps: [] },
    { rule: '--max-cost', limit: 1_000, got: 'unknown', steps: [] },
  ])
  expect(text).toContain('--max-tokens 1,000,000, got unknown')
})

test('a summary that cannot be written is told, and the report is said all the same', async () => {
  const root = await makeRoot()
  const place = await record(root, act('goto', { error: 'no' }))
  const { exitCode, text, report } = await gate(root, { maxFailed: 0 }, { place, env: { GITHUB_STEP_SUMMARY: root } })
  expect(exitCode).toBe(1)
  expect(text).toMatch(/--max-failed 0, got 1 at step 1\n.*\nThe summary of the job was not written: EISDIR/)
  expect(report).toMatchObject({ passed: false, summaryProblem: expect.stringContaining('EISDIR') })
})

test('a cost is held against its limit where prices are known', async () => {
  const root = await makeRoot()
  await record(root, shopping)
  const pricesFile = path.join(root, 'prices.json')
  await writeFile(pricesFile, JSON.stringify({ 'm-1': { inputPerMillion: 1_000, outputPerMillion: 1_000 } }))
  expect((await gate(root, { maxCost: 1 }, { pricesFile })).exitCode).toBe(0)
  const { report } = await gate(root, { maxCost: 0.5 }, { pricesFile })
  expect(report.recordings[0]!.broken).toEqual([{ rule: '--max-cost', limit: 0.5, got: 1, steps: [] }])
})

test('a job finds the report in its summary, with links', async () => {
  const root = await makeRoot()
  const nasty = '[x](http://e.test) ![y](z) <b>@team #12</b> | www.e.test `code`'
  await record(root, [...act('click', { name: nasty, error: nasty })], { runId: 'a', instruction: nasty })
  const file = path.join(root, 'summary.md')
  await writeFile(file, 'before\n')
  const env = {
    GITHUB_STEP_SUMMARY: file,
    GITHUB_SERVER_URL: 'https://github.test',
    GITHUB_REPOSITORY: 'shop/lamps',
    GITHUB_RUN_ID: '7',
  }
  const { text, report } = await gate(path.join(root), { maxFailed: 0 }, { env, place: path.join(root, 'a') })
  expect(text).toMatch(/^broken {2}a\/sample/)
  const summary = await readFile(file, 'utf8')
  expect(summary).toMatch(
    /^before\n### ❌ 0 of 1 recordings passed\n\n\| recording \| status \| steps \| broken rules \|\n/,
  )
  expect(summary).toContain('[step 1](https://github.test/shop/lamps/actions/runs/7#artifacts)')
  expect(summary).toContain('`contrail show a/sample --step 1`')
  expect(report.recordings[0]!.firstFailure!.error).toBe(nasty)
  const asked = await gate(root, { maxFailed: 0 }, { env, place: path.join(root, 'a'), markdown: true })
  expect(`before\n${asked.text}\n${asked.text}\n`).toBe(await readFile(file, 'utf8'))
})

test('where nothing was recorded the summary of the job says so', async () => {
  const root = await makeRoot()
  const file = path.join(root, 'summary.md')
  await expect(gate(root, {}, { env: { GITHUB_STEP_SUMMARY: file } })).rejects.toThrow(/holds no recording/)
  expect(await readFile(file, 'utf8')).toMatch(
    /^### ❌ nothing to hold against the rules\n\n`.*holds no recording.*`\n$/,
  )
})
