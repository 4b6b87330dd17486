import { expect, test } from 'vitest'
import type { EnvironmentEntry } from '@contrail/core'
import { toRunView, toStepDetail } from '../src/index.ts'
import { createRunSearch } from '../src/view/search.ts'
import { at, fold, frame, given, hashOf, observed, step, type Told } from './trajectory.ts'

const viewOf = (...events: Told[]) => toRunView(fold(...events))

test('before a step stands the frame that the model was given, else the look before, before the first one the initial look', () => {
  const { steps } = viewOf(frame(1), observed(), step(), frame(2), observed(), given(3), step(), frame(4), observed())
  expect(steps[0]!.before).toMatchObject({ shown: 'probe', probe: { sha256: hashOf(1) } })
  expect(steps[0]!.after).toMatchObject({ shown: 'probe', probe: { sha256: hashOf(2) }, agent: { sha256: hashOf(3) } })
  expect(steps[1]!.before).toMatchObject({ shown: 'agent', agent: { sha256: hashOf(3) }, probe: { sha256: hashOf(2) } })
  expect(steps[1]!.after).toMatchObject({ shown: 'probe', probe: { sha256: hashOf(4) } })
})

test('nothing known is nothing said: no frame, no point, no time, no tokens, no probe', () => {
  const view = viewOf(step({ finishedAt: undefined }))
  const [only] = view.steps
  expect(only!.before).toEqual({})
  expect(only!.after).toEqual({})
  for (const key of ['point', 'box', 'durationMs', 'probe', 'url', 'title']) expect(only).not.toHaveProperty(key)
  for (const key of ['inputTokens', 'outputTokens', 'finalAnswer']) expect(view).not.toHaveProperty(key)
  expect(view.status).toBe('killed')
})

test.each([
  ['of what the window showed', '', true],
  ['that a budget cut', '\n\n[TRUNCATED: the first 8000 of about 9000 tokens]', false],
  ['that was too large for an event', '[$truncated 4194304 characters]', false],
])('what a tree %s lacks was there all the same', (_, mark, partial) => {
  const whole = '- main:\n  - button "Pay"\n  - button "Later"'
  const part = '- main:\n  - button "Pay"'
  const changesOf = (before: Record<string, unknown>, after: Record<string, unknown>) => {
    const { changes } = toStepDetail(fold(step(), observed(before), step(), observed(after)), 1)!
    return changes && [changes.added.length, changes.removed.length]
  }
  const cut = { ariaTree: `${part}${mark}`, ...(partial ? { partial } : {}) }
  expect(changesOf(cut, { ariaTree: `- alert: No.\n${whole}` })).toEqual(partial ? undefined : [1, 0])
  expect(changesOf(cut, { ariaTree: whole })).toBeUndefined()
  expect(changesOf({ ariaTree: whole }, cut)).toBeUndefined()
  expect(changesOf(cut, cut)).toBeUndefined()
  expect(changesOf({ ariaTree: part }, { ariaTree: whole })).toEqual([1, 0])
  expect(changesOf({ ariaTree: whole }, { ariaTree: `${part} [$truncated 5 characters] there` })).toEqual([0, 1])
})

test.each([
  ['the point of the target', { target: { point: { x: 5, y: 6 } }, actionArgs: { x: 1, y: 2 } }, { x: 5, y: 6 }],
  ['the numbers x and y of the arguments', { actionArgs: { x: 1, y: 2 } }, { x: 1, y: 2 }],
  ['the coordinate of the arguments', { actionArgs: { coordinate: [3, 4] } }, { x: 3, y: 4 }],
  ['no text', { actionArgs: { x: '1', y: '2' } }, undefined],
  ['no list that is too short', { actionArgs: { coordinate: [3] } }, undefined],
])('the click stands at %s', (_, more, point) => {
  expect(viewOf(step(more)).steps[0]!.point).toEqual(point)
})

