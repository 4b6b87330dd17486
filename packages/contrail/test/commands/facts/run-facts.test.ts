import { readTrajectory } from '@contrail/recorder'
import { toRunView, toStepDetail, toStepHead } from '@contrail/viewer/run-view'
import path from 'node:path'
import { expect, test } from 'vitest'
import { readRun } from '../../../src/commands/facts/read-run.ts'
import { act, surroundings } from '../../answers.ts'
import { makeRoot, record, recordKilled } from '../../recordings.ts'

const failing = [
  ...act('goto', { tree: '- main:\n  - alert' }),
  ...act('click', {
    name: 'Gift wrap',
    error: 'answered 503',
    reasoning: 'It is a gift.',
    tree: '- main:\n  - alert: The ribbon machine is stuck.\n  - button "Again"',
    frame: 2,
  }),
  ...act('click', { name: 'Pay', error: 'covered' }),
  ...act('click', { name: 'Gift wrap' }),
]

test('facts of a run are those that the viewer shows of it', async () => {
  const root = await makeRoot()
  const directory = await record(root, failing)
  const { facts, failed } = await readRun({ directory, ...surroundings(root) })
  const trajectory = await readTrajectory(directory)
  const view = toRunView(trajectory)
  expect(failed).toEqual(view.failed)
  const detail = toStepDetail(trajectory, 1)!
  expect(facts).toMatchObject({
    status: view.status,
    counts: { steps: 4, failed: view.failed.length, turns: 0, gaps: 0 },
    firstFailure: { step: 1, target: view.steps[1]!.aim, error: detail.error, environment: detail.pageEvents },
  })
  for (const shown of view.steps) expect(shown).toMatchObject(toStepHead(trajectory, shown.index)!)
  expect(view.steps.map(({ recoveredAt }) => recoveredAt)).toEqual([undefined, 3, undefined, undefined])
})

test('the first failure has what was claimed, what changed, what proves it and where it was mended', async () => {
  const root = await makeRoot()
  const directory = await record(root, failing)
  const { facts } = await readRun({ directory, ...surroundings(root) })
  expect(facts.firstFailure).toEqual({
    step: 1,
    id: 's1',
    action: 'click',
    target: 'button "Gift wrap"',
    error: 'answered 503',
    reasoning: 'It is a gift.',
    url: 'http://shop.test/cart',
    changed: { added: ['button "Again"', 'alert: The ribbon machine is stuck.'], removed: [] },
    environment: [],
    evidence: ['1:frame', '1:aria'],
    files: ['screenshots/probe/2.png'],
    recoveredAt: 3,
  })
  expect(facts.next).toEqual(['contrail show run-1/sample --step 2', 'contrail view run-1/sample'])
  const classified = await readRun({ directory, classified: true, ...surroundings(root) })
  expect(classified.facts).toEqual({ ...facts, class: { name: 'UNKNOWN', confidence: null } })
  expect({ ...facts, directory: path.relative(root, facts.directory) }).toMatchObject({
    directory: 'run-1/sample',
    runId: 'run-1',
    taskId: 'sample',
    verdicts: [],
    usage: null,
    cost: { usd: null, by: [] },
    inFlight: null,
    finalAnswer: 'Done.',
    class: null,
  })
})

test('commands to type next name a recording as somebody named it', async () => {
  const root = await makeRoot()
  const directory = await record(root, act('goto'))
  const { facts } = await readRun({ directory, name: 'latest:it is', ...surroundings(root) })
  expect(facts.next).toEqual(["contrail show 'latest:it is'", "contrail view 'latest:it is'"])
  // Printed it would be another name, or an option.
  for (const name of ['👩\u200d👩', 'a\nb', '\u001b[31m', '--json']) {
    const odd = await readRun({ directory, name, ...surroundings(root) })
    expect(odd.facts.next).toEqual(['contrail show run-1/sample', 'contrail view run-1/sample'])
  }
})

test('of a killed run the last acknowledged event is told, and what was under way', async () => {
  const root = await makeRoot()
  const { facts } = await readRun({ directory: await recordKilled(root), ...surroundings(root) })
  expect(facts.inFlight).toEqual({
    since: expect.stringMatching(/^\d{4}-.*Z$/),
    lastEvent: { seq: 2, at: facts.inFlight!.since, type: 'step_finished', step: 1 },
    underWay: 'the look at the page after step 2, or the next action',
  })
  expect(facts.next[1]).toBe('contrail recover run-killed/sample')
})
