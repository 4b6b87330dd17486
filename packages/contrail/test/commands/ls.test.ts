import type { EvidenceEvent } from '@contrail/core'
import { writeVerdict } from '@contrail/recorder'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { chooseRuns, type RunChoice } from '../../src/commands/choose-runs.ts'
import { listRecordings } from '../../src/commands/ls.ts'
import { surroundings } from '../answers.ts'
import { killedRun, makeRoot, record, recordKilled, step } from '../recordings.ts'

/** Four recordings: one with a failure and a verdict, one of other steps, one that was killed, one that cannot be read. */
async function makeSome(): Promise<string> {
  const root = await makeRoot()
  const judged = await record(root, [...step('goto'), ...step('click', { ok: false, error: 'no' })], {
    runId: 'a',
    id: 'buy-lamp',
  })
  await writeVerdict(judged, { outcomeSuccess: true })
  const more: EvidenceEvent[] = [...step('goto'), ...step('click'), ...step('click')]
  const failed = await record(root, more, { runId: 'b', id: 'buy-bulb' })
  await writeVerdict(failed, { outcomeSuccess: true })
  await writeVerdict(failed, { outcomeSuccess: false })
  await recordKilled(root)
  const torn = await record(root, step('goto'), { runId: 'd', id: 'torn' })
  for (const file of ['task_data.json', 'trajectory.json']) await writeFile(path.join(torn, file), '{"torn')
  return root
}

test('a list is filtered by all that is asked for together, and sorted', async () => {
  const root = await makeSome()
  const choose = async (choice: RunChoice): Promise<string[]> => {
    const { json } = await listRecordings({ root, choice, ...surroundings(root) })
    return (json as { recordings: { runId: string }[] }).recordings.map(({ runId }) => runId)
  }
  expect(await choose({})).toEqual(['a', 'b', 'd', killedRun])
  expect(await choose({ status: ['complete'] })).toEqual(['a', 'b'])
  expect(await choose({ status: ['killed', 'unreadable'] })).toEqual(['d', killedRun])
  expect(await choose({ verdict: 'yes' })).toEqual(['a'])
  expect(await choose({ verdict: 'no' })).toEqual(['b'])
  expect(await choose({ verdict: 'none' })).toEqual(['d', killedRun])
  expect(await choose({ task: 'buy-*' })).toEqual(['a', 'b'])
  expect(await choose({ task: 'buy-*', failed: true })).toEqual(['a'])
  expect(await choose({ sinceMs: 3_600_000 })).toEqual(['a', 'b', killedRun])
  expect(await choose({ sinceMs: 0 })).toEqual([])
  expect(await choose({ sort: 'steps' })).toEqual(['b', 'a', killedRun, 'd'])
  expect(await choose({ sort: 'steps', limit: 1 })).toEqual(['b'])
  expect(await choose({ limit: 2, verdict: 'none' })).toEqual([killedRun, 'd'])
})

test('a run of long ago is not among the newest, and one of an unknown time is nowhere among them', async () => {
  const run = (runId: string, startedAt?: string) => {
    return {
      directory: `/${runId}`,
      runId,
      taskId: 't',
      finished: true,
      ...(startedAt === undefined ? {} : { startedAt }),
    }
  }
  const runs = [run('old', '2026-11-01T00:00:00Z'), run('new', '2026-11-28T10:00:00Z'), run('unknown')]
  const nowMs = Date.parse('2026-11-28T11:00:00Z')
  const choose = async (choice: RunChoice) => (await chooseRuns(runs, choice, nowMs)).map(({ runId }) => runId)
  expect(await choose({ sinceMs: 7_200_000 })).toEqual(['new'])
  expect(await choose({ sort: 'started' })).toEqual(['new', 'old', 'unknown'])
  expect(await choose({ limit: 1 })).toEqual(['new'])
})

test('a line has how long a run took and what its verdicts say', async () => {
  const root = await makeSome()
  const list = async (columns: number, choice: RunChoice = {}) =>
    (await listRecordings({ root, choice, ...surroundings(root), columns })).text
  expect(await list(120)).toMatch(
    /^complete {3}\d{4}-\d\d-\d\d \d\d:\d\d +\d+(?:\.\d)?m?s {2}yes {4}2 steps {2}a\/buy-lamp {2}1 failed/m,
  )
  expect(await list(80)).toMatch(/^complete {3}\d\d-\d\d \d\d:\d\d +\d+(?:\.\d)?m?s {3}no {4}3 steps {2}b\/buy-bulb/m)
  expect(await list(80)).toMatch(/^killed .* – {4}2 steps {2}run-killed\/sample/m)
  expect(await list(120, { failed: true })).toMatch(/^1 of 4 recordings in /m)
})
