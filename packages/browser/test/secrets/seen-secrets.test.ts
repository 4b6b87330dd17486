import { parsePlaceholder } from '@contrail/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSeenSecrets } from '../../src/secrets/seen-secrets.ts'

test('a value is left out in whatever form it stands, and what is around it stays', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 8, maxLength: 40 }), (value) => {
      fc.pre(/[^\s"*/:<>?\\|]/.test(value))
      fc.pre(value.trim().length >= 8 && !'[redacted:secret:00000000]'.includes(value.trim()))
      const seen = createSeenSecrets()
      seen.remember({ value, kind: 'password' })
      const query = new URLSearchParams({ v: value }).toString().slice(2)
      const inFileName = value.replaceAll(/["*/:<>?\\|]/g, '_')
      for (const form of [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value), query, inFileName]) {
        const masked = seen.mask(`<${form}>`)
        expect(masked.startsWith('<') && masked.endsWith('>')).toBe(true)
        expect(parsePlaceholder(masked.slice(1, -1).trim())?.fingerprint).toBe('00000000')
      }
    }),
  )
})

test('a short value is left out only where it stands alone', () => {
  const seen = createSeenSecrets()
  seen.remember({ value: 'tiger7', kind: 'password' })
  expect(seen.mask('tiger7, tiger77, p=tiger7')).toBe(
    '[redacted:password:00000000], tiger77, p=[redacted:password:00000000]',
  )
})

test('a weak value is known to the recorder and left out of no text, unless it is given', () => {
  for (const value of ['2026', 'test', '4821', 'summer', 'Acme', 'password', '2026-11-30']) {
    const seen = createSeenSecrets()
    seen.remember({ value, kind: 'password' })
    expect(seen.all()).toEqual([{ value, kind: 'password' }])
    expect(seen.mask(`of ${value}`)).toBe(`of ${value}`)
    expect(seen.kindOf(value)).toBeUndefined()
    expect(seen.mask(`of ${value}`, seen.all())).not.toContain(value)
  }
})

test('a one-time code is left out as people write it, in halves, by threes and sign by sign, and no longer number is', () => {
  const seen = createSeenSecrets()
  seen.remember({ value: '739164', kind: 'one_time_code' })
  for (const spelling of ['739164', '739 164', '739-164', '7 3 9 1 6 4', '7-3-9-1-6-4'])
    expect(seen.mask(`Code ${spelling}.`)).toBe('Code [redacted:one_time_code:00000000].')
  expect(seen.mask('7391645, 73916, 739 165')).toBe('7391645, 73916, 739 165')
  seen.remember({ value: '8', kind: 'one_time_code', isPart: true })
  expect(seen.all()).toHaveLength(1)
})

test('a longer value goes before the part of it that was typed first', () => {
  const seen = createSeenSecrets()
  for (const value of ['hunter2-an', 'hunter2-and-more']) seen.remember({ value, kind: 'password' })
  expect(seen.mask('hunter2-and-more')).toBe('[redacted:password:00000000]')
})

test('a placeholder never shows the value it stands for', () => {
  const seen = createSeenSecrets()
  expect(seen.mask('is password', [{ value: 'password', kind: 'password' }])).toBe('is [redacted:secret:00000000]')
})

test('numbers of a card are left out anywhere, its code and expiry only when they are given', () => {
  const seen = createSeenSecrets()
  for (const value of ['4111111111111111', '123', '2031']) seen.remember({ value, kind: 'card' })
  expect(seen.mask('4111111111111111 123 2031')).toBe('[redacted:card:00000000] 123 2031')
  expect(seen.mask('123 2031', [{ value: '123', kind: 'card' }])).toBe('[redacted:card:00000000] 2031')
})

test('arrays and objects are copied, circles and all, when something in them is left out', () => {
  const seen = createSeenSecrets()
  seen.remember({ value: 'hunter2hunter2', kind: 'password' })
  const clean = { list: ['a', { b: 1 }], bytes: new Uint8Array(3) }
  expect(seen.maskAll(clean)).toBe(clean)
  const circle: Record<string, unknown> = { text: 'hunter2hunter2', clean }
  circle['self'] = circle
  const masked = seen.maskAll(circle) as typeof circle
  expect(masked['text']).toBe('[redacted:password:00000000]')
  expect(masked['self']).toBe(masked)
  expect(masked['clean']).toEqual(clean)
  expect(circle['text']).toBe('hunter2hunter2')
})
