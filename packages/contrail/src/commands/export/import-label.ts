import { readTextFile } from '../read-text.ts'
import { ContrailError, describeIssue, HumanLabel } from '@contrail/core'
import { readLabels, readTrajectory, writeLabel } from '@contrail/recorder'
import path from 'node:path'
import type { CommandResult, Paint } from '../../terminal/command-result.ts'
import { findRecording } from '../../terminal/find-recording.ts'
import { formatCount } from '../../terminal/format.ts'
import { formatPath, type Surroundings } from '../../terminal/places.ts'
import { toPrintable } from '../../terminal/printable.ts'
import { assertRecording } from '../recordings-at.ts'
import { publicPlace } from './public-parts.ts'

const mostBytes = 1_000_000

/**
 * Put a label that was saved from an exported file into its recording.
 *
 * @param input.recording default the one that the label names, below the default root
 * @returns 0, or 1 where without `force` nothing is written: it names another recording or a step that is not there, or the same
 *   annotator has said something else there
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
  const reason = force ? undefined : await findObstacle({ run, task, label, directory, place }, kept)
  if (reason !== undefined) {
    const text = `${paint('bad', 'Nothing was written')}: ${toPrintable(reason, 1_000)}`
    const json = { directory, annotator: label.annotator, imported: false, reason, ...(kept ? { kept } : {}) }
    return { exitCode: 1, text, json }
  }
  const written = await writeLabel(directory, label, { env })
  return {
    exitCode: 0,
    text: `${paint('good', 'imported')}  the label of ${name}: ${formatPath(written, cwd)}`,
    json: { directory, annotator: label.annotator, imported: true, path: written },
  }
}

/** Find what speaks against a label in a recording, and say what to do about it. */
async function findObstacle(
  { run, task, label, directory, place }: LabelInFile & { directory: string; place: string },
  kept: HumanLabel | undefined,
): Promise<string | undefined> {
  const { runId, task: known, steps } = await readTrajectory(directory)
  const names = [runId, path.basename(path.dirname(directory))]
  const tasks = [known.id, path.basename(directory)]
  const isOfNone = run === publicPlace.run && task === publicPlace.task
  if (!isOfNone && !(names.includes(run) && tasks.includes(task))) {
    return `the label is of ${run}/${task}, and not of ${place}: leave the recording away to put it there, or --force it into this one.`
  }
  const beyond = label.steps.find(({ index }) => index >= steps.length)
  if (beyond) {
    return `it labels step ${beyond.index + 1}, and ${place} has ${formatCount(steps.length, 'step')}: name the recording it is of, or --force it.`
  }
  if (!kept || kept.savedAt === label.savedAt) return undefined
  return `${label.annotator} has labelled ${place} already, at ${kept.savedAt}; --force replaces that.`
}

/** The file as `saveLabel` of the exported page writes it. */
async function readLabelFile(file: string): Promise<LabelInFile> {
  const value = parse(file, await readTextFile(file, mostBytes))
  const { contrailLabel, run, task, label } = typeof value === 'object' && value !== null ? (value as LabelFile) : {}
  if (contrailLabel !== 1 || typeof run !== 'string' || typeof task !== 'string') {
    throw invalid(file, 'expected a label that was saved from an exported file (contrailLabel: 1)')
  }
  // The file names a recording of the root and no other place.
  if ([run, task].some((name) => name === '' || name === '.' || name === '..' || /[\\/\0]/.test(name))) {
    throw invalid(file, 'expected run and task to be plain names')
  }
  const parsed = HumanLabel.safeParse(label)
  if (!parsed.success) throw invalid(file, describeIssue(parsed.error, 'label'))
  return { run, task, label: parsed.data }
}

/** A label, and the recording that it was made of. */
type LabelInFile = { run: string; task: string; label: HumanLabel }

type LabelFile = { contrailLabel?: unknown; run?: unknown; task?: unknown; label?: unknown }

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
