import { resolve } from 'node:path'
import { FinishStatus, TaskSpec, toPlainValue, Usage, type Durability, type EvidenceBus } from '@contrail/core'
import { z } from 'zod'
import type { Clock } from './environment.ts'
import type { Io } from './io.ts'

/** What a recorder is made from. Only `taskSpec` is needed. */
export interface RecorderOptions {
  /** The task that the agent works on. Its `id` names the directory. */
  taskSpec: z.input<typeof TaskSpec>
  /** A bus to listen to. Without one, give `recorder.onEvidence` to the agent. */
  bus?: EvidenceBus | undefined
  /** Where recordings go. Default `CONTRAIL_ROOT`, else `EVAL_TRAJECTORY_ROOT`, else `<cwd>/.trajectories`. */
  outputRoot?: string | undefined
  /** Which run this task belongs to. Default `CONTRAIL_RUN_ID`, else one per process. */
  runId?: string | undefined
  /** Whether to write to the disk. Default `VERIFIER_PERSIST_TRAJECTORIES` (1/true, 0/false), else yes unless `CI`. */
  persist?: boolean | undefined
  /** What an ack means: `step` (default) survives a power cut, `finish` survives the death of the process. */
  durability?: Durability | undefined
  /** Above this many queued bytes, probe frames become gaps. Default 32,000,000. */
  queueLimitBytes?: number | undefined
  /** The longest that `onEvidence` holds the agent while the queue is above its limit. Default 10,000. */
  backPressureMs?: number | undefined
  /** Hears what goes wrong beside the agent. Default `console.warn`. */
  onWarning?: ((message: string, cause?: unknown) => void) | undefined
  /** Who records, for the first line of the journal. Default this package and its version. */
  tool?: { name: string; version: string } | undefined
  /** Default `process.env`. */
  env?: Readonly<Record<string, string | undefined>> | undefined
  /** Default the real clock. */
  clock?: Clock | undefined
  /** Default the disk. */
  io?: Io | undefined
}

const FinishOptions = z.object({
  status: FinishStatus.default('complete'),
  finalAnswer: z.string().optional(),
  usage: Usage.optional(),
})

/** How a run ended. `status` defaults to `complete`; `finalAnswer` and `usage` beat what events said. */
export type FinishOptions = z.input<typeof FinishOptions>

/** Where a verdict is kept. */
export interface VerdictOptions {
  /** Name of the score, `scores/<name>.json`. Default `mmrubric_v1`. */
  name?: string
}

/** @throws {TypeError} naming the field, what was expected and what was got */
export function assertTaskSpec(taskSpec: unknown): TaskSpec {
  return assertParsed('taskSpec', TaskSpec, taskSpec)
}

/** @throws {TypeError} naming the field, what was expected and what was got */
export function assertFinishOptions(options: unknown): z.output<typeof FinishOptions> {
  return assertParsed('finish', FinishOptions, options)
}

/** Where recordings go: the option, else `CONTRAIL_ROOT`, else `EVAL_TRAJECTORY_ROOT`, else `<cwd>/.trajectories`. */
export function recordingRoot(
  options: { outputRoot?: string | undefined; env?: Readonly<Record<string, string | undefined>> | undefined } = {},
): string {
  const env = options.env ?? process.env
  return resolve(options.outputRoot ?? (env.CONTRAIL_ROOT || env.EVAL_TRAJECTORY_ROOT || '.trajectories'))
}

/** What comes out is plain data that shares nothing with what the caller gave, and can be written whatever it held. */
function assertParsed<T>(what: string, schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(toPlainValue(value))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const path = issue?.path.length ? `${what}.${issue.path.join('.')}` : what
  throw new TypeError(`${path}: ${issue?.message ?? 'invalid'}`)
}
