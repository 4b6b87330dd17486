import { rootAt } from '../recordings-at.ts'
import { formatTime } from '@contrail/core'
import { collectGarbage, type GarbageReport, type KeptRecording, type RemovedRecording } from '@contrail/recorder'
import type { CommandResult, ExitCode, Paint } from '../../terminal/command-result.ts'
import { formatCount, formatSize } from '../../terminal/format.ts'
import { formatPath, type Surroundings } from '../../terminal/places.ts'
import { toPrintable } from '../../terminal/printable.ts'

const keptLimit = 20

/**
 * Remove recordings below a root, or of one run, that are older than a limit or more than a limit, whole and the oldest first.
 *
 * @returns 0; 1 when the rest is still larger than was asked, 2 when something could not be read or removed
 * @throws {ContrailError} DIRECTORY_UNAVAILABLE when a root was named that cannot be read or is a recording itself
 */
export async function collect(
  input: {
    root?: string | undefined
    olderThanMs?: number | undefined
    maxSizeBytes?: number | undefined
    dryRun: boolean
    onProgress: (message: string) => void
    paint: Paint
  } & Surroundings,
): Promise<CommandResult> {
  const { olderThanMs, maxSizeBytes, dryRun, onProgress, paint, cwd } = input
  const { root, isThere } = rootAt(input.root, input)
  if (!isThere) {
    const text = `There are no recordings in ${formatPath(root, cwd)} yet.`
    return { exitCode: 0, text, json: { root, dryRun, removed: [], kept: [], freedBytes: 0, keptBytes: 0 } }
  }
  const report = await collectGarbage(root, {
    olderThanMs,
    maxSizeBytes,
    dryRun,
    onProgress: ({ directory }) => onProgress(`${dryRun ? 'would remove' : 'removed'} ${formatPath(directory, cwd)}`),
  })
  const shown = formatPath(root, cwd)
  const { removed, kept, freedBytes, keptBytes, overSize } = report
  const staying = kept.filter(({ reason }) => reason !== 'within_limits')
  const hasLimit = olderThanMs !== undefined || maxSizeBytes !== undefined
  const lines = [
    ...removed.map((recording) => tellRemoved(recording, dryRun, cwd, paint)),
    ...staying.slice(0, keptLimit).map((recording) => tellKept(recording, cwd, paint)),
    ...(staying.length > keptLimit ? [paint('faint', `  … and ${staying.length - keptLimit} more stay`)] : []),
    `${dryRun ? 'Would free' : 'Freed'} ${formatSize(freedBytes)} of ${formatCount(removed.length, 'recording')}; ` +
      `${formatSize(keptBytes)} of ${formatCount(recordingsIn(kept), 'recording')} stay in ${shown}.`,
    ...(overSize ? [paint('warning', 'That is still more than --max-size: the others cannot be removed now.')] : []),
    ...(hasLimit ? [] : ['Say what may go: --older-than 30d, --max-size 5GB, or both.']),
  ]
  return { exitCode: exitCodeOf(report), text: lines.join('\n'), json: report }
}

function recordingsIn(kept: readonly KeptRecording[]): number {
  return kept.filter(({ reason }) => reason !== 'no_recording').length
}

function exitCodeOf({ kept, overSize }: GarbageReport): ExitCode {
  if (kept.some(({ reason }) => reason === 'unreadable' || reason === 'not_removed')) return 2
  return overSize ? 1 : 0
}

const whyRemoved = {
  too_old: 'ended long ago',
  over_size: 'the oldest of too many',
  removal_cut_off: 'the rest of a removal that was cut off',
} as const satisfies Record<RemovedRecording['reason'], string>

function tellRemoved(recording: RemovedRecording, dryRun: boolean, cwd: string, paint: Paint): string {
  const { directory, reason, endedAt, freedBytes, judged } = recording
  const facts = [
    formatTime(endedAt)?.slice(0, 16) ?? '',
    formatSize(freedBytes),
    whyRemoved[reason],
    judged ? paint('warning', 'with its verdicts or labels') : '',
  ]
  const verb = paint('good', dryRun ? 'would remove' : 'removed')
  return `${verb}  ${formatPath(directory, cwd)}: ${facts.filter(Boolean).join(', ')}`
}

const whyKept = {
  within_limits: 'within the limits',
  being_written: 'being written',
  owner_unknown: 'its writer cannot be asked',
  foreign_files: 'holds files that are not of the recording ("contrail rm --force" removes it with them)',
  no_recording: 'no recording',
  unreadable: 'cannot be read',
  not_removed: 'cannot be removed',
} as const satisfies Record<KeptRecording['reason'], string>

function tellKept({ directory, reason, message }: KeptRecording, cwd: string, paint: Paint): string {
  const why = message === undefined ? whyKept[reason] : `${whyKept[reason]}: ${toPrintable(message, 300)}`
  return `${paint('warning', 'stays')}  ${formatPath(directory, cwd)}: ${why}`
}
