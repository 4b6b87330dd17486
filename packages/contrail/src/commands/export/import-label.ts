import { ContrailError, HumanLabel } from '@contrail/core'
import { readLabels, writeLabel } from '@contrail/recorder'
import { open } from 'node:fs/promises'
import path from 'node:path'
import type { CommandResult, Paint } from '../../terminal/command-result.ts'
import { findRecording } from '../../terminal/find-recording.ts'
import { formatPath, type Surroundings } from '../../terminal/places.ts'
import { toPrintable } from '../../terminal/printable.ts'
import { assertRecording } from '../recordings-at.ts'

const mostBytes = 1_000_000

/**
 * Put a label that was saved from an exported file into its recording.
 *
 * @param input.recording default the one that the label names, below the default root
 * @returns 0, or 1 where the same annotator has said something else there and `force` is not given
 * @throws {ContrailError} FILE_UNREADABLE, FILE_TOO_LARGE, FILE_INVALID for what is no label; JOURNAL_MISSING; as `writeLabel`
 */
export async function importLabel(
  input: { file: string; recording: string | undefined; force: boolean; paint: Paint } & Surroundings,
): Promise<CommandResult> {
  const { cwd, env, paint, force } = input
  const { run, task, label } = await readLabelFile(path.resolve(cwd, input.file))
  const directory = path.resolve(cwd, await findRecording(input.recording ?? `${run}/${task}`, input))
  await assertRecording(directory, input)
  const kept = (await readLabels(directory)).find(({ annotator }) => annotator === label.annotator)
  const name = toPrintable(label.annotator, 80)
  const place = formatPath(directory, cwd)
  if (kept && kept.savedAt !== label.savedAt && !force) {
    const text = `${paint('bad', 'Nothing was written')}: ${name} has labelled ${place} already, at ${toPrintable(kept.savedAt)}; --force replaces that.`
    return { exitCode: 1, text, json: { directory, annotator: label.annotator, imported: false, kept } }
  }
  const written = await writeLabel(directory, label, { env })
  return {
    exitCode: 0,
    text: `${paint('good', 'imported')}  the label of ${name}: ${formatPath(written, cwd)}`,
    json: { directory, annotator: label.annotator, imported: true, path: written },
  }
}

/** The file as `saveLabel` of the exported page writes it. */
async function readLabelFile(file: string): Promise<{ run: string; task: string; label: HumanLabel }> {
  const value = parse(file, await readText(file))
  const { contrailLabel, run, task, label } = typeof value === 'object' && value !== null ? (value as LabelFile) : {}
  if (contrailLabel !== 1 || typeof run !== 'string' || typeof task !== 'string') {
    throw invalid(file, 'expected a label that was saved from an exported file (contrailLabel: 1)')
  }
  // The file names a recording of the root and no other place.
  if ([run, task].some((name) => name === '' || name === '.' || name === '..' || /[\\/\0]/.test(name))) {
    throw invalid(file, 'expected run and task to be plain names')
  }
  const parsed = HumanLabel.safeParse(label)
  const [issue] = parsed.error?.issues ?? []
  if (!parsed.data) throw invalid(file, `label.${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'no label'}`)
  return { run, task, label: parsed.data }
}

type LabelFile = { contrailLabel?: unknown; run?: unknown; task?: unknown; label?: unknown }

async function readText(file: string): Promise<string> {
  const fail = (cause: unknown): never => {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause)
    throw new ContrailError('FILE_UNREADABLE', `${file} cannot be read (${code})`, { cause, details: { path: file } })
  }
  const handle = await open(file).catch(fail)
  try {
    const { size } = await handle.stat()
    if (size > mostBytes) {
      const message = `${file}: expected at most ${mostBytes} bytes, got ${size}`
      throw new ContrailError('FILE_TOO_LARGE', message, {
        details: { path: file, sizeBytes: size, maxBytes: mostBytes },
      })
    }
    return await handle.readFile('utf8').catch(fail)
  } finally {
    await handle.close()
  }
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw invalid(file, 'it is no JSON', cause)
  }
}

function invalid(file: string, why: string, cause?: unknown): ContrailError {
  return new ContrailError('FILE_INVALID', `${file}: ${why}`, { cause, details: { path: file } })
}
