import { appendFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { followJournal, readJournal } from '../../src/index.ts'
import { startProgram } from '../support/child-process.ts'
import { stepFinished, wholeRun } from '../support/evidence.ts'
import { createRecorder, directoryOf, recordUnfinished, recordWholeRun } from '../support/recording.ts'
import { memoryDirectory } from '../support/temporary-directory.ts'

test('readJournal yields every entry of a finished recording in order of seq', async () => {
  const directory = await recordWholeRun(await memoryDirectory())
  const seen: [number, string][] = []
  for await (const entry of readJournal(directory)) if (entry.type !== 'hole') seen.push([entry.seq, entry.type])
  expect(seen.map(([seq]) => seq)).toEqual(Array.from({ length: wholeRun.length + 2 }, (_, seq) => seq))
  expect(seen.map(([, type]) => type)).toEqual(['run_started', ...wholeRun.map(({ type }) => type), 'run_finished'])
})

test('followJournal yields entries as they are committed, and ends with run_finished', async () => {
  const recorder = createRecorder(await memoryDirectory())
  await recorder.open()
  const following = followJournal(directoryOf(recorder), { pollMs: 5 })
  expect((await following.next()).value).toMatchObject({ type: 'run_started' })
  for (let seq = 1; seq <= 3; seq++) {
    const next = following.next()
    await recorder.record(stepFinished())
    expect((await next).value).toMatchObject({ seq, type: 'step_finished' })
  }
  await recorder.finish()
  expect((await following.next()).value).toMatchObject({ seq: 4, type: 'run_finished' })
  expect(await following.next()).toEqual({ done: true, value: undefined })
})

test('followJournal waits for the rest of a line that is being written', async () => {
  const recorder = createRecorder(await memoryDirectory())
  await recorder.open()
  const path = join(directoryOf(recorder), 'core.log')
  const line = (await readFile(path, 'utf8')).replace('"seq":0', '"seq":1')
  const following = followJournal(directoryOf(recorder), { pollMs: 5 })
  await following.next()
  await appendFile(path, line.slice(0, 40))
  const next = following.next()
  await new Promise((resolve) => setTimeout(resolve, 20))
  await appendFile(path, line.slice(40))
  // Its checksum is that of another line: with a valid line after it, it is a hole and nothing else.
  await recorder.record(stepFinished())
  expect((await next).value).toMatchObject({ type: 'hole' })
  expect((await following.next()).value).toMatchObject({ seq: 1, type: 'step_finished' })
  await following.return(undefined)
  await recorder.cancel()
})

test('followJournal ends when the writer dies, after everything that was committed', async () => {
  const program = startProgram('records-until-killed.ts', await memoryDirectory(), 'step')
  const directory = (await program.nextLine()) as string
  let seen = 0
  let killed: Promise<void> | undefined
  for await (const entry of followJournal(directory, { pollMs: 10 })) {
    expect(entry).toMatchObject({ seq: seen++ })
    if (seen === 20) killed = program.kill()
  }
  await killed
  const acked = (await program.restOfLines()).filter((line) => line.startsWith('ack ')).length
  expect(seen).toBeGreaterThan(acked)
})

test('followJournal of a recording that was cut off tells what is there and ends', async () => {
  const directory = await recordUnfinished(await memoryDirectory())
  let seen = 0
  for await (const _ of followJournal(directory)) seen++
  expect(seen).toBe(wholeRun.length + 1)
})

test('followJournal ends at once when it is aborted, also in its sleep', async () => {
  const recorder = createRecorder(await memoryDirectory())
  await recorder.open()
  const stop = new AbortController()
  const following = followJournal(directoryOf(recorder), { signal: stop.signal, pollMs: 60_000 })
  await following.next()
  const next = following.next()
  setTimeout(() => stop.abort(), 20)
  expect(await next).toEqual({ done: true, value: undefined })
  const never = followJournal(directoryOf(recorder), { signal: AbortSignal.abort() })
  expect((await never.next()).done).toBe(true)
  await recorder.cancel()
})

test('followJournal of what is no recording is JOURNAL_MISSING', async () => {
  await expect(followJournal(await memoryDirectory()).next()).rejects.toMatchObject({ code: 'JOURNAL_MISSING' })
})
