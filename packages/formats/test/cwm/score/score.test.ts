import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseGeneratedTrace, scoreTrace, scoreTraces, traceTokens } from '../../../src/cwm/index.ts'
import { call, line, returned } from '../frames.ts'

const { endOfText } = traceTokens
const lines = [
  call('{}', 'def main():  # << START_OF_TRACE'),
  line('{}', '    a = 1'),
  line('{"a": "1"}', '    b = 2'),
  line('{"a": "..", "b": "2"}', '    return a'),
  returned('    return a', '"1"'),
]
const truth = lines.join('') + endOfText
const perfect = {
  validJson: 1,
  stateExact: 1,
  keyMatch: 1,
  keyValueMatch: 1,
  actionExact: 1,
  eventMatch: 1,
  valueMatch: 1,
}

/** The truth with some of its frames replaced. */
function predict(changes: Readonly<Record<number, string>>): string {
  return lines.map((text, index) => changes[index] ?? text).join('') + endOfText
}

test('a trace has every figure against itself', () => {
  const whole = readFileSync(new URL('../../fixtures/cwm/programs/exceptions.trace.txt', import.meta.url), 'utf8')
  const { frames } = parseGeneratedTrace(whole)
  const count = { truth: frames.length, predicted: frames.length, matched: frames.length, inserted: 0, deleted: 0 }
  expect(scoreTrace(whole, parseGeneratedTrace(whole))).toEqual({
    validFormat: true,
    truncated: false,
    frames: count,
    firstDivergence: null,
    lengthRatio: 1,
    positional: perfect,
    aligned: perfect,
    expanded: perfect,
  })
})

test('one frame that is missing spoils all behind it by position, and itself alone when aligned', () => {
  const score = scoreTrace(predict({ 1: '' }), truth)
  expect(score.frames).toEqual({ truth: 5, predicted: 4, matched: 4, inserted: 0, deleted: 1 })
  expect(score.firstDivergence).toBe(1)
  expect(score.lengthRatio).toBe(0.8)
  expect(score.aligned).toEqual({
    ...perfect,
    stateExact: 0.75,
    keyMatch: 0.75,
    keyValueMatch: 0.75,
    actionExact: 0.8,
    eventMatch: 0.8,
  })
  expect(score.positional).toMatchObject({ stateExact: 0.25, actionExact: 0.4, valueMatch: 0 })
  expect(scoreTrace(truth, predict({ 1: '' })).frames).toMatchObject({ matched: 4, inserted: 1, deleted: 0 })
})

test('a wrong source is a frame replaced: its state still counts', () => {
  const score = scoreTrace(predict({ 2: line('{"a": "1"}', '    b = 3') }), truth)
  expect(score.frames).toEqual({ truth: 5, predicted: 5, matched: 4, inserted: 0, deleted: 0 })
  expect(score.aligned).toEqual({ ...perfect, actionExact: 0.8 })
  expect(score.firstDivergence).toBe(2)
})

test('blanks at the end of a source, and another way to say the same state, are no divergence', () => {
  const said = predict({ 2: line('{"a": "1"}', '    b = 2  '), 3: line('{"b": "2", "a": "1"}', '    return a') })
  const score = scoreTrace(said, truth)
  expect(score.firstDivergence).toBeNull()
  expect(score.expanded).toEqual(perfect)
  expect(score.positional).toMatchObject({
    stateExact: 0.75,
    keyMatch: 1,
    keyValueMatch: (3 + 1 / 3) / 4,
    actionExact: 1,
  })
})

test('a wrong value early is wrong in every full state that keeps it', () => {
  const score = scoreTrace(predict({ 2: line('{"a": "7"}', '    b = 2') }), truth)
  expect(score.positional).toMatchObject({ stateExact: 0.75, keyMatch: 1 })
  expect(score.expanded).toMatchObject({ stateExact: 0.5, keyMatch: 1, keyValueMatch: (1 + 1 + 0 + 1 / 3) / 4 })
})

test('locals that cannot be read have no state, and a value is compared with a value alone', () => {
  const bad = scoreTrace(predict({ 3: line('{bad', '    return a') }), truth)
  expect(bad).toMatchObject({ validFormat: false, truncated: false, firstDivergence: 3 })
  for (const way of [bad.positional, bad.aligned, bad.expanded]) {
    expect(way).toMatchObject({ validJson: 0.75, stateExact: 0.75, keyMatch: 0.75, actionExact: 1, valueMatch: 1 })
  }
  const other = scoreTrace(predict({ 4: returned('    return a', '"2"') }), truth)
  expect(other.expanded).toEqual({ ...perfect, valueMatch: 0 })
  expect(scoreTrace(predict({ 4: line('{}', '    return a') }), truth).expanded).toMatchObject({
    valueMatch: 0,
    eventMatch: 0.8,
  })
})

test('what has nothing to compare is null', () => {
  const score = scoreTrace('', returned('x', '"1"') + endOfText)
  expect(score.expanded).toEqual({
    ...perfect,
    validJson: null,
    stateExact: null,
    keyMatch: null,
    keyValueMatch: null,
    actionExact: 0,
    eventMatch: 0,
    valueMatch: 0,
  })
  expect(scoreTrace(truth, '')).toMatchObject({
    lengthRatio: null,
    firstDivergence: 0,
    frames: { truth: 0, inserted: 5 },
  })
  expect(scoreTrace('', '').aligned.actionExact).toBeNull()
})

test('a mean is over traces, each as heavy as the other, and leaves out what is null', () => {
  const noStates = returned('x', '"1"') + endOfText
  const mean = scoreTraces([
    [truth, truth],
    { predicted: predict({ 1: '' }), truth },
    [noStates, noStates],
    [noStates.slice(0, 30), noStates],
  ])
  expect(mean.validFormat).toBe(0.75)
  expect(mean.truncated).toBe(0.25)
  expect(mean.aligned.stateExact).toBe((1 + 0.75) / 2)
  expect(mean.aligned.eventMatch).toBe((1 + 0.8 + 1 + 0) / 4)
  expect(mean.firstDivergence).toBe((1 + 0) / 2)
  expect(scoreTraces([])).toMatchObject({ validFormat: null, aligned: { stateExact: null }, frames: { truth: null } })
})