test('steps that one look stands for say so, and each that was looked at by itself does not', () => {
  const look = { startedAt: at(300), finishedAt: at(360) }
  const { steps } = viewOf(
    step(),
    step(),
    step(),
    frame(1, look),
    observed(look),
    step(),
    frame(2),
    observed({ startedAt: at(900), finishedAt: at(910) }),
  )
  expect(steps.map(({ probe }) => probe?.sharedBy)).toEqual([[0, 2], [0, 2], [0, 2], undefined])
  expect(steps[0]!.probe!.durationMs).toBe(60)
})

test('model, action and probe are told in ms since the run began', () => {
  const view = viewOf(
    step({ turnId: 't', startedAt: at(200), finishedAt: at(286), durationMs: 86 }),
    frame(1),
    observed({ startedAt: at(290), finishedAt: at(400) }),
    {
      type: 'turn_finished',
      turnId: 't',
      startedAt: at(100),
      finishedAt: at(290),
      durationMs: 90,
      usage: { input_tokens: 7, output_tokens: 3 },
    },
  )
  expect(view.turns).toMatchObject([{ span: { fromMs: 100, toMs: 190 }, durationMs: 90, inputTokens: 7 }])
  expect(view.steps[0]).toMatchObject({
    turn: 0,
    durationMs: 86,
    span: { fromMs: 200, toMs: 286 },
    probe: { span: { fromMs: 290, toMs: 400 } },
  })
  expect(view).toMatchObject({ axis: 'clock', endMs: 400, inputTokens: 7, outputTokens: 3 })
})

test('what ended before it began took nobody knows how long, and a date of another year is no time of the run', () => {
  const view = viewOf(
    step({ startedAt: at(10), finishedAt: at(30) }),
    step({ startedAt: at(60), finishedAt: at(40) }),
    frame(1),
    observed({ startedAt: at(80), finishedAt: at(70) }),
    step({ startedAt: '2099-01-01T00:00:00Z', finishedAt: '2099-01-01T00:00:01Z' }),
    step({ startedAt: '1970-01-01T00:00:00Z', finishedAt: '1970-01-01T00:00:01Z', durationMs: 5 }),
    step({ startedAt: undefined, finishedAt: at(90), durationMs: 1e15 }),
    { type: 'gap', what: 'probe', reason: 'timeout' },
  )
  expect(view.steps.map(({ durationMs }) => durationMs)).toEqual([20, undefined, 1_000, 5, 1e15])
  expect(view.steps[0]!.probe!.durationMs).toBeUndefined()
  expect(view.steps.map(({ span }) => span)).toEqual([
    { fromMs: 10, toMs: 30 },
    { fromMs: 60, toMs: 60 },
    undefined,
    undefined,
    { fromMs: 90, toMs: 90 },
  ])
  expect(view.steps.map(({ placeMs }) => placeMs)).toEqual([30, 60, 60, 60, 90])
  expect(view.endMs).toBeLessThan(100)
})

test('a step that failed names the later one that did the same and went well', () => {
  const target = { role: 'button', name: 'Pay' }
  const failed = { toolOutput: { ok: false, error: 'no' } }
  const { steps } = viewOf(step({ target, ...failed }), step(failed), step({ target, ...failed }), step({ target }))
  expect(steps.map(({ recoveredAt }) => recoveredAt)).toEqual([3, undefined, 3, undefined])
})

test('where nothing happened for over 5 s stands an idle stall', () => {
  const view = viewOf(
    step({ startedAt: at(100), finishedAt: at(200) }),
    step({ startedAt: at(9_000), finishedAt: at(9_100) }),
    step({ startedAt: at(13_000), finishedAt: at(13_100) }),
  )
  expect(view.idle).toEqual([{ fromMs: 200, toMs: 9_000 }])
})

test('the film has a cell for each frame that is another than the one before', () => {
  const { cells } = viewOf(given(1), step(), frame(1), observed(), given(1), step(), frame(2), observed())
  expect(cells.map(({ sha256 }) => sha256)).toEqual([hashOf(1), hashOf(2)])
})

test('a picture that a tool returned, or was called with, is not what the model was given before it', () => {
  const picture = { $frame: hashOf(9), mediaType: 'image/png', sizeBytes: 10 }
  const { steps } = viewOf(
    step({ toolOutput: { ok: true, result: picture } }),
    step({ actionArgs: { files: [picture] } }),
  )
  expect(steps.map(({ before }) => before)).toEqual([{}, {}])
})

