import { compactRecording, type CompactReport, type KeptFrame } from '@contrail/recorder'
import path from 'node:path'
import type { CommandResult, ExitCode, Paint } from '../../terminal/command-result.ts'
import { formatCount, formatSize } from '../../terminal/format.ts'
import { formatPath, type Surroundings } from '../../terminal/places.ts'
import { toPrintable } from '../../terminal/printable.ts'
import { findSomeRecordings } from '../recordings-at.ts'
import { tellRefusal, toRefusal, type Refusal } from './refusal.ts'

const refusalLimit = 20
const frameLimit = 5

/**
 * Re-encode the frames of recordings without loss: of one, or of all below a root. One that is refused stops no other.
 *
 * @param input.olderThanMs of a root only recordings whose run ended longer ago; default all
 * @param input.signal ends it after the frame under way
 * @returns 0; 1 when a recording is being written or is not finished, a frame could not be decoded, or it was interrupted; 2 when a
 * recording is damaged or could not be read or written
 * @throws {ContrailError} JOURNAL_MISSING where there is neither a recording nor a root of some, DIRECTORY_UNAVAILABLE where it
 * cannot be read
 */
export async function compact(
  input: {
    directory: string
    olderThanMs?: number | undefined
    agentFrames: boolean
    dryRun: boolean
    signal: AbortSignal
    onProgress: (message: string) => void
    nowMs?: number | undefined
    paint: Paint
  } & Surroundings,
): Promise<CommandResult> {
  const { agentFrames, dryRun, signal, onProgress, paint, cwd } = input
  const directory = path.resolve(cwd, input.directory)
  // A recording that is named is meant, whatever its age.
  const { olderThanMs, nowMs } = input
  const { recordings, passedOver: tooYoung } = await findSomeRecordings(directory, input, { olderThanMs, nowMs })
  // Only here: whoever records has no need of it.
  const { openImageTools } = await import('@contrail/images')
  await using images = openImageTools()
  const reports: CompactReport[] = []
  const refusals: Refusal[] = []
  for (const { directory: target } of recordings) {
    if (signal.aborted) break
    const shown = formatPath(target, cwd)
    try {
      const report = await compactRecording(target, {
        images,
        agentFrames,
        dryRun,
        signal,
        onProgress: ({ done, frames }) => {
          if (done === frames || done % 10 === 0) onProgress(`${shown}: ${done} of ${formatCount(frames, 'frame')}`)
        },
      })
      reports.push(report)
    } catch (cause) {
      refusals.push(toRefusal(target, cause))
    }
  }
  const interrupted = signal.aborted
  const totals = addUp(reports)
  const changed = reports.filter(({ reencoded, kept, interrupted: cut }) => reencoded > 0 || kept.length > 0 || cut)
  const lines = [
    ...changed.map((report) => tell(report, cwd, paint)),
    ...refusals.slice(0, refusalLimit).map((refusal) => tellRefusal(refusal, cwd, paint)),
    ...(refusals.length > refusalLimit ? [`  … and ${refusals.length - refusalLimit} more refused`] : []),
    ...(tooYoung > 0
      ? [paint('faint', `${formatCount(tooYoung, 'recording')} not older than --older-than: left alone.`)]
      : []),
    ...(interrupted
      ? [paint('warning', 'Interrupted: what was done is whole, and the same command goes on from here.')]
      : []),
    summary(totals, dryRun),
  ]
  return {
    exitCode: exitCodeOf(reports, refusals, interrupted),
    text: lines.join('\n'),
    json: { dryRun, interrupted, ...totals, tooYoung, reports, refusals },
  }
}

function addUp(reports: readonly CompactReport[]) {
  const sum = (count: (report: CompactReport) => number): number =>
    reports.reduce((total, report) => total + count(report), 0)
  return {
    recordings: reports.length,
    frames: sum(({ frames }) => frames),
    reencoded: sum(({ reencoded }) => reencoded),
    kept: sum(({ kept }) => kept.length),
    agentFrames: sum(({ agentFrames }) => agentFrames),
    alreadyReencoded: sum(({ alreadyReencoded }) => alreadyReencoded),
    bytesBefore: sum(({ bytesBefore }) => bytesBefore),
    bytesAfter: sum(({ bytesAfter }) => bytesAfter),
  }
}

function isUndecodable({ reason }: KeptFrame): boolean {
  return reason === 'unreadable' || reason === 'too_large'
}

function exitCodeOf(reports: readonly CompactReport[], refusals: readonly Refusal[], interrupted: boolean): ExitCode {
  const isNotYet = ({ code }: Refusal): boolean => code === 'JOURNAL_LOCKED' || code === 'RECORDING_UNFINISHED'
  if (!refusals.every(isNotYet)) return 2
  return interrupted || refusals.length > 0 || reports.some(({ kept }) => kept.some(isUndecodable)) ? 1 : 0
}

const whyKept = {
  not_smaller: 'nothing smaller was found',
  not_exact: 'holds more than 8 bits of red, green, blue and alpha (a profile, an orientation, words, an animation)',
  not_png: 'is no PNG',
  unreadable: 'cannot be decoded',
  too_large: 'is too large to be decoded',
} as const satisfies Record<KeptFrame['reason'], string>

function tell(report: CompactReport, cwd: string, paint: Paint): string {
  const { directory, dryRun, frames, reencoded, kept, bytesBefore, bytesAfter } = report
  const verb = paint(
    reencoded > 0 ? 'good' : 'faint',
    dryRun ? 'would compact' : reencoded > 0 ? 'compacted' : 'unchanged',
  )
  const facts = `${reencoded} of ${formatCount(frames, 'frame')}, ${formatSize(bytesBefore)} to ${formatSize(bytesAfter)}`
  const shown = kept.filter(({ reason }) => reason !== 'not_smaller').slice(0, frameLimit)
  return [
    `${verb}  ${formatPath(directory, cwd)}: ${facts}`,
    ...shown.map((frame) => {
      const why = `${toPrintable(frame.path)} ${whyKept[frame.reason]}`
      return `  ${paint(isUndecodable(frame) ? 'warning' : 'faint', 'kept')}  ${why}`
    }),
    ...(kept.length > shown.length
      ? [paint('faint', `  ${kept.length - shown.length} more kept; --json lists all`)]
      : []),
  ].join('\n')
}

function summary(totals: ReturnType<typeof addUp>, dryRun: boolean): string {
  const { recordings, frames, reencoded, agentFrames, alreadyReencoded, bytesBefore, bytesAfter } = totals
  const percent = bytesBefore === 0 ? 100 : Math.round((100 * bytesAfter) / bytesBefore)
  const asides = [
    agentFrames > 0
      ? `${formatCount(agentFrames, 'frame')} of agents ${agentFrames === 1 ? 'stays' : 'stay'} byte for byte`
      : '',
    alreadyReencoded > 0 ? `${alreadyReencoded} were re-encoded before` : '',
  ].filter(Boolean)
  return (
    `${dryRun ? 'Would re-encode' : 'Re-encoded'} ${reencoded} of ${formatCount(frames, 'frame')} in ${formatCount(recordings, 'recording')}: ` +
    `${formatSize(bytesBefore)} to ${formatSize(bytesAfter)} (${percent} %)${asides.map((aside) => `; ${aside}`).join('')}.`
  )
}
