import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { runCli } from '../src/cli.ts'
import { makeRoot, record, step } from './recordings.ts'

const bin = fileURLToPath(new URL('../src/bin.ts', import.meta.url))
/** Elsewhere it is another program of the same name. */
const script = '/usr/bin/script'
const hasScript = process.platform === 'linux' && existsSync(script)
if (!hasScript) console.warn('SKIPPED: what is seen on a terminal needs the program "script" of util-linux')

/** Run the real program on a real terminal, which `script` makes; type `keys` when it asks a question. */
async function onTerminal(words: readonly string[], env: Record<string, string> = {}, keys = '') {
  const program = [process.execPath, '--conditions=@contrail/source', bin, ...words]
    .map((word) => `'${word}'`)
    .join(' ')
  // The terminal that `script` makes off a terminal has no size of its own.
  const command = `stty cols 120 rows 40; ${program}`
  const { NO_COLOR: _, ...inherited } = process.env
  const child = spawn(script, ['--quiet', '--return', '--command', command, '/dev/null'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...inherited, TERM: 'xterm', CONTRAIL_COMMAND: 'contrail', ...env },
  })
  let typed = false
  child.stdout.on('data', (chunk: Buffer) => {
    if (typed || !chunk.toString('utf8').includes('?')) return
    typed = true
    child.stdin.write(keys)
  })
  const [seen] = await Promise.all([text(child.stdout), once(child, 'exit')])
  return { exitCode: child.exitCode, seen }
}

/** Run it in this process, with streams that say that they are a terminal. */
async function asOnTerminal(words: readonly string[], env: Record<string, string> = {}) {
  let seen = ''
  const write = (chunk: Buffer, _encoding: string, done: () => void): void => {
    seen += chunk.toString()
    done()
  }
  const terminal = () => Object.defineProperty(new Writable({ write }), 'isTTY', { value: true })
  const stdin = Object.defineProperty(Readable.from([]), 'isTTY', { value: true })
  const surroundings = { env: { TERM: 'xterm', CONTRAIL_COMMAND: 'contrail', ...env }, cwd: process.cwd() }
  const exitCode = await runCli(words, { stdin, stdout: terminal(), stderr: terminal(), ...surroundings })
  return { exitCode, seen }
}

const green = '\u001b[32m'

describe.skipIf(!hasScript)('on a terminal', () => {
  test('a good end is green, unless NO_COLOR is set, the terminal is dumb, or JSON is wanted', async () => {
    const root = await makeRoot()
    await record(root, step('goto'))
    for (const look of [onTerminal, asOnTerminal]) {
      const coloured = await look(['ls', root])
      expect(coloured.exitCode).toBe(0)
      expect(coloured.seen).toContain(`${green}complete`)
    }
    for (const [words, env] of [
      [['ls', root], { NO_COLOR: '1' }],
      [['ls', root], { TERM: 'dumb' }],
      [['ls', root, '--json'], {}],
    ] as const) {
      const bare = await asOnTerminal(words, env)
      expect(bare.exitCode).toBe(0)
      expect(bare.seen).toContain('complete')
      expect(bare.seen).not.toContain('\u001b')
    }
  })

  test('show without a directory lets somebody choose one of the newest, or leave', async () => {
    const root = await makeRoot()
    await record(root, step('goto'), { id: 'older' })
    await record(root, step('goto'), { id: 'newer' })
    const env = { CONTRAIL_ROOT: root }
    const [chosen, left] = await Promise.all([
      onTerminal(['show'], env, '\u001b[B\r'),
      onTerminal(['check'], env, '\u0003'),
    ])
    expect(chosen.exitCode).toBe(0)
    expect(chosen.seen).toContain('Which recording?')
    expect(chosen.seen.indexOf('run-1/newer')).toBeLessThan(chosen.seen.indexOf('run-1/older'))
    expect(chosen.seen).toMatch(/older.*complete/)
    expect(chosen.seen).toContain('Done.')
    expect(left.exitCode).toBe(64)
    expect(left.seen).toContain('expected the directory of a recording')
  })

  test('with --json nothing is asked', async () => {
    const root = await makeRoot()
    await record(root, step('goto'))
    const { exitCode, seen } = await asOnTerminal(['--json', 'show'], { CONTRAIL_ROOT: root })
    expect(exitCode).toBe(64)
    expect(JSON.parse(seen)).toMatchObject({ error: { code: 'USAGE' } })
  })
})
