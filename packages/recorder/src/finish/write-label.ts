import { join, resolve } from 'node:path'
import { describeIssue, HumanLabel, redactRecord, toPlainValue } from '@contrail/core'
import { assertOwnFolders } from '../directory/folders.ts'
import { encodeIdentifier } from '../directory/identifier.ts'
import { fileNames, isOfRecording, isTemporary } from '../directory/names.ts'
import { unwritable } from '../io/disk-error.ts'
import { createFile, namesIn, removeIfThere, statIfThere } from '../io/files.ts'
import { diskIo, errnoOf, type Io } from '../io/io.ts'
import { toJsonBytes } from '../io/json-chunks.ts'
import { noJournal } from '../journal/scan.ts'
import { RunRedactor, type RedactOptions } from '../redact/run-redactor.ts'

/** No label takes more bytes as a file. */
const maxLabelBytes = 1_000_000
/** A temporary file may be taken away so often before its label is given up. */
const mostAttempts = 5
const abandonedAfterMs = 60_000
let written = 0

/**
 * Keep what a person says of a recording, in `labels/<annotator>.json`: whole or not at all, in place of what the same
 * annotator said before. Nothing else changes, and no lock is asked for: a recording may be written meanwhile.
 *
 * @param options.redact what is kept out of it, as by a recorder; default what is known by name, shape and environment
 * @returns the path of the label
 * @throws {TypeError} for what is no label, or more than 1 MB
 * @throws {ContrailError} JOURNAL_MISSING where there is no recording, FILE_UNSAFE, RECORDING_FAILED
 */
export function writeLabel(
  directory: string,
  label: HumanLabel,
  options: {
    redact?: RedactOptions
    env?: Readonly<Record<string, string | undefined>>
  } = {},
): Promise<string> {
  return writeLabelOn(diskIo, directory, label, options)
}

/** {@link writeLabel} on another disk. */
export async function writeLabelOn(
  io: Io,
  directory: string,
  label: HumanLabel,
  options: Parameters<typeof writeLabel>[2] = {},
): Promise<string> {
  const root = resolve(directory)
  const { redactor } = new RunRedactor(options.redact, options.env ?? process.env)
  const { annotator, bytes } = assertLabel(
    toPlainValue(label, { maxSizeBytes: 4 * maxLabelBytes, ...redactRecord(redactor) }),
  )
  if (!isOfRecording(await namesIn(io, root))) throw noJournal(root)
  await assertOwnFolders(io, root, [fileNames.labels])
  try {
    return await replaceLabel(io, join(root, fileNames.labels), `${encodeIdentifier(annotator)}.json`, bytes)
  } catch (cause) {
    throw unwritable(root, cause)
  }
}

function assertLabel(plain: unknown): { annotator: string; bytes: Uint8Array } {
  const parsed = HumanLabel.safeParse(plain)
  if (!parsed.success) throw new TypeError(`label: ${describeIssue(parsed.error)}`)
  const bytes = toJsonBytes(parsed.data)
  if (bytes.byteLength > maxLabelBytes) {
    throw new TypeError(`label: expected at most ${maxLabelBytes} bytes of JSON, got ${bytes.byteLength}`)
  }
  return { annotator: parsed.data.annotator, bytes }
}

/**
 * Each writer has a temporary file of its own, so that two annotators at once do not meet. Who finishes or recovers the recording
 * meanwhile may take it for one that a writer that died has left: then it is written again.
 */
async function replaceLabel(io: Io, folder: string, name: string, bytes: Uint8Array): Promise<string> {
  // Only this one folder: a recording that was removed meanwhile does not come back.
  await io.mkdir(folder).catch((cause: unknown) => {
    if (errnoOf(cause) !== 'EEXIST') throw cause
  })
  const path = join(folder, name)
  for (let attempt = 1; ; attempt += 1) {
    const temporary = join(folder, `.tmp-${process.pid}-${++written}`)
    await removeIfThere(io, temporary)
    await createFile(io, temporary, bytes)
    try {
      // What cannot be removed harms no label; "check" tells of it.
      if (attempt === 1) await removeAbandoned(io, folder, temporary).catch(() => undefined)
      await io.rename(temporary, path)
      break
    } catch (cause) {
      if (errnoOf(cause) === 'ENOENT' && attempt < mostAttempts) continue
      await removeIfThere(io, temporary)
      throw cause
    }
  }
  await io.syncDirectory(folder)
  return path
}

/** Remove what writers that died have left: what is older by far than a label takes to be written. The disk's own clock tells. */
async function removeAbandoned(io: Io, folder: string, own: string): Promise<void> {
  const nowMs = (await statIfThere(io, own))?.modifiedMs ?? 0
  for (const name of (await namesIn(io, folder)).filter(isTemporary)) {
    const path = join(folder, name)
    const madeMs = (await statIfThere(io, path))?.modifiedMs ?? nowMs
    if (nowMs - madeMs > abandonedAfterMs) await removeIfThere(io, path)
  }
}
