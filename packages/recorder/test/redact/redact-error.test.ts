import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { ContrailError, redactError } from '@contrail/core'
import { expect, test } from 'vitest'
import type { TrajectoryRecorder } from '../../src/index.ts'
import { RunRedactor } from '../../src/redact/run-redactor.ts'
import { stepFinished } from '../support/evidence.ts'
import { interceptedIo } from '../support/intercepted-io.ts'
import { createRecorder, directoryOf } from '../support/recording.ts'
import { memoryDirectory } from '../support/temporary-directory.ts'

const secret = 'pathSecret55'
const redact = { secrets: [secret] }

/** Everything that an error says, its hidden fields and causes too. */
function all(value: unknown): string {
  return inspect(value, { depth: 20, showHidden: true })
}

async function refusalOf(work: Promise<unknown>): Promise<ContrailError> {
  return work.then(
    () => expect.unreachable('it was to be refused'),
    (cause: unknown) => cause as ContrailError,
  )
}

/** As the system gives it: the path is in the message, and a field of its own. */
function systemErrorAt(path: string): Error {
  const error = new Error(`EIO: i/o error, open '${path}'`)
  return Object.defineProperties(error, {
    code: { value: 'EIO', enumerable: true },
    path: { value: path, enumerable: true },
  })
}

test('a path that is a secret stands in no error, no warning and no word of health', async () => {
  const root = join(await memoryDirectory(), secret)
  await writeFile(root, 'a file where a folder should be')
  const told: unknown[] = []
  const recorder = createRecorder(root, { redact, onWarning: (...warning) => told.push(warning) })
  await recorder.onEvidence(stepFinished())
  const failed = await refusalOf(recorder.open())
  await recorder.record(stepFinished())
  told.push(recorder.health(), await recorder.finish())
  expect(failed).toMatchObject({ code: 'DIRECTORY_UNAVAILABLE' })
  expect(failed.message).toMatch(/\[redacted:registered:/)
  expect(failed.cause).toBeInstanceOf(Error)
  expect(told).toHaveLength(3)
  expect(all([told, failed])).not.toContain(secret)
})

test('a disk that fails later tells no secret either: in verdicts, removal, and the end that nobody awaited', async () => {
  const root = join(await memoryDirectory(), secret)
  await mkdir(root)
  const told: unknown[] = []
  let isBroken = false
  const io = interceptedIo(({ name, path }) => {
    if (isBroken && (name === 'open' || name === 'rename')) throw systemErrorAt(path)
  })
  const make = (runId: string): TrajectoryRecorder =>
    createRecorder(root, { redact, runId, io, onWarning: (...warning) => told.push(warning) })
  const [disposed, removed] = [make('disposed'), make('removed')]
  await Promise.all([disposed.open(), removed.open()])
  isBroken = true
  told.push(await refusalOf(disposed.persistVerdict({ outcomeSuccess: true })))
  await disposed[Symbol.asyncDispose]()
  told.push(disposed.health().error, await refusalOf(removed.cancel()))
  expect(told.map((each) => all(each).includes('EIO'))).toEqual([true, true, true, true])
  expect(all(told)).not.toContain(secret)
  // What the program itself has chosen, it is told as it is.
  expect(directoryOf(disposed)).toContain(secret)
})

test('an error without a secret is the very same, and one with a secret keeps its code, fields and stack', () => {
  const { redactor } = new RunRedactor(redact)
  const clean = new ContrailError('FILE_UNSAFE', 'a link', { cause: new Error('why'), details: { path: '/a' } })
  expect(redactError(redactor, clean)).toBe(clean)
  const system = systemErrorAt(`/${secret}`)
  const copy = redactError(redactor, system) as Error
  expect(copy).toMatchObject({ code: 'EIO', path: expect.stringMatching(/^\/\[redacted/) as string })
  expect(copy.stack?.split('\n').length).toBe(system.stack?.split('\n').length)
  expect(Object.keys(copy)).toEqual(Object.keys(system))
  const circular = new Error(secret)
  circular.cause = circular
  expect(all(redactError(redactor, circular))).not.toContain(secret)
})
