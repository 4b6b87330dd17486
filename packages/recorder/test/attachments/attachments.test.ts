import { createHash } from 'node:crypto'
import { readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { maxAttachmentBytes } from '@contrail/core'
import { expect, test } from 'vitest'
import {
  checkRecording,
  createAttachmentReader,
  readTrajectory,
  recoverRecording,
  removeRecording,
  TrajectoryRecorder,
} from '../../src/index.ts'
import { diskIo } from '../../src/io/io.ts'
import { AttachmentNames } from '../../src/attachments/refer.ts'
import { stepFinished } from '../support/evidence.ts'
import { interceptedIo, systemError, type Operation } from '../support/intercepted-io.ts'
import { createRecorder } from '../support/recording.ts'
import { memoryDirectory } from '../support/temporary-directory.ts'

const text = (words: string): Uint8Array => new TextEncoder().encode(words)
const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const plainText = { mediaType: 'text/plain' }

async function attachAndFinish(recorder: TrajectoryRecorder, contents: readonly Uint8Array[]): Promise<string> {
  for (const bytes of contents) {
    const file = await recorder.attach(bytes, plainText)
    await recorder.record(stepFinished({ actionArgs: { file } }))
  }
  await recorder.finish()
  return recorder.directory as string
}

test('bytes are kept once under their hash, none at all are kept too, and read back', async () => {
  const recorder = createRecorder(await memoryDirectory())
  const given = [text('one'), text(''), text('one'), new Uint8Array([0, 255, 128])]
  const directory = await attachAndFinish(recorder, given)
  const names = new Set(given.map((bytes) => `${hashOf(bytes)}.txt`))
  expect(await readdir(join(directory, 'attachments'))).toEqual([...names].toSorted())
  const read = createAttachmentReader(directory)
  const { steps } = await readTrajectory(directory)
  for (const [index, step] of steps.entries()) {
    const file = step.actionArgs['file'] as { sha256: string; sizeBytes: number; mediaType: string }
    expect(file).toEqual({
      sha256: hashOf(given[index] as Uint8Array),
      sizeBytes: given[index]?.byteLength,
      ...plainText,
    })
    expect(Buffer.from(read(file))).toEqual(Buffer.from(given[index] as Uint8Array))
    expect(Buffer.from(recorder.readAttachment(file))).toEqual(Buffer.from(given[index] as Uint8Array))
  }
  expect(await checkRecording(directory)).toMatchObject({ status: 'clean', problems: [], notes: [] })
  await removeRecording(directory)
})

test('a recording without attachments keeps its six names', async () => {
  const directory = await attachAndFinish(createRecorder(await memoryDirectory()), [])
  expect(await readdir(directory)).toEqual([
    'core.log',
    'scores',
    'screenshots',
    'task_data.json',
    'times.json',
    'trajectory.json',
  ])
})

test('bytes are on the disk before the line that names them, also where nobody waits for them', async () => {
  const operations: Operation[] = []
  const io = interceptedIo((operation) => void operations.push(operation))
  const recorder = createRecorder(await memoryDirectory(), { io })
  await recorder.open()
  operations.length = 0
  const { reference } = recorder.beginAttachment(text('content'), plainText)
  await recorder.record(stepFinished({ actionArgs: { file: reference } }))
  const written = operations
    .filter(({ name }) => name !== 'close' && name !== 'mkdir' && name !== 'lstat')
    .map(({ name, path }) =>
      `${name} ${path.slice((recorder.directory as string).length)}`.replace(/\.tmp-\S+/, 'temp'),
    )
  const order = (what: string): number => written.indexOf(what)
  expect(order('write /attachments/temp')).toBeLessThan(order('datasync /attachments/temp'))
  expect(order('datasync /attachments/temp')).toBeLessThan(order('rename /attachments/temp'))
  expect(order('rename /attachments/temp')).toBeLessThan(order('syncDirectory /attachments'))
  expect(order('syncDirectory /attachments')).toBeLessThan(order('write /core.log'))
  await recorder.finish()
})

test('a line names its attachments, whatever else stands in the event', () => {
  const names = new AttachmentNames()
  const reference = { sha256: hashOf(text('one')), sizeBytes: 3, ...plainText }
  names.add(reference)
  const event = { ...stepFinished(), extra: [undefined, { before: null, file: reference }, undefined] }
  const entry = { seq: 1, at: '', mono: 0, type: 'step_finished', step: 0, action: 'click', ok: true, event } as const
  expect(names.refer(entry).attachments).toEqual([`${reference.sha256}.txt`])
})

test('more than 8 MB are a gap with the hash, and nothing is kept', async () => {
  const recorder = createRecorder(await memoryDirectory())
  const bytes = Buffer.alloc(maxAttachmentBytes + 1, 'x')
  const file = await recorder.attach(bytes, plainText)
  expect(file).toMatchObject({ sha256: hashOf(bytes), sizeBytes: bytes.byteLength })
  const binary = { mediaType: 'application/octet-stream' }
  const most = await recorder.attach(Buffer.alloc(maxAttachmentBytes, 255), binary)
  await recorder.record(stepFinished({ actionArgs: { file, most } }))
  const { gaps } = await recorder.finish()
  expect(gaps).toMatchObject([{ what: 'event', reason: 'attachment_too_large', detail: { sha256: file.sha256 } }])
  expect(await readdir(join(recorder.directory as string, 'attachments'))).toEqual([`${most.sha256}.bin`])
  expect(await checkRecording(recorder.directory as string)).toMatchObject({ status: 'clean' })
})

test('a secret in a text or in other bytes is not kept, and the reference says so', async () => {
  const secret = 'correct-horse-battery'
  const recorder = createRecorder(await memoryDirectory(), { redact: { secrets: [secret] } })
  const inText = await recorder.attach(text(`key: ${secret}\n`), plainText)
  const inBytes = await recorder.attach(Buffer.concat([Buffer.from([255, 0]), text(secret)]), {
    mediaType: 'application/octet-stream',
  })
  expect([inText.redacted, inBytes.redacted]).toEqual([true, true])
  await recorder.record(stepFinished({ actionArgs: { inText, inBytes } }))
  const { redactions } = await recorder.finish()
  expect(redactions).toMatchObject({ registered: 2 })
  const folder = join(recorder.directory as string, 'attachments')
  for (const name of await readdir(folder)) expect(await readFile(join(folder, name), 'latin1')).not.toContain(secret)
})

test('a write that fails costs the attachment alone, and is a gap', async () => {
  const io = interceptedIo(({ name, path }) => {
    if (name === 'write' && path.includes('attachments')) throw systemError('ENOSPC')
  })
  const recorder = createRecorder(await memoryDirectory(), { io })
  const directory = await attachAndFinish(recorder, [text('lost')])
  const { gaps } = await readTrajectory(directory)
  expect(gaps).toMatchObject([{ reason: 'attachment_write_failed', detail: { errno: 'ENOSPC' } }])
  expect(await checkRecording(directory)).toMatchObject({ status: 'clean' })
})

test('a failed fsync of an attachment stops the recording, and what was attached is still known', async () => {
  const io = interceptedIo(({ name, path }) => {
    if (name === 'datasync' && path.includes('attachments')) throw systemError('EIO')
  })
  const recorder = createRecorder(await memoryDirectory(), { io })
  const { reference, stored } = recorder.beginAttachment(text('held'), plainText)
  await expect(stored).rejects.toMatchObject({ code: 'RECORDING_FAILED' })
  expect(Buffer.from(recorder.readAttachment(reference)).toString()).toBe('held')
  await expect(recorder.finish()).rejects.toMatchObject({ code: 'RECORDING_FAILED' })
})

test('check tells what was changed, cut or removed, and recover makes a gap of it', async () => {
  const directory = await attachAndFinish(createRecorder(await memoryDirectory()), [text('a'), text('b'), text('c')])
  const paths = (await readdir(join(directory, 'attachments'))).map((name) => join(directory, 'attachments', name))
  await writeFile(paths[0] as string, 'changed')
  await truncate(paths[1] as string, 0)
  await rm(paths[2] as string)
  const report = await checkRecording(directory)
  expect(report.status).toBe('corrupt')
  expect(report.problems.map(({ code, message }) => `${code} ${message}`)).toEqual([
    'attachment does not hold the bytes that its name says',
    'attachment does not hold the bytes that its name says',
    'attachment is not there',
  ])
  await rm(paths[0] as string)
  await rm(paths[1] as string)
  await recoverRecording(directory, { force: true })
  expect((await readTrajectory(directory)).gaps.map(({ reason }) => reason)).toEqual(
    Array.from({ length: 3 }, () => 'attachment_missing'),
  )
  expect(await checkRecording(directory)).toMatchObject({ status: 'clean' })
})

test('a reader follows no link, and believes no file that is not what was recorded', async () => {
  const directory = await attachAndFinish(createRecorder(await memoryDirectory()), [text('a')])
  const [name = ''] = await readdir(join(directory, 'attachments'))
  const path = join(directory, 'attachments', name)
  const reference = { sha256: name.slice(0, 64), sizeBytes: 1, ...plainText }
  const read = createAttachmentReader(directory)
  await writeFile(path, 'b')
  expect(() => read(reference)).toThrow(expect.objectContaining({ code: 'ATTACHMENT_CORRUPT' }))
  await rm(path)
  expect(() => read(reference)).toThrow(expect.objectContaining({ code: 'ATTACHMENT_MISSING' }))
  await writeFile(join(directory, 'outside'), 'a')
  await symlink(join(directory, 'outside'), path)
  expect(() => read(reference)).toThrow(expect.objectContaining({ code: 'FILE_UNSAFE' }))
  await rm(join(directory, 'attachments'), { recursive: true })
  expect(() => read(reference)).toThrow(expect.objectContaining({ code: 'ATTACHMENT_MISSING' }))
  await symlink(directory, join(directory, 'attachments'))
  expect(() => read(reference)).toThrow(expect.objectContaining({ code: 'FILE_UNSAFE' }))
})

test('what a crash left of an attachment goes when the recording is recovered, and its empty folder too', async () => {
  const recorder = createRecorder(await memoryDirectory())
  await recorder.record(stepFinished())
  await recorder.finish()
  const directory = recorder.directory as string
  await diskIo.mkdir(join(directory, 'attachments'))
  await writeFile(join(directory, 'attachments/.tmp-1-0'), 'half')
  expect(await checkRecording(directory)).toMatchObject({ status: 'unfinished' })
  await recoverRecording(directory)
  expect(await readdir(directory)).not.toContain('attachments')
  expect(await checkRecording(directory)).toMatchObject({ status: 'clean' })
})

test('without persistence attachments are in memory', async () => {
  const root = await memoryDirectory()
  const recorder = createRecorder(root, { persist: false })
  const reference = await recorder.attach(text('held'), plainText)
  await recorder.record(stepFinished({ actionArgs: { reference } }))
  await recorder.finish()
  expect(Buffer.from(recorder.readAttachment(reference)).toString()).toBe('held')
  expect(await readdir(root)).toEqual([])
})

test.each([
  ['a text', 'content', plainText],
  ['no media type', text('a'), {}],
])('%s is a mistake of the caller', async (_, bytes, options) => {
  const recorder = createRecorder(await memoryDirectory())
  await expect(recorder.attach(bytes as Uint8Array, options as { mediaType: string })).rejects.toThrow(TypeError)
})
