import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { remember, rememberUnchanged } from '../../../src/redact/text/memoize.ts'

test('a text is read once, also after thousands of others have been read', () => {
  let reads = 0
  const lengthOf = remember((text) => {
    reads += 1
    return text.length
  })
  for (let index = 0; index < 10_000; index += 1) lengthOf(`name ${index}`)
  expect(reads).toBe(10_000)
  for (let time = 0; time < 100; time += 1) expect(lengthOf('the newest')).toBe(10)
  expect(reads).toBe(10_001)
})

test('an answer that is undefined is remembered, too', () => {
  let reads = 0
  const nothing = remember(() => {
    reads += 1
  })
  nothing('a')
  nothing('a')
  expect(reads).toBe(1)
})

test('texts over 100 characters are read each time, so that a memory holds no pages', () => {
  let reads = 0
  const count = (text: string): string => {
    reads += 1
    return text
  }
  const page = 'a'.repeat(101)
  for (const read of [remember(count), rememberUnchanged(count)]) {
    read(page)
    read(page)
  }
  expect(reads).toBe(4)
})

test('a memory of names keeps no page that they stood in', () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const heldBytes = (): number => {
    collect()
    return process.memoryUsage().heapUsed
  }
  const memories = [remember((name) => [name]), rememberUnchanged((name) => name)]
  const pageBytes = 200_000
  const before = heldBytes()
  for (let index = 0; index < 100; index += 1) {
    const page = Buffer.alloc(pageBytes, `the password of account ${index} `).toString('latin1')
    for (const read of memories) read(page.slice(0, 30))
  }
  expect(heldBytes() - before).toBeLessThan(pageBytes * 25)
  expect(memories).toHaveLength(2)
})
