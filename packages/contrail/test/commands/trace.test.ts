import { readFile, truncate, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { runCli } from '../../src/cli.ts'
import { makeRoot } from '../recordings.ts'

const programs = new URL('../../../formats/test/fixtures/cwm/programs/', import.meta.url)
const program = (name: string): Promise<string> => readFile(new URL(`${name}.trace.txt`, programs), 'utf8')

/** Run the command line with this on its standard input. */
async function contrail(words: readonly string[], cwd: string, input: string | Uint8Array = '') {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
  stdin.end(input)
  const exitCode = await runCli(['trace', ...words], { stdin, stdout, stderr, cwd, env: {} })
  stdout.end()
  stderr.end()
  return { exitCode, stdout: await text(stdout), stderr: await text(stderr) }
}

test('parse and expand tell every frame as one document, of a file or of standard input', async () => {
  const cwd = await makeRoot()
  const trace = await program('same_line')
  await writeFile(path.join(cwd, 'trace.txt'), trace)
  const parsed = await contrail(['parse', 'trace.txt', '--json'], cwd)
  expect(parsed).toMatchObject({ exitCode: 0, stderr: '' })
  const { frames, ...rest } = JSON.parse(parsed.stdout) as { frames: object[] }
  expect(rest).toEqual({ wellFormed: true, truncated: false, diagnostics: [] })
  expect(frames[0]).toEqual({
    event: 'call',
    source: 'def main():',
    locals: {},
    arg: null,
    malformed: false,
    offset: 0,
  })

  const expanded = await contrail(['expand', '-', '--json'], cwd, trace)
  expect(expanded.exitCode).toBe(0)
  const states = JSON.parse(await readFile(new URL('same_line.states.json', programs), 'utf8')) as object[]
  const told = JSON.parse(expanded.stdout) as { frames: Record<string, unknown>[]; diagnostics: unknown }
  expect(told.diagnostics).toEqual([])
  expect(told.frames).toHaveLength(states.length)
  expect(told.frames[1]).toEqual({
    event: 'line',
    scope: 0,
    depth: 1,
    source: '    total = 0',
    state: {},
    value: null,
    kind: 'line',
  })
})

test('as text, depth is indentation, and a fault is underlined at its column', async () => {
  const cwd = await makeRoot()
  const expanded = await contrail(['expand', '-'], cwd, await program('recursion'))
  expect(expanded.exitCode).toBe(0)
  expect(expanded.stdout).toMatch(/^ 4 {2}scope 1 {3}call {6}def hanoi\(.*count = 3/m)
  expect(expanded.stdout).toMatch(/No error\.\n$/)

  const bad = '<|call_sep|>{"a": "\u202e\u001b[31m"}<|action_sep|>def main():\n<|frame_sep|>oh<|end_of_text|>'
  const parsed = await contrail(['parse', '-'], cwd, bad)
  expect(parsed.exitCode).toBe(1)
  expect(parsed.stdout).toContain('{"a": "\\u202e\\x1b[31m"}')
  expect(parsed.stdout).toContain('  <|frame_sep|>oh<|end_of_text|>\n               ^\n2 errors.')
})

test('a trace that is not well-formed, or has what is not resolved, is 1', async () => {
  const cwd = await makeRoot()
  const open = '<|call_sep|>{"a": ".."}<|action_sep|>def f(a):\n<|frame_sep|><|end_of_text|>'
  expect((await contrail(['parse', '-'], cwd, open)).exitCode).toBe(0)
  const expanded = await contrail(['expand', '-', '--json'], cwd, open)
  expect(expanded.exitCode).toBe(1)
  expect(JSON.parse(expanded.stdout)).toMatchObject({
    diagnostics: [{ code: 'unresolved_placeholder', severity: 'error', offset: 0, frame: 0 }, { code: 'open_scope' }],
  })
  expect((await contrail(['expand', '-'], cwd, 'oh')).exitCode).toBe(1)
})

test('score compares two files, one of which may be standard input', async () => {
  const cwd = await makeRoot()
  const truth = await program('closures')
  await writeFile(path.join(cwd, 'truth.txt'), truth)
  const scored = await contrail(['score', '-', 'truth.txt', '--json'], cwd, truth)
  expect(scored.exitCode).toBe(0)
  expect(JSON.parse(scored.stdout)).toMatchObject({
    validFormat: true,
    firstDivergence: null,
    expanded: { stateExact: 1 },
  })
  const cut = await contrail(['score', '-', 'truth.txt'], cwd, truth.slice(0, 500))
  expect(cut.exitCode).toBe(1)
  expect(cut.stdout).toMatch(/^format not valid, cut off; 5 frames predicted for 64 [^]*positional.*\n/)
})

test('what cannot be read is 2 and says why, wrong usage is 64', async () => {
  const cwd = await makeRoot()
  const refused = async (input: string | Uint8Array, file = '-'): Promise<unknown> => {
    const { exitCode, stdout } = await contrail(['parse', file, '--json'], cwd, input)
    expect(exitCode).toBe(2)
    return (JSON.parse(stdout) as { error: unknown }).error
  }
  for (const [bytes, offset] of [
    [[0x61, 0xc3, 0x28], 1],
    [[0xff], 0],
    [[0xe2, 0x9c, 0x93, 0xed, 0xa0, 0x80], 3],
    [[0xf0, 0x9f, 0x8e], 0],
    [[0x41, 0xc0, 0x80], 1],
    [[0xf4, 0x90, 0x80, 0x80], 0],
  ] as const) {
    expect(await refused(Uint8Array.from(bytes))).toMatchObject({ code: 'FILE_INVALID', details: { offset } })
  }
  expect(await refused('', 'none.txt')).toMatchObject({ code: 'FILE_UNREADABLE', details: { errno: 'ENOENT' } })
  expect(await refused('', cwd)).toMatchObject({ code: 'FILE_UNREADABLE' })
  await writeFile(path.join(cwd, 'large.txt'), '')
  await truncate(path.join(cwd, 'large.txt'), 512_000_001)
  expect(await refused('', 'large.txt')).toMatchObject({ code: 'FILE_TOO_LARGE' })
  for (const words of [['score', '-', '-'], ['parse'], ['score', 'a'], ['tell'], []]) {
    expect([words, (await contrail(words, cwd)).exitCode]).toEqual([words, 64])
  }
})
