import type { EvidenceEvent } from '@contrail/core'
import { writeVerdict } from '@contrail/recorder'
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { explainRun } from '../../../src/commands/answer/why.ts'
import { showRecording } from '../../../src/commands/show/show.ts'
import { showStep } from '../../../src/commands/show/step.ts'
import type { RunFacts } from '../../../src/commands/facts/run-facts.ts'
import { widthOf } from '../../../src/terminal/fit.ts'
import { act, surroundings } from '../../answers.ts'
import { makeRoot, record, recordKilled, recordLive } from '../../recordings.ts'

async function why(root: string, directory: string, more: { columns?: number; pricesFile?: string } = {}) {
  const input = { directory, name: directory, pricesFile: undefined, ...surroundings(root), ...more }
  const { exitCode, text, json } = await explainRun(input)
  const lines = text.split('\n')
  expect(lines.length).toBeLessThanOrEqual(40)
  for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(118)
  return { exitCode, text, lines, json: json as RunFacts }
}

/** The time that a run took differs from one to the next. */
const withoutTime = (text: string): string => text.replace(/\d+(?:\.\d)? m?s,/, '… s,')

const shopping: EvidenceEvent[] = [
  ...act('goto', { tree: '- main:\n  - alert', turnId: 't1' }),
  { type: 'turn_finished', turnId: 't1', model: 'm-1', usage: { input_tokens: 2_000, output_tokens: 100 } },
  ...act('click', {
    args: { x: 212, y: 311 },
    error: 'POST /cart/gift-wrap answered 503',
    reasoning: 'It is to be gift wrapped.',
    tree: '- main:\n  - alert: The ribbon machine is stuck.',
    frame: 2,
  }),
  {
    type: 'page_event',
    kind: 'response',
    method: 'POST',
    requestUrl: 'http://shop.test/cart/gift-wrap',
    resourceType: 'fetch',
    status: 503,
    statusText: 'Service Unavailable',
    durationMs: 12,
    url: 'http://shop.test/cart',
    pageId: 'p1',
    stepIndex: 1,
  },
  ...act('click', { args: { x: 212, y: 311 }, frame: 3 }),
]

test('a run that mended its failure is told with what proves it, and is good', async () => {
  const root = await makeRoot()
  const directory = await record(root, shopping, { finalAnswer: 'Wrapped.' })
  const { exitCode, text } = await why(root, directory)
  expect(withoutTime(text))
    .toBe(`sample  complete  3 steps, 1 failed, 1 turn, … s, 2,000 tokens in, 100 out, cost unknown
first failure  step 2 of 3  click at 212, 311  on /cart
  error        POST /cart/gift-wrap answered 503
  reasoning    It is to be gift wrapped.  (claim)
  page said    + alert: The ribbon machine is stuck.
  page did     POST /cart/gift-wrap 503 Service Unavailable in 12 ms
  evidence     1:frame screenshots/probe/2.png  1:aria
after it       1 more step; the same action succeeded at step 3
class          BLOCKED, confidence 0.8
answer         Wrapped.  (claim)
look           contrail show run-1/sample --step 2  contrail view run-1/sample`)
  expect(exitCode).toBe(0)
})

test.each([
  ['is gone', 'missing from the recording', (file: string) => rm(file)],
  ['holds other bytes', 'corrupt', (file: string) => writeFile(file, 'no picture')],
])('a picture that %s is not cited as if it could be looked at', async (_, problem, damage) => {
  const root = await makeRoot()
  const directory = await record(root, shopping, { finalAnswer: 'Wrapped.' })
  await damage(path.join(directory, 'screenshots/probe/2.png'))
  const told = new RegExp(`^  unreadable +screenshots/probe/2.png: This frame is ${problem}`, 'm')
  const { text, json } = await why(root, directory)
  expect(text).toMatch(told)
  const unreadable = [{ path: 'screenshots/probe/2.png', problem: expect.stringContaining(problem) }]
  expect(json.firstFailure).toMatchObject({ unreadable })
  const shown = await showStep({ directory, number: 2, ...surroundings(root) })
  expect(shown.text).toMatch(told)
  expect(shown.json).toMatchObject({ unreadable })
  expect((await showStep({ directory, number: 3, ...surroundings(root) })).json).toMatchObject({ unreadable: [] })
})

