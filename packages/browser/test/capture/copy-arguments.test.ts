import { expect, test } from 'vitest'
import { copyArguments } from '../../src/capture/copy-arguments.ts'

test('arrays and plain objects are copied to their leaves, all else is shared', () => {
  const at = new Date(0)
  const url = new URL('http://shop.test/')
  const given = { deep: { list: [1, { at }] }, url, none: null, text: 'x' }
  const copy = copyArguments(given)
  expect(copy).toStrictEqual(given)
  given.deep.list.push(2)
  expect(copy['deep']).toStrictEqual({ list: [1, { at }] })
  expect(copy['url']).toBe(url)
})

test('circles, depth, accessors and __proto__ harm nothing', () => {
  const circle: Record<string, unknown> = {}
  circle['self'] = circle
  const copy = copyArguments(circle)
  expect(copy['self']).toBe(copy)
  let deep: unknown = 'leaf'
  for (let level = 0; level < 50_000; level++) deep = [deep]
  expect(copyArguments({ deep })).toHaveProperty('deep')
  const throwing = Object.defineProperty({}, 'x', {
    enumerable: true,
    get: () => {
      throw new Error('mine')
    },
  })
  expect(copyArguments({ throwing })['throwing']).toBe(throwing)
  const odd = JSON.parse('{"__proto__": {"polluted": true}}') as Record<string, unknown>
  expect(JSON.stringify(copyArguments(odd))).toBe('{"__proto__":{"polluted":true}}')
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
})
