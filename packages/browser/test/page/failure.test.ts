import { describe, expect, test } from 'vitest'
import { failureMessage } from '../../src/page/failure.ts'

describe('what an error of the page says', () => {
  test('is its first line', () => {
    expect(failureMessage(new Error('page.goto: net::ERR_FAILED\nCall log:\n  - navigating'))).toBe(
      'page.goto: net::ERR_FAILED',
    )
    expect(failureMessage('no error at all')).toBe('no error at all')
  })

  test('is never cut inside a word, so that no half of a token stays where nobody knows it', () => {
    const token = 'sk-live-0123456789abcdef0123456789abcdef'
    for (let lead = 250; lead <= 305; lead += 1) {
      const message = failureMessage(new Error(`${'x'.repeat(lead - 1)} ${token} was refused`))
      expect(message.includes(token) || !message.includes('sk-')).toBe(true)
      expect(message.length).toBeLessThanOrEqual(320)
    }
  })
})
