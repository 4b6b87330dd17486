import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createRedactor, isRedactable, type Redactor, type RedactorOptions } from '../../src/redact/redactor.ts'
import { parsePlaceholder, redactionKinds } from '../../src/redact/text/placeholder.ts'

const fingerprint = (value: string): string => createHmac('sha256', 'key').update(value).digest('hex').slice(0, 8)
const make = (options: Partial<RedactorOptions> = {}): Redactor => createRedactor({ fingerprint, ...options })
/** Placeholders without their fingerprint, so that a test says what was replaced. */
const brief = (text: string): string => text.replaceAll(/\[redacted:(\w+):[0-9a-f]{8}\]/g, '<$1>')

describe('placeholders', () => {
  test('are equal for equal values, whatever they stand in, and differ for others', () => {
    const redactor = make({ secrets: ['correct horse'] })
    const [plain, percent, other] = ['correct horse', 'a=correct%20horse', 'password=correct-staple1'].map(
      (text) => /\[redacted:\w+:([0-9a-f]{8})\]/.exec(redactor.text(text))?.[1],
    )
    expect(plain).toBe(fingerprint('correct horse'))
    expect(percent).toBe(plain)
    expect(other).not.toBe(plain)
  })

  test('are equal for a value and what it is escaped to, also where nobody registered it', () => {
    const redactor = make()
    const whole = parsePlaceholder(redactor.field('secret', 'x b1"'))
    expect(redactor.text('{"secret": "x%20b1%22"}')).toContain(whole!.fingerprint)
    expect(redactor.text(String.raw`{"secret": "x b1\""}`)).toContain(whole!.fingerprint)
  })

  test('say their kind and fingerprint, and only whole ones do', () => {
    const text = make().typed('hunter2')
    expect(parsePlaceholder(text)).toEqual({ kind: 'password', fingerprint: fingerprint('hunter2') })
    expect(parsePlaceholder(`${text} `)).toBeUndefined()
    expect(parsePlaceholder('[redacted:joke:01234567]')).toBeUndefined()
  })

  test('never hold the value that they stand for', () => {
    for (const word of redactionKinds.filter(isRedactable)) {
      expect(make({ secrets: [word] }).field('password', word)).not.toContain(word)
      expect(make().typed(word)).not.toContain(word)
    }
    expect(
      make({ secrets: ['abcd'], fingerprint: (value) => (value === 'abcd' ? '0abcd000' : '01234567') }).text('abcd'),
    ).toBe('[redacted:registered:01234567]')
  })

  test('of values under 4 characters say nothing that could be compared', () => {
    expect(make().typed('1')).toBe('[redacted:password:00000000]')
    expect(make().field('otp', '737')).toBe('[redacted:one_time_code:00000000]')
  })

  test('are not redacted again, under any name and in any text', () => {
    const redactor = make({ secrets: ['0123abcd', 'hunter22'] })
    const placeholder = '[redacted:token:0123abcd]'
    expect(redactor.field('password', placeholder)).toBe(placeholder)
    expect(redactor.typed(placeholder)).toBe(placeholder)
    expect(redactor.text(`password="${placeholder}" token=${placeholder}`)).toBe(
      `password="${placeholder}" token=${placeholder}`,
    )
    expect(brief(redactor.text(`hunter22${placeholder}hunter22`))).toBe('<registered><token><registered>')
  })
})

describe('createRedactor', () => {
  test('refuses a secret that stands everywhere, without saying it', () => {
    for (const secret of ['', 'abc', '  abc  ', 'True', 'localhost', 'redacted']) {
      expect(isRedactable(secret)).toBe(false)
      const attempt = (): Redactor => make({ secrets: ['good enough', secret] })
      expect(attempt).toThrow(TypeError)
      expect(attempt).toThrow(/^secrets\[1\]: expected .* got one of \d+ characters$/)
    }
    expect(isRedactable('abcd')).toBe(true)
  })

  test('looks for every one of thousands of secrets, and refuses more than it can look for', () => {
    const many = (count: number): string[] => Array.from({ length: count }, (_, index) => `v${index}`.padStart(8, '-'))
    const redactor = make({ secrets: many(6_000) })
    expect(brief(redactor.text('a ---v5999 b ----v999 c ---v6000'))).toBe('a <registered> b <registered> c ---v6000')
    expect(() => make({ secrets: many(20_001) })).toThrow(/^secrets: expected at most 20000 /)
  })

  test('refuses a fingerprint that is not 8 hex digits', () => {
    for (const wrong of ['', 'abc', '0123ABCD', '012345678', undefined]) {
      expect(() => make({ fingerprint: () => wrong as string })).toThrow(TypeError)
    }
  })
})
