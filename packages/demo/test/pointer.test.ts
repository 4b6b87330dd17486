import { expect, test } from 'vitest'
import { parseAria } from '@contrail/core'
import { toScreenActions, visibleNodes } from '../src/pointer.ts'

const nodes = parseAria(
  [
    '- searchbox "Search" [box=100,10,200,40]',
    '- button "Go" [box=310,10,51,40]',
    '- button "Below" [box=0,780,100,60]',
  ].join('\n'),
)

test('an element whose middle is outside the viewport is not on the frame', () => {
  const names = visibleNodes(nodes, { width: 1280, height: 800 }).map((node) => node.name)
  expect(names).toEqual(['Search', 'Go'])
})

test('filling a field is a click in its middle and typing', () => {
  const actions = toScreenActions({ do: 'fill', role: 'searchbox', name: 'Search', value: 'lamp', why: '' }, nodes)
  expect(actions).toEqual([
    { type: 'click', x: 200, y: 30 },
    { type: 'type', text: 'lamp' },
  ])
})

test('what is not on the frame, or needs more than a pointer, is an error', () => {
  expect(() => toScreenActions({ do: 'click', role: 'button', name: 'Gone', why: '' }, nodes)).toThrow(
    'Gone is not on the frame',
  )
  expect(() => toScreenActions({ do: 'read_frame', why: '' }, nodes)).toThrow('more than a pointer')
})
