import { readRecording } from '../recordings-at.ts'
import { createAttachmentReader, replayEpisode, type ReplayResult } from '@contrail/recorder'
import path from 'node:path'
import type { CommandResult, ExitCode, Paint } from '../../terminal/command-result.ts'
import { formatCount } from '../../terminal/format.ts'
import { formatPath, type Surroundings } from '../../terminal/places.ts'
import { toPrintable } from '../../terminal/printable.ts'

const failureLimit = 20

/**
 * Write again what the steps of a recording wrote: 0 the trees are the same, 1 they are not, or no end tree was recorded that could
 * show it, 2 it cannot be replayed. As JSON it is the result of `replayEpisode`.
 *
 * @throws {ContrailError} JOURNAL_MISSING, and what `readTrajectory` and `replayEpisode` throw
 */
export async function replay(
  input: { directory: string; into: string; from?: string | undefined; paint: Paint } & Surroundings,
): Promise<CommandResult> {
  const { cwd, paint } = input
  const { directory, trajectory } = await readRecording(input)
  const into = path.resolve(cwd, input.into)
  const result = await replayEpisode(trajectory, {
    into,
    from: input.from === undefined ? undefined : path.resolve(cwd, input.from),
    readAttachment: createAttachmentReader(directory),
  })
  const exitCode = exitCodeOf(result)
  return { exitCode, text: tell(result, exitCode, formatPath(into, cwd), input.from, paint).join('\n'), json: result }
}

/** The exit code of a replay: 2 for a step that cannot be replayed, which was found before the first write. */
function exitCodeOf({ steps, matched, hasEndTree }: ReplayResult): ExitCode {
  if (matched && hasEndTree) return 0
  return steps.some(({ status, reason = '' }) => status === 'failed' && reason.startsWith('content_')) ? 2 : 1
}

function tell(
  { steps, matched, expectedTree, hasEndTree, actualTree, initialTree }: ReplayResult,
  exitCode: ExitCode,
  into: string,
  from: string | undefined,
  paint: Paint,
): string[] {
  const applied = steps.filter(({ status }) => status === 'applied').length
  const failed = steps.filter(({ status }) => status === 'failed')
  const isUnknown = matched && !hasEndTree
  const other = isUnknown ? 'nothing to compare with: no end tree was recorded' : 'not the same tree'
  const verdicts = { 0: 'the same tree', 1: other, 2: 'cannot be replayed', 64: '' }
  const hint = from === undefined ? '--from <folder> gives what the agent began with' : ''
  return [
    `${paint(exitCode === 0 ? 'good' : isUnknown ? 'warning' : 'bad', verdicts[exitCode])}  ${into}  ${formatCount(applied, 'change')} applied`,
    ...failed
      .slice(0, failureLimit)
      .map(({ step, reason = '' }) => `  ${paint('bad', '✗')} step ${step + 1}: ${toPrintable(reason)}`),
    ...(exitCode === 2 ? [`  Nothing was written${hint === '' ? '' : `; ${hint}`}.`] : []),
    // The files that no step wrote are known by their hashes alone.
    ...(exitCode === 1 && !isUnknown && hint !== ''
      ? [`  Files that no step wrote are not in a recording: ${hint}.`]
      : []),
    ...(initialTree
      ? [`  The start is not the tree that the episode began with (${initialTree.actual.slice(0, 12)}).`]
      : []),
    ...(isUnknown ? [] : [paint('faint', `  expected ${expectedTree}`)]),
    paint('faint', `  got      ${actualTree}`),
  ]
}
