import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, expect, test } from 'vitest'
import { inFast } from '../../../../scripts/test-size.ts'

const program = fileURLToPath(new URL('programs/act-quietly.ts', import.meta.url))
/** All captures look through the same session; a recorded page looks at its targets, too. */
const kinds = ['recordPage', ...inFast([], ['captureDom', 'captureHybrid', 'captureCua'])]

/** All that was shown of each kind: the actions of a trace, and the lines that Playwright writes for whoever asks, without times. */
const shown = new Map<string, { lines: string[]; actions: string[]; looks: number }>()

beforeAll(async () => {
  const args = ['--conditions=@contrail/source', '--disable-warning=ExperimentalWarning', program, 'none', ...kinds]
  const env = { ...process.env, DEBUG: 'pw:api', DEBUG_COLORS: '0' }
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { env })
  const parts = stderr.split(/^begin (\w+)$/m).slice(1)
  for (const line of stdout.trim().split('\n')) {
    const { kind, ...seen } = JSON.parse(line) as { kind: string; actions: string[]; looks: number }
    const written = parts[parts.indexOf(kind) + 1] ?? ''
    const lines = written.split('\n').flatMap((text) => /pw:api\s+(.*?)(?: \+\d+m?s)?$/.exec(text)?.[1] ?? [])
    shown.set(kind, { lines, ...seen })
  }
})

test('without a capture the two clicks are shown', () => {
  const { looks, actions, lines } = shown.get('none')!
  expect(looks).toBe(0)
  expect(actions.filter((method) => method === 'click')).toHaveLength(2)
  expect(lines.filter((line) => line.includes('page.click started'))).toHaveLength(2)
})

test.each(kinds)('with %s neither a trace nor the lines of DEBUG=pw:api show more than what was done', (kind) => {
  const [plain, seen] = [shown.get('none')!, shown.get(kind)!]
  expect(seen.looks).toBe(2)
  expect(seen.actions).toEqual(plain.actions)
  expect(countOf(seen.lines)).toEqual(countOf(plain.lines))
})

/** Count each line of a call. What is said of an element on its way depends on the moment. */
function countOf(lines: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const line of lines) {
    if (/^(=>|<=|waiting for|taking)/.test(line)) counts[line] = (counts[line] ?? 0) + 1
  }
  return counts
}
