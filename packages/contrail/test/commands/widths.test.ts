import type { EvidenceEvent, Verdict } from '@contrail/core'
import { readTrajectory, writeVerdict } from '@contrail/recorder'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { PassThrough, Readable, Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { runCli } from '../../src/cli.ts'
import { checkRecordings } from '../../src/commands/keep/check.ts'
import { listRecordings } from '../../src/commands/ls.ts'
import { recoverRecordings } from '../../src/commands/keep/recover.ts'
import { scan } from '../../src/commands/keep/scan.ts'
import { showRecording } from '../../src/commands/show/show.ts'
import { plain } from '../../src/terminal/command-result.ts'
import { widthOf } from '../../src/terminal/fit.ts'
import { inFast } from '../../../../scripts/test-size.ts'
import { makeRoot, record, recordKilled, step } from '../recordings.ts'

const surroundings = (cwd: string) => ({ env: { CONTRAIL_COMMAND: 'npx contrail' }, cwd, paint: plain })
const failed: Verdict = { outcomeSuccess: false, explanation: 'the cart is empty', processScore: 0.25 }

/** The narrowest, those on both sides of where the form changes, and a wide one. */
const columnsTried = inFast([24, 59, 60, 118], [24, 40, 59, 60, 80, 118, 300])

const runs: readonly [string, readonly EvidenceEvent[], { id?: string; instruction?: string; finalAnswer?: string }][] =
  [
    ['an ordinary run', [...step('click'), ...step('type', { ok: false, error: 'covered by a dialog' })], {}],
    ['no step at all', [], {}],
    [
      'long words',
      step('click'.repeat(30), { ok: false, error: 'x'.repeat(400), url: `https://shop.test/${'path/'.repeat(80)}` }),
      { id: `task-${'y'.repeat(60)}`, instruction: 'z'.repeat(500), finalAnswer: 'w'.repeat(900) },
    ],
    [
      'wide and combining characters',
      step('クリック'.repeat(9), { url: `https://shop.test/${'ランプ/'.repeat(20)}` }),
      {
        instruction: '最も安い赤いランプを買ってください。'.repeat(6),
        finalAnswer: 'e\u0301'.repeat(200) + '👩‍👩‍👧‍👦'.repeat(60),
      },
    ],
    [
      'many steps, gaps and turns',
      [
        ...Array.from({ length: 60 }, (_, at) =>
          step(`action-${at}`, at % 3 === 0 ? { ok: false, error: 'no' } : {}),
        ).flat(),
        ...Array.from({ length: 9 }, (): EvidenceEvent => ({ type: 'gap', what: 'event', reason: 'dropped' })),
        { type: 'turn_finished', turnId: 't', text: 'word '.repeat(90), model: `model-${'m'.repeat(90)}` },
      ],
      { finalAnswer: 'word '.repeat(300) },
    ],
  ]

test.each(runs)('show and ls of %s fit every terminal, and a story has under 40 lines', async (_, events, options) => {
  const root = await makeRoot()
  const directory = await record(root, events, options)
  for (const name of ['one', 'two', 'three', 'four']) {
    await writeVerdict(directory, { ...failed, explanation: 'because '.repeat(50) }, { name: name.repeat(12) })
  }
  const tooWide = (text: string, columns: number): string[] =>
    text.split('\n').filter((line) => widthOf(line) > columns)
  for (const columns of columnsTried) {
    const { text } = await showRecording({ directory, columns, ...surroundings(root) })
    expect(text.split('\n').length).toBeLessThan(40)
    expect(tooWide(text, columns)).toEqual([])
    for (const place of [root, directory]) {
      const list = await listRecordings({ root: place, columns: Math.max(columns, 40), ...surroundings(root) })
      const command = `npx contrail show ${place === root ? '<recording>' : path.relative(root, directory)}`
      expect(tooWide(list.text, Math.max(columns, 40))).toEqual([])
      // To be copied it has to be whole.
      const fits = widthOf(command) <= Math.max(columns, 40)
      expect([list.text.includes(command), list.text.includes('Look at')]).toEqual([fits, fits])
    }
  }
})

/** Commands that print no rows, or need a browser to. */
const withoutRows = new Set(['completion', 'demo', 'help', 'view'])

test('every command fits its rows on a terminal of 80 columns and of 40', async () => {
  const root = await makeRoot()
  const at = (words: string): string[] =>
    words
      .split(' ')
      .map((word) => ({ ROOT: root, ONE: one, TWO: two, TRACE: trace, OUT: path.join(root, 'out') })[word] ?? word)
  const [, , [, events, options]] = runs as [unknown, unknown, (typeof runs)[number]]
  const one = await record(root, events, options)
  const two = await record(root, step('ランプを買う'.repeat(9), { ok: false, error: 'え'.repeat(90) }), {
    id: 'two',
    finalAnswer: '"ランプ" costs 12.50 EUR.',
  })
  await recordKilled(root)
  await writeFile(path.join(two, 'times.json'), '{}')
  await writeFile(path.join(two, 'n'.repeat(99)), `token ghp_${'aB3'.repeat(12)}`)
  const trace = path.join(root, 'trace.txt')
  await writeFile(
    trace,
    `<|frame_sep|><|call_sep|>{"x": "${'ラ'.repeat(80)}"}<|action_sep|>def f(x):\n${'broken '.repeat(30)}`,
  )
  const commands = [
    ...['ls ROOT', 'show ONE', 'why TWO', 'show ONE --step 1', 'show ONE --errors', 'show ONE --grep path', 'tail ONE'],
    ...[
      'check ROOT',
      'check TWO',
      'recover --dry-run ROOT',
      'recover TWO',
      'compact --dry-run ROOT',
      'scan ROOT',
      'gc --dry-run --older-than 0s ROOT',
    ],
    ...[
      'classify ROOT',
      'improve ONE',
      'attempts ONE TWO',
      'attempts ROOT',
      'ground TWO',
      'gate --max-steps 0 --forbid click* ROOT',
      'doctor',
    ],
    ...['episode timeline ONE', 'episode actions ONE', 'episode history ROOT', 'episode replay ONE --into OUT'],
    ...[
      'trace parse TRACE',
      'trace expand TRACE',
      'trace score TRACE TRACE',
      'export TWO -o OUT/a.md',
      'label import TRACE',
      'rm TWO --yes',
    ],
  ]
  // What goes to stderr is no row: an error is told whole.
  const [stdin, stderr] = [Readable.from([]), new PassThrough().resume()]
  const rows = async (words: readonly string[], columns: number): Promise<string[]> => {
    let text = ''
    const write = (piece: Buffer, _: string, done: () => void) => ((text += piece.toString()), done())
    const stdout = Object.defineProperty(new Writable({ write }), 'columns', { value: columns })
    await runCli(words, { ...surroundings(root), stdin, stdout, stderr })
    return text.trimEnd().split('\n')
  }
  const faults: unknown[] = []
  for (const words of commands.map(at)) {
    for (const columns of [80, 40]) {
      const wide = (await rows(words, columns)).filter(
        (row) => widthOf(row) > columns && !row.includes('npx contrail '),
      )
      if (wide.length > 0) faults.push([words.join(' '), columns, wide])
    }
  }
  expect(faults).toEqual([])
  const names = (await rows(['help'], 80)).flatMap((line) => /^ {2}([a-z]+)[ |]/.exec(line)?.[1] ?? [])
  expect(names.filter((name) => !withoutRows.has(name) && !commands.some((words) => words.startsWith(name)))).toEqual(
    [],
  )
})

test('without a width 80 columns are taken, and 40 still tell how each step went', async () => {
  const root = await makeRoot()
  const directory = await record(root, [...step('click'), ...step('type', { ok: false, error: 'covered' })])
  const widest = async (columns?: number): Promise<number> => {
    const { text } = await showRecording({ directory, columns, ...surroundings(root) })
    return Math.max(...text.split('\n').map(widthOf))
  }
  expect(await widest()).toBe(await widest(80))
  const narrow = (await showRecording({ directory, columns: 40, ...surroundings(root) })).text
  expect(narrow).toMatch(/^ +1 ok +click .*PT$/m)
  expect(narrow).toMatch(/^ +2 FAIL type .*PT\n +covered$/m)
})

test('show tells every verdict: its name, outcome, score and first reason; as JSON all of it', async () => {
  const root = await makeRoot()
  const directory = await record(root, step('goto'))
  await writeVerdict(directory, failed)
  await writeVerdict(directory, { outcomeSuccess: true }, { name: 'people' })
  const finding = { category: 'c', severity: 'blocking', description: 'it paid twice' } as const
  await writeVerdict(directory, { outcomeSuccess: false, findings: [finding] }, { name: 'strict' })
  const { text, json, exitCode } = await showRecording({ directory, ...surroundings(root) })
  expect(exitCode).toBe(0)
  expect(text).toMatch(/^ {2}verdict mmrubric_v1: no, process 0\.25, the cart is empty$/m)
  expect(text).toMatch(/^ {2}verdict people: yes$/m)
  expect(text).toMatch(/^ {2}verdict strict: no, it paid twice$/m)
  expect(json).toMatchObject({
    verdicts: [{ name: 'mmrubric_v1', verdict: failed }, { name: 'people' }, { name: 'strict' }],
  })
})

test.each([
  ['torn', '{"outcomeSuccess": tr', 'no JSON'],
  ['empty', '', 'no JSON'],
  ['of another shape', '{"score": 1}', 'no verdict'],
])('a score that is %s is no verdict to ls and show, and hides no other', async (_, bytes, why) => {
  const root = await makeRoot()
  const directory = await record(root, step('goto'))
  await writeVerdict(directory, failed)
  await writeVerdict(directory, failed, { name: 'broken' })
  const list = async () => (await listRecordings({ root, columns: 200, ...surroundings(root) })).text
  expect(await list()).toContain('2 verdicts')
  await writeFile(path.join(directory, 'scores/broken.json'), bytes)
  expect(await list()).toContain('1 verdict ')
  const { text } = await showRecording({ directory, columns: 100, ...surroundings(root) })
  expect(text).toMatch(new RegExp(`verdict broken: broken, it is ${why}`))
  expect(text).toContain('mmrubric_v1: no')
  const report = await checkRecordings({ directory, ...surroundings(root) })
  expect(report.exitCode).toBe(2)
  expect(report.text).toContain('scores/broken.json')
  expect((await readTrajectory(directory)).steps).toHaveLength(1)
})

test('check takes a root or a run: the worst of its recordings is its exit code', async () => {
  const root = await makeRoot()
  const clean = await record(root, step('goto'), { runId: 'a' })
  const checkAll = (directory: string) => checkRecordings({ directory, ...surroundings(root) })
  expect(await checkAll(root)).toMatchObject({ exitCode: 0, json: { kind: 'root', reports: [{ status: 'clean' }] } })
  await recordKilled(root)
  const unfinished = await checkAll(root)
  expect(unfinished.exitCode).toBe(1)
  expect(unfinished.text).toMatch(/^clean {2}a\/sample\nunfinished {2}run-killed\/sample\n/)
  expect(unfinished.text).toMatch(/\n2 recordings, 1 not clean\.$/)
  await writeFile(path.join(clean, 'times.json'), '{}')
  expect((await checkAll(root)).exitCode).toBe(2)
  expect((await checkAll(path.join(root, 'run-killed'))).exitCode).toBe(1)
})

test('recover of a journal that is corrupt in its middle saves what is left, and exits with 2', async () => {
  const root = await makeRoot()
  const directory = await recordKilled(root)
  const journal = path.join(directory, 'core.log')
  const bytes = await readFile(journal)
  bytes[bytes.indexOf(0x0a) + 40]! ^= 1
  await writeFile(journal, bytes)
  const { exitCode, text } = await recoverRecordings({ directory, dryRun: false, force: false, ...surroundings(root) })
  expect(exitCode).toBe(2)
  expect(text).toContain('its journal is corrupt in 1 place')
  const again = await recoverRecordings({ directory, dryRun: false, force: false, ...surroundings(root) })
  expect(again.exitCode).toBe(2)
})

test('scan leaves out what is larger than asked for and says so, and tells how far it is', async () => {
  const root = await makeRoot()
  const directory = await record(root, step('goto'))
  await writeFile(path.join(directory, 'video.webm'), Buffer.alloc(21_000_000))
  const heard: string[] = []
  const onProgress = (message: string) => void heard.push(message)
  const small = await scan({ directory, maxSizeBytes: 1_000_000, onProgress, ...surroundings(root) })
  expect(small).toMatchObject({ exitCode: 0, json: { tooLarge: [{ file: 'video.webm', sizeBytes: 21_000_000 }] } })
  expect(small.text).toMatch(/^left out {2}video\.webm: 21\.0 MB$/m)
  expect(heard).toEqual([])
  await scan({ directory, onProgress, ...surroundings(root) })
  expect(heard).toHaveLength(1)
  expect(heard[0]).toMatch(/^Searching video\.webm: \d+ files, 21\.\d MB so far$/)
})
