import { lintSource } from '@secretlint/core'
import { creator } from '@secretlint/secretlint-rule-preset-recommend'
import { expect, test } from 'vitest'
import { readFileSync } from 'node:fs'
import { createRedactor } from '../../../src/redact/redactor.ts'
import { vendorKeys } from '../../../src/redact/scan/vendors.ts'
import { readHarmless, readSecrets } from './corpus.ts'
import { measureHarmless, measureSecrets } from './measure.ts'
import { redactionRates, redactionTable } from './table.ts'

test('at most one in a hundred of the harmless contents is damaged', () => {
  const { count, missed } = measureHarmless()
  expect(count).toBeGreaterThanOrEqual(300)
  expect(missed.map(({ entry }) => entry.content).slice(count / 100)).toEqual([])
})

test('no promised form of a secret is left', () => {
  const { count, missed } = measureSecrets(
    readSecrets().filter(({ door, promised }) => door !== 'vendor' && promised !== false),
  )
  expect(count).toBeGreaterThanOrEqual(350)
  expect(missed.map(({ entry }) => entry.content)).toEqual([])
})

test('what is told as not promised is not found, or it would be promised', () => {
  const { count, missed } = measureSecrets(readSecrets().filter(({ promised }) => promised === false))
  expect(missed.length).toBe(count)
})

test("of the vendors' keys at least 95 in a hundred are gone, in a result and in a tree", () => {
  const { count, missed } = measureSecrets(readSecrets().filter(({ door }) => door === 'vendor'))
  expect(new Set(vendorKeys.map(({ vendor }) => vendor)).size).toBeGreaterThanOrEqual(60)
  expect(missed.map(({ entry }) => entry.vendor).slice(count * 0.05)).toEqual([])
})

test('a tree as captures record it, with refs and other attributes, is redacted as the same without them', () => {
  const redactor = createRedactor({ fingerprint: () => '01234567' })
  const trees = [...readSecrets(), ...readHarmless()].flatMap(({ door, content }) =>
    door === 'tree' && typeof content === 'string' && !content.includes('[ref=') ? [content] : [],
  )
  const attributes = [' [ref=e1]', ' [ref=e22] [cursor=pointer]', ' [active] [ref=f1e3]', ' [ref=e4] [box=8,16,120,24]']
  const element = /^(\s*- '?(?!text\b)[a-z]+(?: "(?:[^"\\]|\\.)*")?(?: \[[^\]]*\])*)(?='?(?::|$))/gm
  let count = 0
  const told = trees.map((tree) => {
    const captured = tree.replaceAll(element, (line) => line + attributes[(count += 1) % attributes.length]!)
    const redacted = attributes.reduce((text, added) => text.replaceAll(added, ''), redactor.ariaTree(captured))
    return { tree, redacted }
  })
  expect(told).toEqual(trees.map((tree) => ({ tree, redacted: redactor.ariaTree(tree) })))
  expect(count).toBeGreaterThan(300)
})

test('data in an envelope, under the name of a value or in a list there, is redacted as it is by itself', () => {
  const redact = (data: unknown): string =>
    JSON.stringify(createRedactor({ fingerprint: () => '01234567' }).value(data as never))
  const found = readSecrets().filter(({ door, content, secret, promised }) => {
    return door === 'result' && typeof content === 'object' && promised !== false && !redact(content).includes(secret)
  })
  expect(found.length).toBeGreaterThan(250)
  const left = found.filter(({ content, secret }) =>
    redact([{ value: content }, { value: [content] }]).includes(secret),
  )
  expect(left.map(({ content }) => content)).toEqual([])
})

test('a measure of what nobody redacts misses everything, and one of damage sees it', () => {
  const leaks = measureSecrets([
    { source: 'prose', door: 'result', content: 'I said opensesame', secret: 'opensesame' },
  ])
  expect(leaks.missed).toHaveLength(1)
  const damaged = measureHarmless([{ source: 'a password', door: 'result', content: { password: 'opensesame' } }])
  expect(damaged.missed).toHaveLength(1)
})

test('what the rules of secretlint find in the corpus is found whole', async () => {
  const redactor = createRedactor({ fingerprint: () => '01234567' })
  const texts = [...readSecrets(), ...readHarmless()].flatMap(({ content }) =>
    typeof content === 'string' ? [content] : [],
  )
  const config = { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: creator, options: {} }] }
  // All of them as one source: what surrounds the rules takes ten times as long for each.
  const starts: number[] = []
  let content = ''
  for (const text of texts) {
    starts.push(content.length)
    content += `${text}\n\n`
  }
  const { messages } = await lintSource({
    source: { content, filePath: 'a.txt', ext: '.txt', contentType: 'text' },
    options: { config, noPhysicFilePath: true },
  })
  const left: string[] = []
  let found = 0
  for (const { range, type } of messages) {
    if (type !== 'message') continue
    found += 1
    const text = texts[starts.findLastIndex((start) => start <= range[0])]!
    const part = content.slice(range[0], range[1])
    // A URL with a password is told whole; what is no secret of it stays.
    const secret = /:\/\/[^:@\s]*:([^@\s]+)@/.exec(part)?.[1] ?? part
    // `<password>` is where one is to be filled in, and so is `user:pass@` in documentation.
    const isToFillIn = /^<\w+>$|^(?:pass|password|token)$/i.test(secret)
    if (redactor.text(text).includes(secret.slice(-8)) && !isToFillIn) left.push(text)
  }
  expect(left).toEqual([])
  expect(found).toBeGreaterThan(20)
})

test('the pages of the recorder promise what was measured, no more and no less', () => {
  const page = (name: string): string =>
    plain(readFileSync(new URL(`../../../../recorder/${name}`, import.meta.url), 'utf8'))
  const plain = (text: string): string => text.replaceAll(/[\s-]+/g, ' ')
  expect(page('README.md')).toContain(plain(redactionRates()))
  expect(page('SECRETS.md')).toContain(plain(redactionTable()))
})
