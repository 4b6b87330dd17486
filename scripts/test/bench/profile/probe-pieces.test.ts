import { expect, test } from 'vitest'
import { otherCalls, piecesByPage } from '../../../bench/profile/probe-pieces.ts'

const step = (url: string, startMs: number) => {
  return { url, startMs, actionStartMs: startMs + 1, actionEndMs: startMs + 10, endMs: startMs + 12 }
}
const steps = [step('http://shop/item/3', 0), step('http://shop/', 100), step('http://shop/item/7?x=1', 200)]
const calls = [
  { name: 'readFields', startMs: 2, endMs: 9 }, // before the action was over: the step's own, no probe's
  { name: 'readFields', startMs: 11, endMs: 14 },
  { name: 'Page.captureScreenshot', startMs: 15, endMs: 45 },
  { name: 'readFields', startMs: 50, endMs: 52 },
  { name: 'page.ariaSnapshot', startMs: 112, endMs: 152 },
  { name: 'Page.captureScreenshot', startMs: 211, endMs: 251 },
  { name: 'Emulation.setFocus', startMs: 220, endMs: 223 },
]
const events = [
  { type: 'step_finished', startMs: 10, endMs: 12 },
  { type: 'screenshot', startMs: 60, endMs: 64, durationMs: 42 },
  { type: 'step_observed', startMs: 61, endMs: 65, durationMs: 42 },
  { type: 'step_observed', startMs: 160, endMs: 161, durationMs: 44 },
  { type: 'step_observed', startMs: 270, endMs: 272, durationMs: 60 },
]

test('what was asked of a page after an action and before the next step is its probe, and items are one kind of page', () => {
  const [items, home] = piecesByPage({ steps, calls, events })
  // The middle of one of 30, 3 + 2, 42, 4 + 4, 65 - 10, and one of 40, 0, 60, 2, 272 - 210.
  expect(items).toMatchObject({ page: '/item/*', probes: 2 })
  expect(items?.medians).toMatchObject({ picture: 35, fields: 2.5, other: 1.5, probe: 51, 'hand-over': 5, told: 58.5 })
  expect(items?.medians).toMatchObject({ before: 1, after: 2 })
  expect(home).toMatchObject({ page: '/', probes: 1, medians: { tree: 40, picture: 0, probe: 44, told: 51 } })
})

test('calls that are in no piece are told by name', () => {
  expect(otherCalls(calls)).toEqual(['Emulation.setFocus'])
})
