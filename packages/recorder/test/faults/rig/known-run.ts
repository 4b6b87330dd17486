import { ContrailError, type AttachmentReference, type EvidenceEvent, type Trajectory } from '@contrail/core'
import { TrajectoryRecorder, type RecorderOptions } from '../../../src/index.ts'
import { sha256 } from '../../../src/system.ts'
import type { Refusal, Said } from './testimony.ts'

/** A run that is known before it is recorded: to the process that records it, and to the one that looks afterwards. */
export interface KnownRun {
  readonly runId: string
  readonly steps: number
  readonly frameBytes: number
}

/** An event, and how to tell that it is there. */
export interface KnownEvent {
  readonly event: EvidenceEvent
  /** A text that stands in this event and in no other. */
  readonly mark: string
  /** sha256 of every image in it. */
  readonly frames: readonly string[]
}

/** The name of the task of every known run. */
export const knownTask = 'task'

/**
 * The events of a run. Each group is recorded in one breath, as an agent does that does not wait: a step with the frame
 * it was decided on, an image in its result and a probe, and last the final answer. The n-th event of all has `seq` n.
 */
export function eventsOf({ runId, steps, frameBytes }: KnownRun): KnownEvent[][] {
  const frame = (name: string): Buffer => Buffer.alloc(frameBytes, `${runId} ${name} `)
  const groups = Array.from({ length: steps }, (_, step) => {
    const mark = (part: string): string => `${runId}/${step}/${part}/`
    const [seen, result] = [frame(`seen ${step}`), frame(`result ${step}`)]
    // Every third page looks like the one before it.
    const probe = frame(`probe ${step - Number(step % 3 === 2)}`)
    return [
      known({ type: 'screenshot', screenshot: seen, url: mark('seen'), evidenceRole: 'agent' }, mark('seen'), seen),
      known(
        {
          type: 'step_finished',
          actionName: 'click',
          actionArgs: { step },
          reasoning: mark('finished'),
          toolOutput: { ok: true, result },
        },
        mark('finished'),
        result,
      ),
      known({ type: 'screenshot', screenshot: probe, url: mark('probe') }, mark('probe'), probe),
      known(
        { type: 'step_observed', url: mark('observed'), ariaTree: '- main:\n  - button "Buy"\n  - link "All lamps"' },
        mark('observed'),
      ),
    ]
  })
  const mark = `${runId}/answer/`
  const last = frame('last')
  const answer = known(
    { type: 'final_answer', message: mark, observation: { url: 'http://shop.test/', screenshot: last } },
    mark,
    last,
  )
  return [...groups, [answer]]
}

function known(event: EvidenceEvent, mark: string, ...frames: readonly Buffer[]): KnownEvent {
  return { event, mark, frames: frames.map(sha256) }
}

/**
 * Record a known run on the real disk, from the first event to a verdict.
 *
 * @param say hears of every promise and refusal in the moment it is given
 * @param options.until stop before `finish()` when the events are there, as a process that dies
 * @param options.before called before each group of events, with its number from 0
 */
export async function recordKnownRun(
  run: KnownRun,
  outputRoot: string,
  say: (said: Said) => void,
  options: {
    durability?: RecorderOptions['durability']
    until?: 'events'
    before?: (group: number) => void | Promise<void>
  } = {},
): Promise<void> {
  const warnings: unknown[] = []
  const recorder = new TrajectoryRecorder({
    taskSpec: { id: knownTask, instruction: 'record what is known' },
    outputRoot,
    runId: run.runId,
    persist: true,
    env: {},
    durability: options.durability,
    onWarning: (message, cause) => void warnings.push(cause instanceof ContrailError ? cause : message),
  })
  // That a run goes on in memory alone is told by a warning, and promises nothing of the disk.
  const inMemory = (): Refusal | undefined => (recorder.persisted ? undefined : toRefusal(warnings[0]))
  for (const [number, group] of eventsOf(run).entries()) {
    await options.before?.(number)
    const { reference, stored } = recorder.beginAttachment(Buffer.from(`${run.runId} kept ${number}`), {
      mediaType: 'text/plain',
    })
    // What refuses it refuses the event that names it, or leaves a gap.
    stored.catch(() => undefined)
    await Promise.all(
      group.map(({ event }) =>
        recorder.record(withFile(event, reference)).then(
          ({ seq }) => {
            const refused = inMemory()
            say(refused ? { refused, health: 'failed' } : { ack: seq })
          },
          (cause: unknown) => say({ refused: toRefusal(cause), health: recorder.health().state }),
        ),
      ),
    )
  }
  if (options.until === 'events') return
  await recorder.finish().then(
    ({ steps }) => {
      const unfinished = inMemory()
      say(unfinished ? { unfinished, stepsKnown: steps.length, admitsHole: false } : { finished: true })
    },
    (cause: unknown) => say({ unfinished: toRefusal(cause), ...knowledgeIn(cause) }),
  )
  await recorder.persistVerdict({ outcomeSuccess: true }).then(
    () => {
      const unjudged = inMemory()
      say(unjudged ? { unjudged } : { judged: true })
    },
    (cause: unknown) => say({ unjudged: toRefusal(cause) }),
  )
}

function withFile(event: EvidenceEvent, file: AttachmentReference): EvidenceEvent {
  return event.type === 'step_finished' ? { ...event, actionArgs: { ...event.actionArgs, file } } : event
}

/** An error as plain data. */
export function toRefusal(cause: unknown): Refusal {
  if (cause instanceof ContrailError) return { code: cause.code, message: cause.message }
  return { message: String(cause) }
}

/** Facts that `finish()` knows of the run when it rejects. */
function knowledgeIn(cause: unknown): { stepsKnown: number; admitsHole: boolean } {
  const trajectory =
    cause instanceof ContrailError ? (cause.details['trajectory'] as Trajectory | undefined) : undefined
  return {
    stepsKnown: trajectory?.steps.length ?? 0,
    admitsHole: trajectory?.gaps.some(({ reason }) => reason === 'journal_hole') ?? false,
  }
}
