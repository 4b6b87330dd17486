import { launchBrowser } from '@contrail/browser'
import type { Verdict } from '@contrail/core'
import { readTrajectory, TrajectoryRecorder, type FinishOptions, type VerdictOptions } from '@contrail/recorder'
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { inspect } from 'node:util'
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest'
import { useBrowser } from '../../../../scripts/shared-browser.ts'
import { plain, type CommandResult } from '../../src/terminal/command-result.ts'
import { checkRecordings } from '../../src/commands/keep/check.ts'
import { listRecordings } from '../../src/commands/ls.ts'
import { recoverRecordings } from '../../src/commands/keep/recover.ts'
import { scan } from '../../src/commands/keep/scan.ts'
import { showRecording } from '../../src/commands/show/show.ts'
import { recordCanaries, type CanaryRun } from '../canaries/record-canaries.ts'
import { knowingOptions, unknowingOptions } from '../canaries/recorder-options.ts'
import { filesBelow, findCanaries, type Output } from '../canaries/search.ts'
import { toldEvents } from '../canaries/tell-events.ts'
import { canaries, inBytes, isRegistered, option } from '../canaries/values.ts'
import { makeRoot } from '../recordings.ts'

const browser = useBrowser(launchBrowser)

const printed: string[] = []
beforeEach(() => {
  const print = (...args: unknown[]) => void printed.push(args.map(textOf).join(' '))
  for (const name of ['log', 'info', 'warn', 'error', 'debug'] as const)
    vi.spyOn(console, name).mockImplementation(print)
})
afterEach(() => {
  vi.restoreAllMocks()
  printed.length = 0
})

/** Whatever a person may come to see of a value. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  return inspect(value, { depth: Infinity, maxStringLength: Infinity, maxArrayLength: Infinity, showHidden: true })
}

function surroundings(cwd: string, env: Record<string, string> = {}) {
  return { env: { CONTRAIL_COMMAND: 'contrail', ...env }, cwd, paint: plain }
}

/** All that commands print of a recording. */
async function outputsOfCommands(root: string, directory: string): Promise<Output[]> {
  const common = { directory, ...surroundings(root) }
  const commands: Record<string, Promise<CommandResult>> = {
    show: showRecording(common),
    ls: listRecordings({ root, ...surroundings(root) }),
    check: checkRecordings(common),
    recover: recoverRecordings({ ...common, dryRun: true, force: false }),
  }
  const outputs = Object.entries(commands).map(async ([name, running]) => {
    const { text, json } = await running
    return [toOutput(name, text), toOutput(`${name} --json`, JSON.stringify(json))]
  })
  return (await Promise.all(outputs)).flat()
}

function toOutput(name: string, text: string): Output {
  return { name, bytes: Buffer.from(text) }
}

/** One run, as a recorder keeps it that knows all that is registered, and one that is told nothing. */
interface Recorded {
  readonly knowing: CanaryRun & { readonly root: string }
  readonly unknowing: CanaryRun & { readonly root: string }
  readonly env: Record<string, string>
}
let recorded: Promise<Recorded> | undefined
const folders: string[] = []
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))))

async function recordOnce(): Promise<Recorded> {
  for (let at = 0; at < 3; at += 1) folders.push(await mkdtemp(path.join(tmpdir(), 'contrail-canaries-')))
  const [root = '', otherRoot = '', folder = ''] = folders
  const options = await knowingOptions(folder)
  const [knowing, unknowing] = await recordCanaries(browser(), [
    { ...options, outputRoot: root },
    { ...unknowingOptions, outputRoot: otherRoot },
  ])
  return { knowing: { ...knowing!, root }, unknowing: { ...unknowing!, root: otherRoot }, env: options.env }
}

test('of more than 100 secrets, each through a door of its own, none is seen in any output of a real run', async () => {
  const { knowing, env } = await (recorded ??= recordOnce())
  const { root, directory, said, events } = knowing
  const outputs = [
    ...(await filesBelow(root)),
    ...(await outputsOfCommands(root, directory)),
    toOutput('what the run said', said.map(textOf).join('\n')),
    toOutput('the trajectory in JSON', JSON.stringify([said, await readTrajectory(directory)])),
    toOutput('the console', printed.join('\n')),
  ]
  expect(findCanaries(outputs, canaries)).toEqual([])
  expect(new Set(canaries.map(({ value }) => value)).size).toBe(canaries.length)
  expect(canaries.length).toBeGreaterThan(100)

  // Those that nobody registered have entered, so that there was something to find: all that are told as they are.
  const entered = toOutput('events', events.map(textOf).join('\n'))
  const rewritten = ['cardDigits', ...Object.keys(inBytes)]
  const told = canaries.filter((canary) => !isRegistered(canary) && !rewritten.includes(canary.door))
  const unseen = told.filter((canary) => findCanaries([entered], [canary]).length === 0)
  expect(unseen.map(({ door }) => door)).toEqual([])

  const { exitCode, text } = await scan({
    directory: root,
    ...surroundings(root, env),
  })
  expect(text).toMatch(/^No secret in /)
  expect(exitCode).toBe(0)
})

