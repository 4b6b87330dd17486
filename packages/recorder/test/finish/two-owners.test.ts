import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { checkRecording, collectGarbage, recoverRecording, writeVerdict } from '../../src/index.ts'
import { recoverRecordingOn } from '../../src/finish/recover.ts'
import { writeVerdictOn } from '../../src/finish/write-verdict.ts'
import { startProgram } from '../support/child-process.ts'
import { wholeRun } from '../support/evidence.ts'
import { readTree } from '../support/file-tree.ts'
import { interceptedIo } from '../support/intercepted-io.ts'
import { createRecorder, directoryOf, recordAll, recordUnfinished, recordWholeRun } from '../support/recording.ts'
import { memoryDirectory } from '../support/temporary-directory.ts'

test('another process that would recover, remove or judge what is being written is refused, and told pid and host of the writer', async () => {
  const writer = startProgram('opens-when-told.ts', await memoryDirectory())
  await writer.nextLine()
  writer.process.stdin.write('now\n')
  const directory = (await writer.nextLine()) as string
  const before = await readTree(directory)
  const second = startProgram('comes-second.ts', directory)
  expect(await second.nextLine()).toBe('ready')
  for (const what of ['recover', 'recover with force', 'remove', 'judge']) {
    second.process.stdin.write(`${what}\n`)
    expect(JSON.parse((await second.nextLine()) as string)).toMatchObject({
      code: 'JOURNAL_LOCKED',
      details: { pid: writer.process.pid, host: hostname() },
      message: expect.stringContaining(`pid ${writer.process.pid} on ${hostname()}`),
    })
    expect(await readTree(directory)).toEqual(before)
  }
  await writer.kill()
  expect(await recoverRecording(directory)).toMatchObject({ outcome: 'recovered' })
})

test('a lock is never seen before it names its owner: who comes in that moment neither shares nor removes the directory', async () => {
  const directory = await recordWholeRun(await memoryDirectory())
  const { promise: isFilling, resolve: filling } = Promise.withResolvers<void>()
  const { promise: mayGoOn, resolve: goOn } = Promise.withResolvers<void>()
  const slow = interceptedIo(async ({ name, path }) => {
    if (name !== 'write' || !basename(path).startsWith('.recording')) return
    filling()
    await mayGoOn
  })
  const first = writeVerdictOn(slow, directory, { outcomeSuccess: true, explanation: 'first' })
  await isFilling
  const second = await writeVerdict(directory, { outcomeSuccess: false, explanation: 'second' })
  goOn()
  expect(second).toBe(join(directory, 'scores', 'mmrubric_v1.json'))
  // The lock was free again when the first came to take it.
  expect(await first).toBe(join(directory, 'scores', 'mmrubric_v1-2.json'))
  expect(await checkRecording(directory)).toMatchObject({ status: 'clean', notes: [] })
})

test('a new recording whose lock is being taken is not garbage', async () => {
  const root = await memoryDirectory()
  const { promise: isLocking, resolve: locking } = Promise.withResolvers<void>()
  const { promise: mayGoOn, resolve: goOn } = Promise.withResolvers<void>()
  const slow = interceptedIo(async ({ name, path }) => {
    if (name !== 'link' || !basename(path).startsWith('.recording')) return
    locking()
    await mayGoOn
  })
  const recorder = createRecorder(root, { io: slow })
  const opened = recorder.open()
  await isLocking
  const { removed } = await collectGarbage(root, { maxSizeBytes: 0, olderThanMs: 0 })
  goOn()
  await opened
  expect(removed).toEqual([])
  await recordAll(recorder, wholeRun)
  await recorder.finish()
  expect(await checkRecording(directoryOf(recorder))).toMatchObject({ status: 'clean', notes: [] })
})

test('who locks a new directory before its recorder does keeps it', async () => {
  let lock = ''
  const late = interceptedIo(async ({ name, path }) => {
    if (name === 'link') await writeFile((lock = join(dirname(path), '.recording')), 'of another')
  })
  const recorder = createRecorder(await memoryDirectory(), { io: late })
  await expect(recorder.open()).rejects.toMatchObject({ code: 'DIRECTORY_UNAVAILABLE' })
  expect(await readFile(lock, 'utf8')).toBe('of another')
})

test('of three processes that recover the same directory at once one does it, and nobody spoils it', async () => {
  const directory = await recordUnfinished(await memoryDirectory())
  const programs = Array.from({ length: 3 }, () => startProgram('comes-second.ts', directory))
  for (const program of programs) expect(await program.nextLine()).toBe('ready')
  for (const program of programs) program.process.stdin.write('recover\n')
  const said = await Promise.all(programs.map((program) => program.nextLine()))
  const outcomes = said.map((line) => JSON.parse(line ?? '') as { outcome?: string; code?: string })
  const words = outcomes.map(({ outcome, code }) => outcome ?? code)
  expect(words).toContain('recovered')
  expect(words.filter((word) => !['recovered', 'already_finished', 'JOURNAL_LOCKED'].includes(word ?? ''))).toEqual([])
  expect(await checkRecording(directory)).toMatchObject({ status: 'clean', notes: [] })
})

test.each([
  // What the second has prepared is cleared away before it links it.
  ['link', '.recording.new-'],
  // The second has moved the lock of the first aside, and gives it back.
  ['rename', '.recording.stale-'],
] as const)(
  'one that comes second is told so, and not of a disk, where the first is through and clears what the second has on its way: %s',
  async (operation, prefix) => {
    const directory = await recordUnfinished(await memoryDirectory())
    let isCleared = false
    const io = interceptedIo(async ({ name }) => {
      // The first takes the stale lock for its own right before the second moves it.
      if (name === 'rename' && operation === 'rename' && !isCleared) {
        const names = await readdir(directory)
        if (names.includes('.recording')) await writeFile(join(directory, '.recording'), '{}')
      }
      if (name !== operation || isCleared) return
      for (const one of await readdir(directory)) {
        if (!one.startsWith(prefix)) continue
        await rm(join(directory, one))
        isCleared = true
      }
    })
    await expect(recoverRecordingOn(io, directory)).rejects.toMatchObject({ code: 'JOURNAL_LOCKED' })
    expect(isCleared).toBe(true)
    await recoverRecording(directory)
    expect(await checkRecording(directory)).toMatchObject({ status: 'clean', notes: [] })
  },
)

test('two processes that record the same run and tasks at the same time each have directories of their own', async () => {
  const root = await memoryDirectory()
  const finished = await Promise.all(
    [1, 2].map(async () => {
      const program = startProgram('lives-shortly.ts', root, 'step', '2')
      const directories: string[] = []
      while (directories.length < 5) {
        const [word, directory] = ((await program.nextLine()) as string).split(' ')
        if (word === 'finished') directories.push(directory as string)
      }
      await program.kill()
      return directories
    }),
  )
  expect(new Set(finished.flat()).size).toBe(10)
  for (const directory of finished.flat())
    expect(await checkRecording(directory)).toMatchObject({ status: 'clean', notes: [] })
})