test('a verdict that says no is 1, and so is a run that was killed; who cannot be read is refused', async () => {
  const root = await makeRoot()
  const directory = await record(root, act('goto'))
  expect((await why(root, directory)).exitCode).toBe(0)
  await writeVerdict(directory, { outcomeSuccess: false, processScore: 0.25 })
  const judged = await why(root, directory)
  expect(judged).toMatchObject({
    exitCode: 1,
    json: { verdicts: [{ name: 'mmrubric_v1', outcomeSuccess: false, processScore: 0.25 }] },
  })
  expect(judged.text).toMatch(/^verdict +mmrubric_v1: no, process 0\.25$/m)
  for (const file of ['trajectory.json', 'core.log']) await writeFile(path.join(directory, file), '{"torn')
  await expect(why(root, directory)).rejects.toThrow('trajectory.json')
  await expect(why(root, path.join(root, 'none'))).rejects.toThrow('does not exist')
})

test('the verdict that decides is told before those that do not, in why and in show', async () => {
  const root = await makeRoot()
  const directory = await record(root, act('goto'))
  for (const name of ['a', 'b', 'c', 'd']) await writeVerdict(directory, { outcomeSuccess: name !== 'd' }, { name })
  const { exitCode, text } = await why(root, directory)
  expect([exitCode, text]).toEqual([1, expect.stringMatching(/^verdict +d: no\nverdict +a: yes\n +and 2 more$/m)])
  const shown = await showRecording({ directory, ...surroundings(root) })
  expect(shown.text).toMatch(/^ +verdict d: no\n +verdict a: yes\n +verdict and 2 more$/m)
})

test('a killed run says its last acknowledged event, and what was under way', async () => {
  const root = await makeRoot()
  const { exitCode, text } = await why(root, await recordKilled(root))
  expect(exitCode).toBe(1)
  expect(withoutTime(text).replace(/at \d{4}-.*/, 'at …'))
    .toBe(`sample  killed  2 steps, 0 turns, … s, tokens unknown, cost unknown
last event     step_finished of step 2, event 2, at …
was under way  the look at the page after step 2, or the next action
first failure  none: no step failed
answer         none
look           contrail show run-killed/sample  contrail recover run-killed/sample  contrail view run-killed/sample`)
})

test('a run that is still going on says so, and how to follow it', async () => {
  const root = await makeRoot()
  const { exitCode, text, json } = await why(root, await recordLive(root))
  expect(exitCode).toBe(1)
  expect(json.status).toBe('recording')
  expect(text).toMatch(/^under way +the model was being asked, or acting, after step 1$/m)
  expect(text).toContain('contrail tail run-live/sample')
})

test('a run without steps, and one of gaps alone, say that there is nothing to blame', async () => {
  const root = await makeRoot()
  const empty = await why(root, await record(root, [], { runId: 'empty' }))
  expect(withoutTime(empty.text)).toBe(`sample  complete  0 steps, 0 turns, … s, tokens unknown, cost unknown
first failure  none: no steps were recorded
answer         Done.  (claim)
look           contrail show empty/sample  contrail view empty/sample`)
  const gaps = Array.from({ length: 5 }, (): EvidenceEvent => ({ type: 'gap', what: 'event', reason: 'dropped' }))
  const gapOnly = await why(root, await record(root, gaps, { runId: 'gaps' }))
  expect(withoutTime(gapOnly.text)).toBe(`sample  complete  0 steps, 0 turns, 5 gaps, … s, tokens unknown, cost unknown
first failure  none: no steps were recorded
gaps           event dropped
               event dropped
               and 3 more
answer         Done.  (claim)
look           contrail show gaps/sample  contrail view gaps/sample`)
})

