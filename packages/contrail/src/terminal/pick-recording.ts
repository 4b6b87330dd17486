import { newestFirst, runsAt } from './find-recording.ts'
import { recordingRoot } from '@contrail/recorder'
import type { Readable, Writable } from 'node:stream'
import type { Surroundings } from './places.ts'
import { toPrintable } from './printable.ts'

const choiceLimit = 50

/**
 * Let somebody at a terminal choose one of the newest recordings of the default root.
 *
 * @returns its directory; `undefined` off a terminal, where there is none, or when nothing was chosen
 */
export async function pickRecording(
  streams: Surroundings & { stdin: Readable & { isTTY?: boolean }; stdout: Writable & { isTTY?: boolean } },
): Promise<string | undefined> {
  const { stdin, stdout, env } = streams
  if (!stdin.isTTY || !stdout.isTTY) return undefined
  const runs = await runsAt(recordingRoot({ env }))
  if (runs.length === 0) return undefined
  const { isCancel, select } = await import('@clack/prompts')
  const newest = newestFirst(runs).slice(0, choiceLimit)
  const answer = await select({
    message: 'Which recording?',
    input: stdin,
    output: stdout,
    options: newest.map(({ directory, runId, taskId, status }) => ({
      value: directory,
      label: toPrintable(`${runId}/${taskId}`, 100),
      hint: status ?? 'unreadable',
    })),
  })
  return isCancel(answer) ? undefined : answer
}
