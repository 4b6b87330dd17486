import type { ImageReference, Observation, Step, Trajectory } from '@contrail/core'
import { expect, test } from 'vitest'
import { expandFrames, trajectoryToTrace } from '../../../src/cwm/index.ts'
import { pythonRepr } from '../../../src/cwm/trajectory/python-repr.ts'

type Seen = Observation<ImageReference> & { pageId?: string }

function step(
  actionName: string,
  actionArgs: Record<string, unknown>,
  seen: Seen,
  more: object = {},
): Step<ImageReference> {
  const toolOutput = { ok: true, result: null }
  return {
    id: actionName,
    actionName,
    actionArgs,
    reasoning: '',
    agentEvidence: { modalities: [] },
    probeEvidence: seen,
    toolOutput,
    ...more,
  }
}

function run(steps: Step<ImageReference>[], more: object = {}): Trajectory<ImageReference> {
  return {
    formatVersion: 1,
    runId: 'run',
    task: { id: 'task', instruction: 'Buy.' },
    status: 'complete',
    steps,
    turns: [],
    gaps: [],
    timing: {},
    usage: { input_tokens: 0, output_tokens: 0 },
    ...more,
  }
}

function read(trajectory: Trajectory<ImageReference>) {
  const trace = trajectoryToTrace(trajectory)
  const { frames, diagnostics } = expandFrames(trace.frames)
  expect([trace.diagnostics, diagnostics]).toEqual([[], []])
  return frames.map(({ kind, scope, depth, source, state, value }) => {
    return [kind, scope, depth, source, Object.fromEntries(state), value] as const
  })
}

const form = (query: string): string =>
  `- searchbox "Search" [active]: ${query}\n- checkbox "In stock" [checked]\n- checkbox "New"`
const filled = (query: string) => ({
  url: "'http://shop.test/'",
  title: `"Bob's shop"`,
  focused: "'searchbox Search'",
  'searchbox Search': `'${query}'`,
  'checkbox In stock': 'True',
  'checkbox New': 'False',
})

test('a run on one page is one scope: each action sees the page as it was before, the answer is its value', () => {
  const page = (query: string): Seen => ({ url: 'http://shop.test/', title: "Bob's shop", ariaTree: form(query) })
  const failed = { toolOutput: { ok: false, result: null, error: "no 'Buy'" } }
  const recorded = run(
    [step('fill', { text: 'lamp\n', index: 2 }, page('lamp')), step('click', {}, page('lamp'), failed)],
    {
      initialObservation: page(''),
      finalAnswer: 'none',
    },
  )
  expect(read(recorded)).toEqual([
    ['call', 0, 1, "open('http://shop.test/')", filled(''), null],
    ['line', 0, 1, "fill(text='lamp\\n', index=2)", filled(''), null],
    ['line', 0, 1, 'click()', filled('lamp'), null],
    ['raised', 0, 1, 'click()', filled('lamp'), `Error("no 'Buy'")`],
    ['return', 0, 1, 'click()', filled('lamp'), "'none'"],
  ])
})

test('a new tab is a call, to leave it a yield, to come back a resume, and its end a return', () => {
  const [first, second]: Seen[] = [
    { url: 'http://a.test/', title: 'A', pageId: 'p1' },
    { url: 'http://b.test/', title: 'B', pageId: 'p2' },
  ]
  const opened = { environment: [{ kind: 'page_opened', pageId: 'p2', url: 'http://b.test/' }] }
  const closed = { environment: [{ kind: 'page_closed', pageId: 'p2' }] }
  const recorded = run([
    step('click', {}, first ?? {}, opened),
    step('read', {}, second ?? {}),
    step('back', {}, first ?? {}),
    step('again', {}, second ?? {}, closed),
    step('end', {}, first ?? {}),
  ])
  const seen = read(recorded).map(([kind, scope, depth, source]) => `${kind} ${scope} ${depth} ${source}`)
  expect(seen).toEqual([
    'call 0 1 open()',
    'line 0 1 click()',
    'call 1 2 open()',
    'line 1 2 read()',
    'yield 1 2 read()',
    'line 0 1 back()',
    'resume 1 2 read()',
    'line 1 2 again()',
    'return 1 2 again()',
    'line 0 1 end()',
    'return 0 1 end()',
  ])
})

test('a run without steps or pages is a trace too', () => {
  expect(read(run([], { status: 'aborted' })).map(([kind, , , , , value]) => [kind, value])).toEqual([
    ['call', null],
    ['return', '<aborted>'],
  ])
})

test('texts stand as Python shows them', () => {
  expect(["it's", 'a "b"', `both ' and "`, 'a\\b\n\t\u0007\u202e\u00a0\u{e0001}é🎉'].map(pythonRepr)).toEqual([
    `"it's"`,
    `'a "b"'`,
    `'both \\' and "'`,
    `'a\\\\b\\n\\t\\x07\\u202e\\xa0\\U000e0001é🎉'`,
  ])
})
