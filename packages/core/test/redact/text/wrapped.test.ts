import { expect, test } from 'vitest'
import { createRedactor } from '../../../src/redact/redactor.ts'

const redactor = createRedactor({ fingerprint: () => '01234567' })
const key = 'ghp_Ab3dE5fG7hJ9kL2mN4pQ6rS8tU1vW3xY5zA7'
const jwt = `eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.${'eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6'.repeat(3)}.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV`
const wrap = (text: string, width: number, lineBreak: string): string =>
  text.replaceAll(new RegExp(`.{${width}}(?=.)`, 'g'), (line) => line + lineBreak)
const windows = (secret: string): string[] =>
  Array.from({ length: secret.length - 5 }, (_, at) => secret.slice(at, at + 6))

test('a key that a terminal has broken is gone on both sides of the break, wherever that is', () => {
  const left: string[] = []
  for (const secret of [key, jwt])
    for (const width of [80, 100, 120, 132])
      for (let lead = width - 38; lead < width; lead += 3) {
        const output = `$ make\n${wrap(`${'x'.repeat(lead - 8)} TOKEN=${secret} and on it goes`, width, lead % 2 ? '\n' : '\r\n')}\n$ `
        for (const text of [output, JSON.stringify({ stdout: output })]) {
          const redacted = redactor.text(text)
          if (windows(secret).some((part) => redacted.includes(part))) left.push(redacted)
        }
      }
  expect(left).toEqual([])
})

test('lines of their own stay apart: the name of the next value, and a list of hashes', () => {
  const lead = `${'x'.repeat(33)} TOKEN=`
  const values = `${lead}${key}\nNEXT_TOKEN=${key}\n`
  expect(values.indexOf('\n')).toBe(80)
  expect(redactor.text(values)).toMatch(/TOKEN=\[redacted:\w+:01234567\]\nNEXT_TOKEN=\[redacted:\w+:01234567\]\n$/)
  const others = [
    // Lines of one length: fields of a tree, commands, rows, and hashes.
    ['- textbox "Password of the account": opensesame4711', '- textbox "Name of the account (long)": Ada Lovelac'],
    ['export GITHUB_BUILD_TOKEN=q8Zr2mT5vKx9LpW4nBc7', 'export GITLAB_BUILD_TOKEN=q8Zr2mT5vKx9LpW4nBc7'],
    ['row 1 of the log of 2026 token=q8Zr2mT5vKx9LpW4nBc7', 'a7,ada9,accounting token=q8Zr2mT5vKx9LpW4nBc7 x1234'],
    ['9f8a7c1e5b3d42960fae7c1b8d3e5a609f8a7c1e', '1b8d3e5a609f8a7c1e9f8a7c1e5b3d42960fae7c'],
  ].map((lines) => lines.join('\n'))
  for (const text of others) {
    const [first = '', second = ''] = text.split('\n')
    expect(first.length).toBe(second.length)
    expect(redactor.text(text)).toBe(`${redactor.text(first)}\n${redactor.text(second)}`)
  }
})
