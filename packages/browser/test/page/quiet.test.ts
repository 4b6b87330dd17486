import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const program = fileURLToPath(new URL('programs/act-quietly.ts', import.meta.url))

/** Run the program, and read the lines that Playwright writes for whoever asks, and the actions of a trace, without times. */
async function act(kind: string): Promise<{ lines: string[]; actions: string[]; looks: number }> {
  const args = ['--conditions=@contrail/source', '--disable-warning=ExperimentalWarning', program, kind]
  const env = { ...process.env, DEBUG: 'pw:api', DEBUG_COLORS: '0' }
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { env })
  const lines = stderr.split('\n').flatMap((line) => /pw:api\s+(.*?)(?: \+\d+m?s)?$/.exec(line)?.[1] ?? [])
  return { lines, ...(JSON.parse(stdout) as { actions: string[]; looks: number }) }
}

test('neither a trace nor the lines of DEBUG=pw:api show more than what was done', { timeout: 120_000 }, async () => {
  const { looks: none, ...plain } = await act('none')
  expect(none).toBe(0)
  expect(plain.actions.filter((method) => method === 'click')).toHaveLength(3)
  expect(plain.lines.filter((line) => line.includes('page.click started'))).toHaveLength(3)
  for (const kind of ['captureDom', 'captureHybrid', 'captureCua', 'recordPage']) {
    const { looks, ...seen } = await act(kind)
    expect(looks).toBe(3)
    expect({ kind, actions: seen.actions }).toEqual({ kind, actions: plain.actions })
    expect({ kind, lines: countOf(seen.lines) }).toEqual({ kind, lines: countOf(plain.lines) })
  }
})

/** Count each line of a call. What is said of an element on its way depends on the moment. */
function countOf(lines: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const line of lines) {
    if (/^(=>|<=|waiting for|taking)/.test(line)) counts[line] = (counts[line] ?? 0) + 1
  }
  return counts
}
