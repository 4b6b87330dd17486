import { expect, test } from 'vitest'
import { act, make, take } from './stored-steps.ts'

const fill = { selector: '#password', text: 'test' }
const message = (id: string, content: string): object => ({ role: 'tool', tool_call_id: id, content })
const turn = (turnId: string, messages: readonly object[]): object => ({ turnId, text: '', messages })

test('a weak secret is gone from all that is told of its call later, and from nothing else', () => {
  const redactor = make()
  act(redactor, 'fill', fill, { toolCallId: 'call_1', turnId: 'one' })
  const later = take(
    redactor,
    'turn_finished',
    turn('two', [message('call_1', 'Typed test.'), message('call_2', 'A test.')]),
  )
  expect(later).toContain('"content":"Typed [redacted:password:01234567]."')
  expect(later).toContain('"content":"A test."')
})

test('a call that has the id of one before it has nothing of its secrets', () => {
  const redactor = make()
  act(redactor, 'fill', fill, { toolCallId: '0' })
  act(redactor, 'fill', { selector: '#search', text: 'test' }, { toolCallId: '0' })
  expect(take(redactor, 'turn_finished', turn('two', [message('0', 'Typed test.')]))).toContain(
    '"content":"Typed test."',
  )
})

test('calls are known from the messages of models alone', () => {
  const call = {
    role: 'assistant',
    tool_calls: [{ id: 'c9', function: { name: 'fill', arguments: JSON.stringify(fill) } }],
  }
  const told = take(
    make(),
    'turn_finished',
    turn('two', [call, message('c9', 'Typed test.'), message('c10', 'A test.')]),
  )
  expect(told).toContain('"content":"Typed [redacted:password:01234567]."')
  expect(told).toContain('"content":"A test."')
})

test('what a page lists under the numbers that calls have as well is none of theirs', () => {
  const redactor = make()
  act(redactor, 'fill', fill, { toolCallId: '1' })
  const listed = [{ id: '1', title: 'A test' }]
  expect(act(redactor, 'list', {}, { toolOutput: { ok: true, result: listed } })).toContain('"title":"A test"')
  const call = { id: '1', function: { name: 'fill', arguments: 'typed test' } }
  expect(take(redactor, 'turn_finished', turn('two', [call]))).toContain('"typed [redacted:password:01234567]"')
})