test('the same run of a recorder that is told nothing is full of what was registered, and a scan says where', async () => {
  const { unknowing, env } = await (recorded ??= recordOnce())
  const { root, directory } = unknowing
  const outputs = await filesBelow(root)
  const found = new Set(findCanaries(outputs, canaries).map((hit) => hit.split(',')[0]))
  expect(canaries.filter((canary) => isRegistered(canary) !== found.has(canary.door)).map(({ door }) => door)).toEqual(
    [],
  )

  const { exitCode, text } = await scan({
    directory,
    secretsFile: env['CONTRAIL_SECRETS_FILE'],
    ...surroundings(root),
  })
  expect(exitCode).toBe(1)
  expect(text).toMatch(/core\.log at byte \d+: registered, line 2, plain$/m)
  expect(text).toMatch(/trajectory\.json at byte \d+: registered, SHOP, line 3, plain$/m)
})

test('a run that is killed has left none of them in its journal, its frames and its last words', async () => {
  const root = await makeRoot()
  const folder = await makeRoot()
  const program = fileURLToPath(new URL('../programs/die-with-canaries.ts', import.meta.url))
  const words = await new Promise<string>((resolve) => {
    execFile(process.execPath, ['--conditions=@contrail/source', program, root, folder], (error, stdout, stderr) =>
      resolve(`${error?.signal}\n${stdout}\n${stderr}`),
    )
  })
  expect(words).toContain('SIGKILL')
  const [runId = ''] = await readdir(root).then((names) => names.filter((name) => name.startsWith('run')))
  const [taskId = ''] = await readdir(path.join(root, runId))
  const directory = path.join(root, runId, taskId)
  expect(await readdir(directory)).not.toContain('trajectory.json')
  const outputs = [...(await filesBelow(root)), ...(await outputsOfCommands(root, directory)), toOutput('words', words)]
  expect(findCanaries(outputs, canaries)).toEqual([])
})

test('what a caller did wrong, a disk that refuses, and a run in memory alone are told without a secret', async () => {
  const said: unknown[] = []
  const file = path.join(await makeRoot(), 'file')
  await writeFile(file, '')
  const recorder = new TrajectoryRecorder({
    ...(await knowingOptions(await makeRoot())),
    outputRoot: file,
    onWarning: (message, cause) => said.push(message, cause),
  })
  const secret = option.runId
  // A short text is told in full where it is no secret.
  const short = option.word
  const mistakes: Promise<unknown>[] = [
    recorder.persistVerdict({ outcomeSuccess: secret } as unknown as Verdict),
    recorder.persistVerdict({ outcomeSuccess: true }, secret as VerdictOptions),
    recorder.finish({ status: short } as unknown as FinishOptions),
    recorder.finish({ usage: { input_tokens: short as unknown as number } }),
  ]
  // Where nothing can be written a run goes on in memory.
  const inVain: Promise<unknown>[] = [
    ...toldEvents().map((event) => recorder.record(event)),
    recorder.finish({ finalAnswer: secret }),
  ]
  for (const result of await Promise.allSettled(mistakes)) {
    expect(result.status).toBe('rejected')
    said.push(result)
  }
  for (const result of await Promise.allSettled(inVain)) said.push(result)
  expect(recorder.persisted).toBe(false)
  said.push(recorder.health())
  const inMemory = new TrajectoryRecorder({
    ...(await knowingOptions(await makeRoot())),
    persist: false,
    onWarning: (message, cause) => said.push(message, cause),
  })
  for (const event of toldEvents()) await inMemory.record(event).catch((cause: unknown) => said.push(cause))
  said.push(await inMemory.finish())
  expect(findCanaries([toOutput('said', said.map(textOf).join('\n'))], canaries)).toEqual([])
})
