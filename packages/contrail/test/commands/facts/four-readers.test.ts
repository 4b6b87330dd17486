import { openViewer, type FailureClass, type RunView, type StepDetail } from '@contrail/viewer'
import { writeVerdict } from '@contrail/recorder'
import { readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { explainRun } from '../../../src/commands/answer/why.ts'
import { exportRecording } from '../../../src/commands/export/export.ts'
import { readPrices, type Prices } from '../../../src/commands/facts/prices.ts'
import type { RunFacts } from '../../../src/commands/facts/run-facts.ts'
import type { StepFacts } from '../../../src/commands/facts/step-facts.ts'
import { digestRecording } from '../../../src/commands/show/digest.ts'
import { showRecording } from '../../../src/commands/show/show.ts'
import { showStep } from '../../../src/commands/show/step.ts'
import { toKnownBeside } from '../../../src/commands/show/view.ts'
import { act, surroundings } from '../../answers.ts'
import { makeRoot, record, recordKilled } from '../../recordings.ts'

/** The run and one of its steps, as somebody reads them. */
interface Read {
  readonly view: RunView
  readonly failureClass: FailureClass | null
  readonly detail: Omit<StepDetail, 'tree'>
}

/** As the page asks the server of the viewer. */
async function readFromServer(directory: string, step: number, prices: Prices = new Map()): Promise<Read> {
  await using viewer = await openViewer({ directory, ...toKnownBeside(prices) })
  const { origin, hash } = new URL(viewer.url)
  const session = await fetch(`${origin}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: hash.split('token=')[1] }),
  })
  const headers = { cookie: session.headers.getSetCookie()[0]!.split(';')[0]! }
  const get = async (place: string): Promise<unknown> => (await fetch(`${origin}/api${place}`, { headers })).json()
  const { rows } = (await get('/recordings')) as { rows: { key: string }[] }
  const run = `/recordings/${rows[0]!.key}`
  const { tree: _, ...detail } = (await get(`${run}/steps/${step}`)) as StepDetail
  const failureClass = (await get(`${run}/class`)) as FailureClass
  return { view: (await get(run)) as RunView, failureClass, detail }
}

/** As the page in one file finds them in itself. */
async function readFromFile(root: string, directory: string, step: number, pricesFile?: string): Promise<Read> {
  const output = path.join(root, 'run.html')
  const what = { directory, output, format: 'html', allowed: undefined, force: false, pricesFile } as const
  await exportRecording({ ...what, ...surroundings(root) })
  const page = await readFile(output, 'utf8')
  const data = [...page.matchAll(/<script type="application\/json"[^>]*>([^<]*)<\/script>/g)].map(
    ([, json = '']) => JSON.parse(json) as Partial<Read> & { details?: Read['detail'][] },
  )
  const { view, failureClass = null } = data.find((piece) => piece.view)!
  return { view: view!, failureClass, detail: data.find(({ details }) => details)!.details![step]! }
}

test('why, a step that is shown, the page of the viewer and the file say the same facts of the same run', async () => {
  const root = await makeRoot()
  const directory = await record(root, [
    ...act('goto', { tree: '- main:\n  - alert' }),
    ...act('click', { name: 'Pay', error: 'answered 503', reasoning: 'It is time.', tree: '- alert: Stuck', frame: 2 }),
    {
      type: 'page_event',
      kind: 'console',
      level: 'error',
      text: 'ribbon machine stuck',
      url: 'http://shop.test/cart',
      pageId: 'p1',
      stepIndex: 1,
    },
    ...act('click', { name: 'Pay', frame: 3 }),
    { type: 'gap', what: 'event', reason: 'dropped' },
  ])
  const input = { directory, ...surroundings(root) }
  const why = (await explainRun({ ...input, name: directory, pricesFile: undefined })).json as RunFacts
  const failure = why.firstFailure!
  const shown = (await showStep({ ...input, number: failure.step + 1 })).json as StepFacts
  expect(shown).toMatchObject(failure)
  expect(failure.recoveredAt).toBe(2)
  const readers = [await readFromServer(directory, 1), await readFromFile(root, directory, 1)]
  for (const { view, failureClass, detail } of readers) {
    const step = view.steps[failure.step]!
    expect({
      taskId: view.taskId,
      runId: view.runId,
      status: view.status,
      counts: {
        steps: view.steps.length,
        failed: view.failed.length,
        turns: view.turns.length,
        gaps: view.gaps.length,
      },
      durationMs: view.durationMs,
      finalAnswer: view.finalAnswer,
    }).toEqual({
      taskId: why.taskId,
      runId: why.runId,
      status: why.status,
      counts: why.counts,
      durationMs: why.durationMs,
      finalAnswer: why.finalAnswer,
    })
    expect([failureClass, step.recoveredAt]).toEqual([why.class, 2])
    expect([view.failed[0], step.id, step.action, step.aim, step.url]).toEqual([
      failure.step,
      failure.id,
      failure.action,
      failure.target,
      failure.url,
    ])
    expect([detail.error, detail.reasoning, detail.pageEvents]).toEqual([
      failure.error,
      failure.reasoning,
      failure.environment,
    ])
    expect([...new Set(detail.evidence.map(({ id }) => id))]).toEqual(failure.evidence)
    expect(detail.changes!.added.map(({ text }) => text)).toEqual(
      failure.changed.added.map((one) => one.replace(/^alert: /, '')),
    )
  }
  expect(readers[1]).toEqual(readers[0])
})

test('with prices they say the same cost, and a public file says none', async () => {
  const root = await makeRoot()
  const usage = { input_tokens: 1_000, output_tokens: 100 }
  const directory = await record(root, [
    { type: 'turn_finished', turnId: 't1', model: 'one', usage },
    ...act('goto'),
    { type: 'turn_finished', turnId: 't2', model: '![x](y)', usage },
    ...act('click'),
  ])
  const [whole, part] = [path.join(root, 'whole.json'), path.join(root, 'part.json')]
  await writeFile(whole, '{"*":{"inputPerMillion":2,"outputPerMillion":10}}')
  await writeFile(part, '{"one":{"inputPerMillion":2,"outputPerMillion":10}}')
  const input = { directory, ...surroundings(root) }
  const markdown = async (pricesFile: string, allowed?: []): Promise<string> => {
    const output = path.join(root, 'run.md')
    await exportRecording({ ...input, output, format: 'md', allowed, force: true, pricesFile })
    return readFile(output, 'utf8')
  }
  for (const [pricesFile, cost] of [
    [whole, 'cost $0.006'],
    [part, 'cost $0.003 of one, unknown of ![x](y)'],
  ] as const) {
    expect((await explainRun({ ...input, name: directory, pricesFile })).text).toContain(cost)
    const page = await readFromServer(directory, 0, await readPrices(pricesFile, input))
    await rm(path.join(root, 'run.html'), { force: true })
    const file = await readFromFile(root, directory, 0, pricesFile)
    expect([page.view.cost, file.view.cost]).toEqual([cost, cost])
  }
  expect(await markdown(whole)).toContain('cost $0.006')
  expect(await markdown(part)).not.toContain('cost')
  expect(await markdown(whole, [])).not.toContain('cost')
})

test('of a killed run they say the same last event, and what was under way', async () => {
  const root = await makeRoot()
  const directory = await recordKilled(root)
  const input = { directory, ...surroundings(root) }
  const { inFlight } = (await explainRun({ ...input, name: directory, pricesFile: undefined })).json as RunFacts
  expect(inFlight!.lastEvent.type).toBe('step_finished')
  const readers = [await readFromServer(directory, 0), await readFromFile(root, directory, 0)]
  expect(readers.map(({ view }) => view.inFlight)).toEqual([inFlight, inFlight])
})

test('a verdict, gaps, what went from the page and what was under way are said in the same words in a terminal and in Markdown', async () => {
  const root = await makeRoot()
  const judged = await record(root, [
    ...act('goto', { tree: '- main:\n  - button "Pay"' }),
    ...act('click', { name: 'Pay', error: 'gone', tree: '- main' }),
    { type: 'gap', what: 'probe', reason: 'timeout', stepIndex: 1 },
  ])
  await writeVerdict(judged, { outcomeSuccess: false, processScore: 0.25, explanation: 'the cart is empty' })
  for (const directory of [judged, await recordKilled(root)]) {
    const input = { directory, ...surroundings(root) }
    const output = path.join(directory, '..', 'run.md')
    await exportRecording({ ...input, output, format: 'md', allowed: undefined, force: false })
    const told = [
      (await explainRun({ ...input, name: directory, pricesFile: undefined })).text,
      (await showRecording(input)).text,
      (await digestRecording({ ...input, tokens: 1_000 })).text,
      (await readFile(output, 'utf8')).replaceAll('`', ''),
    ]
    const words = directory === judged ? ['no, process 0.25, the cart is empty', 'probe timeout at step 2'] : []
    for (const text of told) for (const word of words) expect(text).toContain(word)
    const facts = directory === judged ? ['- button "Pay"'] : ['the look at the page after step 2, or the next action']
    for (const fact of facts) for (const text of [told[0], told[2], told[3]]) expect(text).toContain(fact)
  }
})