test('of 300 failures in 1,000 steps the first is told, and the rest as ranges', async () => {
  const root = await makeRoot()
  const isFailure = (at: number): boolean => at >= 100 && at < 700 && Math.floor(at / 10) % 2 === 0
  const events = Array.from({ length: 1_000 }, (_, at): EvidenceEvent => {
    const error = isFailure(at) ? { error: `covered by ${at}` } : {}
    const toolOutput = { ok: !isFailure(at), ...error }
    return { type: 'step_finished', actionName: 'click', actionArgs: { text: `lamp ${at}` }, reasoning: '', toolOutput }
  })
  const { lines, json, text } = await why(root, await record(root, events, { runId: 'long' }))
  expect(json.counts).toMatchObject({ steps: 1_000, failed: 300 })
  expect(json.firstFailure).toMatchObject({ step: 100, recoveredAt: null })
  expect(lines[1]).toBe('first failure  step 101 of 1000  click lamp 100')
  expect(text).toContain('after it       899 more steps; the same action never succeeded')
  expect(text).toMatch(/^also failed +299 more steps: 102–110, 121–130, 141–150, .*\n.*\n.*681–690$/m)
})

test('no line of a hostile run is too wide, or does anything to a terminal', async () => {
  const root = await makeRoot()
  const nasty = `\u001b[2J\u202e\r\n宽${'x'.repeat(5_000)}`
  const events = [
    ...act(nasty, { name: nasty, error: nasty, reasoning: nasty, tree: `- alert: ${'y'.repeat(3_000)}`, url: nasty }),
    { type: 'gap', what: 'probe', reason: nasty } as EvidenceEvent,
  ]
  const directory = await record(root, events, { id: nasty, finalAnswer: nasty })
  for (const columns of [40, 80, 118, 500]) {
    const { text, lines, json } = await why(root, directory, { columns })
    expect(text).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u)
    // A command to be copied is whole.
    const wide = lines.filter((line) => widthOf(line) > Math.min(columns, 118))
    expect(wide.filter((line) => !json.next.includes(line))).toEqual([])
  }
})

test.each([40, 80, 120])('at %i columns commands and paths stand whole, to be copied', async (columns) => {
  const root = await makeRoot()
  const runId = 'a-run-whose-name-is-longer-than-others'
  const directory = await record(root, shopping, { runId, id: 'buy-the-lamp-of-hugo-and-pay-for-it' })
  const { text, json } = await why(root, directory, { columns })
  const { files, evidence } = json.firstFailure!
  for (const copied of [...json.next, ...files, ...evidence]) expect(text).toContain(copied)
  const wide = text.split('\n').filter((line) => widthOf(line) > columns)
  expect(wide.filter((line) => !json.next.includes(line))).toEqual([])
  const step = await showStep({ directory, number: 2, ...surroundings(root), columns })
  for (const copied of [...files, ...evidence]) expect(step.text).toContain(copied)
})

test('a narrow terminal is told all that a run came to, and where it failed', async () => {
  const root = await makeRoot()
  const { lines } = await why(root, await record(root, shopping), { columns: 40 })
  expect(withoutTime(lines.slice(0, 6).join('\n'))).toBe(`sample  complete  3 steps, 1 failed,
  1 turn, … s, 2,000 tokens in,
  100 out, cost unknown
first failure  step 2 of 3
               click at 212, 311
               on /cart`)
  expect(lines.slice(-8).join('\n')).toBe(`after it       1 more step; the same
               action succeeded at step
               3
class          BLOCKED, confidence 0.8
answer         Done.  (claim)
look
    contrail show run-1/sample --step 2
    contrail view run-1/sample`)
})

test('prices make a cost of tokens', async () => {
  const root = await makeRoot()
  const directory = await record(root, shopping)
  const pricesFile = path.join(root, 'prices.json')
  await writeFile(pricesFile, JSON.stringify({ 'm-*': { inputPerMillion: 10, outputPerMillion: 100 } }))
  const { text, json } = await why(root, directory, { pricesFile })
  expect(text).toContain('2,000 tokens in, 100 out, cost $0.03')
  expect(json.cost).toEqual({ usd: 0.03, by: [{ model: 'm-1', usd: 0.03 }] })
})

test('a torn end of a journal is no event', async () => {
  const root = await makeRoot()
  const directory = await recordKilled(root)
  await appendFile(
    path.join(directory, 'core.log'),
    (await readFile(path.join(directory, 'core.log'), 'utf8')).slice(0, 40),
  )
  expect((await why(root, directory)).json.inFlight!.lastEvent.seq).toBe(2)
})