test('what the page did by itself is shown where it was recorded', () => {
  const trajectory = fold(step({ finishedAt: at(50) }))
  const page = { url: 'http://shop.test/cart', pageId: 'p1' }
  const environment: EnvironmentEntry[] = [
    {
      kind: 'response',
      ...page,
      method: 'POST',
      requestUrl: 'http://shop.test/wrap',
      resourceType: 'fetch',
      status: 503,
      statusText: 'Busy',
      durationMs: 12,
      at: at(40),
    },
    { kind: 'console', ...page, level: 'error', text: 'stuck', count: 3 },
    { kind: 'navigation', ...page, from: 'a', to: 'b', sameDocument: false },
    { kind: 'page_opened', ...page, pageId: 'p2', openerId: 'p1' },
    { kind: 'omitted', counts: { console: 812 } },
  ]
  const withEvents = { ...trajectory, steps: [{ ...trajectory.steps[0]!, environment }] }
  expect(toRunView(withEvents).steps[0]!.pageFailuresMs).toEqual([40, 50])
  expect(toStepDetail(withEvents, 0)!.pageEvents.map(({ text, failed }) => [text, failed])).toEqual([
    ['POST http://shop.test/wrap 503 Busy in 12 ms', true],
    ['error: stuck', true],
    ['a → b', false],
    ['p2 http://shop.test/cart', false],
    ['left out: 812 console', false],
  ])
})

test('a request that became a download did not fail', () => {
  const request = { url: 'http://shop.test/', pageId: 'p1', requestUrl: 'http://shop.test/bill', at: at(40) }
  const environment: EnvironmentEntry[] = [
    { kind: 'request_failed', ...request, method: 'GET', resourceType: 'document', failure: 'net::ERR_ABORTED' },
    { kind: 'download', ...request, suggestedName: 'bill.txt' },
  ]
  const trajectory = fold(step({ finishedAt: at(50) }))
  const withEvents = { ...trajectory, steps: [{ ...trajectory.steps[0]!, environment }] }
  expect(toStepDetail(withEvents, 0)!.pageEvents.map(({ failed }) => failed)).toEqual([false, false])
})

test('a step in detail has its reasoning, arguments, result, and what changed in the tree', () => {
  const trajectory = fold(
    frame(1),
    observed({ ariaTree: '- main:\n  - button "Buy"' }),
    step({ reasoning: 'cheap', actionArgs: { a: 1 }, toolOutput: { ok: false, error: 'no', result: 'x' } }),
    frame(2),
    observed({ ariaTree: '- main:\n  - button "Buy"\n  - alert: sold out' }),
  )
  expect(toStepDetail(trajectory, 0)).toMatchObject({
    reasoning: 'cheap',
    args: { a: 1 },
    result: 'x',
    error: 'no',
    changes: { added: [{ role: 'alert', text: 'sold out' }], removed: [] },
    evidence: [{ id: '0:frame', kind: 'probe' }, { id: '0:aria' }, { id: '0:result' }],
  })
  expect(toStepDetail(trajectory, 1)).toBeUndefined()
})

test('a failed step without a reason says that it gave none', () => {
  const trajectory = fold(step({ toolOutput: { ok: false } }))
  expect(toRunView(trajectory)).toMatchObject({
    failed: [0],
    steps: [{ ok: false, error: 'It failed and gave no reason.' }],
  })
})

test('the search looks into actions, arguments, reasoning, results, errors and trees, in any case', () => {
  const search = createRunSearch(
    fold(
      step({ actionName: 'Needle' }),
      step({ actionArgs: { deep: [{ er: 'a NEEDLE' }] } }),
      step({ reasoning: 'needle?' }),
      step({ toolOutput: { ok: true, result: { text: 'needle' } } }),
      step({ toolOutput: { ok: false, error: 'needle' } }),
      step(),
      frame(1),
      observed({ stepIndex: 5, ariaTree: '- link "Needle"' }),
      step(),
    ),
  )
  expect(search('needle')).toEqual([0, 1, 2, 3, 4, 5])
  expect(search('nowhere')).toEqual([])
})
