import { ContrailError } from '@contrail/core'
import { appendFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { plain } from '../../src/terminal/command-result.ts'
import { checkRecordings } from '../../src/commands/keep/check.ts'
import { examine, judgePlaywright } from '../../src/commands/doctor.ts'
import { listRecordings } from '../../src/commands/ls.ts'
import { recoverRecordings } from '../../src/commands/keep/recover.ts'
import { showRecording } from '../../src/commands/show/show.ts'
import { makeRoot, record, recordKilled, recordLive, step } from '../recordings.ts'

function surroundings(cwd: string, env: Record<string, string> = {}) {
  return { env: { CONTRAIL_COMMAND: 'contrail', ...env }, cwd, paint: plain }
}

test('ls lists every recording with its end, its steps and a directory that can be typed', async () => {
  const root = await makeRoot()
  await record(root, [...step('goto'), ...step('click', { ok: false, error: 'covered' })], {
    runId: 'a',
    instruction: 'Shop.',
  })
  await recordKilled(root)
  const { exitCode, text, json } = await listRecordings({ root, ...surroundings(root) })
  expect(exitCode).toBe(0)
  expect(text).toMatch(/^complete .* 2 steps {2}a\/sample {2}1 failed {2}Shop\.$/m)
  expect(text).toMatch(/^killed .* 2 steps {2}run-killed\/sample .*Live long\.$/m)
  expect(text).toContain('2 recordings in')
  expect(json).toMatchObject({
    root,
    recordings: [
      { runId: 'a', failedSteps: 1 },
      { runId: 'run-killed', status: 'killed' },
    ],
  })
})

test('ls of a default root that is not there yet says how to begin; a named one is an error', async () => {
  const root = path.join(await makeRoot(), 'none')
  const empty = await listRecordings(surroundings(root, { CONTRAIL_ROOT: root }))
  expect(empty).toMatchObject({ exitCode: 0, json: { recordings: [] } })
  expect(empty.text).toContain('contrail demo')
  await expect(listRecordings({ root, ...surroundings(root) })).rejects.toThrow(ContrailError)
})

test('ls of one run lists its recordings, and ls of a recording says what it is', async () => {
  const root = await makeRoot()
  const directory = await record(root, step('goto'), { runId: 'a', id: 'first' })
  await record(root, step('goto'), { runId: 'a', id: 'second' })
  await record(root, step('goto'), { runId: 'b' })
  const run = await listRecordings({ root: 'a', ...surroundings(root) })
  expect(run.text).toMatch(/a\/first .*\n.*a\/second .*\n2 recordings in the run a\. Look at one: contrail show/)
  expect(run.json).toMatchObject({ kind: 'run', recordings: [{ taskId: 'first' }, { taskId: 'second' }] })
  const one = await listRecordings({ root: directory, ...surroundings(root) })
  expect(one.text).toMatch(
    /^complete .* a\/first .*\na\/first is a recording itself\. Look at it: contrail show a\/first$/,
  )
  expect(one.json).toMatchObject({ kind: 'recording', recordings: [{ taskId: 'first' }] })
})

test('ls says that a run is unfinished that lacks its files, and unreadable one whose file is damaged, as why does', async () => {
  const root = await makeRoot()
  const cutOff = await record(root, step('goto'), { runId: 'a' })
  await rm(path.join(cutOff, 'trajectory.json'))
  const garbage = await record(root, step('goto'), { runId: 'b' })
  await writeFile(path.join(garbage, 'trajectory.json'), 'garbage')
  await record(root, step('goto'), { runId: 'c' })
  const list = async (choice = {}) => (await listRecordings({ root, choice, ...surroundings(root) })).text
  expect(await list()).toMatch(/^unfinished .*a\/sample.*\nunreadable .*b\/sample.*\ncomplete .*c\/sample/)
  expect(await list({ status: ['unreadable'] })).toMatch(/^unreadable b\/sample.*\n1 of 3 recordings/)
  await recoverRecordings({ directory: root, dryRun: false, force: false, ...surroundings(root) })
  expect(await list()).toMatch(/^complete .*a\/sample.*\ncomplete .*b\/sample.*\ncomplete .*c\/sample/)
})

test('ls shows a recording that cannot be read beside the others', async () => {
  const root = await makeRoot()
  const directory = await record(root, step('goto'), { runId: 'a' })
  await record(root, step('goto'), { runId: 'b' })
  for (const file of ['task_data.json', 'trajectory.json']) await writeFile(path.join(directory, file), '{"torn')
  const { text } = await listRecordings({ root, ...surroundings(root) })
  expect(text).toMatch(/^unreadable a\/sample/m)
  expect(text).toMatch(/^complete .*b\/sample/m)
})

test('show tells finished, killed and live recordings alike', async () => {
  const root = await makeRoot()
  const show = async (directory: string) => showRecording({ directory, ...surroundings(root) })
  expect((await show(await record(root, step('goto')))).text).toMatch(/^sample {2}complete/)
  expect((await show(await recordKilled(root))).text).toMatch(/^sample {2}killed {2}2 steps/)
  expect((await show(await recordLive(root))).text).toMatch(/^sample {2}recording {2}1 step/)
})

test('show as JSON is the whole trajectory, with images by name', async () => {
  const root = await makeRoot()
  const { json } = await showRecording({ directory: await record(root, step('goto')), ...surroundings(root) })
  expect(JSON.parse(JSON.stringify(json))).toMatchObject({
    runId: 'run-1',
    task: { id: 'sample' },
    steps: [{ actionName: 'goto', probeEvidence: { screenshot: { path: 'screenshots/probe/1.png', sizeBytes: 9 } } }],
  })
})

test('a directory that is no recording says what is near, or how to list what there is', async () => {
  const root = await makeRoot()
  const show = (directory: string) => showRecording({ directory, ...surroundings(root) })
  await expect(show('nowhere')).rejects.toThrow(/nowhere.* does not exist; "contrail ls" lists/)
  await record(root, step('goto'), { runId: 'a' })
  await expect(show(root)).rejects.toMatchObject({
    code: 'JOURNAL_MISSING',
    message: expect.stringContaining('e.g. a/sample'),
  })
  await expect(show('a')).rejects.toMatchObject({
    code: 'JOURNAL_MISSING',
    message: expect.stringContaining('e.g. a/sample'),
  })
})

test('who names a file of a recording is told to name its directory', async () => {
  const root = await makeRoot()
  await record(root, step('goto'), { runId: 'a' })
  for (const directory of ['a/sample/trajectory.json', 'a/sample/screenshots']) {
    const advice = { code: 'JOURNAL_MISSING', message: expect.stringMatching(/name its directory: a\/sample$/) }
    await expect(showRecording({ directory, ...surroundings(root) })).rejects.toMatchObject(advice)
    await expect(checkRecordings({ directory, ...surroundings(root) })).rejects.toMatchObject(advice)
  }
})

test('a place that cannot be read is refused with its cause, not called empty', async () => {
  const root = await makeRoot()
  await writeFile(path.join(root, 'a-file'), '')
  const cause = { code: 'DIRECTORY_UNAVAILABLE', message: expect.stringContaining('ENOTDIR') }
  const input = { directory: 'a-file', dryRun: false, force: false, ...surroundings(root) }
  await expect(recoverRecordings(input)).rejects.toMatchObject(cause)
  await expect(showRecording(input)).rejects.toMatchObject(cause)
  await expect(listRecordings({ root: 'a-file', ...surroundings(root) })).rejects.toMatchObject(cause)
})

test('check is 0 for a clean recording, 1 for an unfinished one, 2 for a changed one', async () => {
  const root = await makeRoot()
  const checkIt = async (directory: string) => checkRecordings({ directory, ...surroundings(root) })
  const clean = await record(root, step('goto'), { runId: 'a' })
  expect(await checkIt(clean)).toMatchObject({ exitCode: 0, text: 'clean  a/sample', json: { status: 'clean' } })

  const unfinished = await checkIt(await recordKilled(root))
  expect(unfinished.exitCode).toBe(1)
  expect(unfinished.text).toContain('contrail recover run-killed/sample')

  await appendFile(path.join(clean, 'screenshots/probe/1.png'), 'x')
  const corrupt = await checkIt(clean)
  expect(corrupt.exitCode).toBe(2)
  expect(corrupt.text).toContain('✗ screenshots/probe/1.png')
})

test('recover finishes every unfinished recording below a root and leaves the others alone', async () => {
  const root = await makeRoot()
  const finished = await record(root, step('goto'), { runId: 'a' })
  const before = await readFile(path.join(finished, 'trajectory.json'))
  const killed = await recordKilled(root)
  const recover = async (dryRun: boolean) =>
    recoverRecordings({ directory: root, dryRun, force: false, ...surroundings(root) })

  const dry = await recover(true)
  expect(dry).toMatchObject({ exitCode: 0, text: 'would recover  run-killed/sample: killed, 2 steps, 0 gaps' })
  expect(await readdir(killed)).not.toContain('trajectory.json')

  expect(await recover(false)).toMatchObject({
    exitCode: 0,
    text: 'recovered  run-killed/sample: killed, 2 steps, 0 gaps',
  })
  expect((await checkRecordings({ directory: killed, ...surroundings(root) })).exitCode).toBe(0)
  expect(await readFile(path.join(finished, 'trajectory.json'))).toEqual(before)
  expect((await recover(false)).text).toContain('Nothing to recover')
})

test('recover leaves a damaged file where it is and says so, as check does, as long as it is there', async () => {
  const root = await makeRoot()
  const killed = await recordKilled(root)
  const attachment = path.join(killed, 'attachments', `${'0'.repeat(64)}.txt`)
  await mkdir(path.dirname(attachment))
  await writeFile(attachment, 'other bytes')
  for (const outcome of ['recovered', 'already finished']) {
    const { exitCode, text } = await recoverRecordings({
      directory: killed,
      dryRun: false,
      force: false,
      ...surroundings(root),
    })
    expect([exitCode, text]).toEqual([2, expect.stringMatching(`^${outcome} .*1 file damaged`)])
    const checked = await checkRecordings({ directory: killed, ...surroundings(root) })
    expect([checked.exitCode, checked.text.match(/✗/g)]).toEqual([2, ['✗']])
  }
})

test('recover takes the directory of one run too', async () => {
  const root = await makeRoot()
  await recordKilled(root)
  await rm(path.join(await record(root, step('goto'), { runId: 'other' }), 'trajectory.json'))
  const { text } = await recoverRecordings({
    directory: 'run-killed',
    dryRun: true,
    force: false,
    ...surroundings(root),
  })
  expect(text).toBe('would recover  run-killed/sample: killed, 2 steps, 0 gaps')
})

test('recover refuses a recording that is being written, says by whom, and goes on with the others', async () => {
  const root = await makeRoot()
  await recordLive(root, 'a-live')
  await recordKilled(root)
  const { exitCode, text, json } = await recoverRecordings({
    directory: root,
    dryRun: false,
    force: false,
    ...surroundings(root),
  })
  expect(exitCode).toBe(1)
  expect(text).toMatch(new RegExp(`^refused {2}a-live/sample: .*${process.pid}`, 'm'))
  expect(text).toMatch(/^recovered {2}run-killed\/sample/m)
  expect(json).toMatchObject({ refusals: [{ code: 'JOURNAL_LOCKED' }], reports: [{ outcome: 'recovered' }] })
})

test('doctor finds what is here, and says what is missing and how to cure it', async () => {
  const root = await makeRoot()
  const well = await examine(
    surroundings(root, { ...(process.env as Record<string, string>), CONTRAIL_ROOT: root, CI: '' }),
  )
  expect(well).toMatchObject({ exitCode: 0, json: { healthy: true } })
  expect(well.text).toMatch(/✓ playwright +1\./)
  expect(well.text).toMatch(/✓ browser +\d+\./)

  const ill = await examine(surroundings(root, { CONTRAIL_ROOT: root, CONTRAIL_BROWSER: '/no/such/browser', CI: '1' }))
  expect(ill.exitCode).toBe(1)
  expect(ill.text).toMatch(/✗ browser .*CONTRAIL_BROWSER is set/)
  expect(ill.text).toMatch(/! recording +in memory only/)
})

test('doctor says when recordings could not be made where they would go', async () => {
  const root = path.join(await makeRoot(), 'a-file')
  await writeFile(root, '')
  const { exitCode, text } = await examine(surroundings(root, { CONTRAIL_ROOT: path.join(root, 'below') }))
  expect(exitCode).toBe(1)
  expect(text).toMatch(/✗ root .*cannot be written/)
})

test('doctor says which model is configured, and never its key', async () => {
  const root = await makeRoot()
  const modelIn = async (env: Record<string, string>): Promise<string> => {
    const { text } = await examine(surroundings(root, { CONTRAIL_ROOT: root, CONTRAIL_BROWSER: '/no/browser', ...env }))
    return text.split('\n').find((line) => line.slice(2).startsWith('model')) ?? ''
  }
  const url = 'http://127.0.0.1:11434/v1?key=sesame-open'
  expect(await modelIn({})).toBe('· model        none: set CONTRAIL_MODEL_URL and CONTRAIL_MODEL to have runs judged')
  expect(await modelIn({ CONTRAIL_MODEL_URL: url, CONTRAIL_MODEL: 'qwen3', CONTRAIL_MODEL_KEY: 'sesame-open' })).toBe(
    '✓ model        http://127.0.0.1:11434/v1#qwen3, with a key; it was not asked',
  )
  expect(await modelIn({ CONTRAIL_MODEL_URL: url })).toContain('! model        model: expected one, or the variable')
  expect(await modelIn({ CONTRAIL_MODEL_URL: 'http://example.com', CONTRAIL_MODEL: 'm' })).toContain('expected https:')
})

test('doctor changes nothing', async () => {
  const root = path.join(await makeRoot(), 'later')
  const { text } = await examine(
    surroundings(root, { ...(process.env as Record<string, string>), CONTRAIL_ROOT: root }),
  )
  expect(text).toContain('will be made at the first recording')
  await expect(readdir(root)).rejects.toThrow('ENOENT')
})

test.each([
  ['1.60.0', 'good'],
  ['1.65.1', 'good'],
  ['2.0.0-beta', 'good'],
  ['1.59.3', 'bad'],
  ['1.9.1', 'bad'],
  ['unknown', 'bad'],
])('doctor judges Playwright %s as %s', (version, state) => {
  const finding = judgePlaywright(version)
  expect(finding).toMatchObject({ name: 'playwright', state })
  expect(finding.detail).toContain(version)
})

test('doctor says whether what is acknowledged survives a power cut where recordings go', async () => {
  const root = await makeRoot()
  const { text } = await examine(surroundings(root, { CONTRAIL_ROOT: path.join(root, 'later') }))
  expect(text).toMatch(/[✓!] durability +(?:what is acknowledged survives|the disk of .* does not know)/)
})
