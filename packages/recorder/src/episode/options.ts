import { describeIssue } from '@contrail/core'
import { z } from 'zod'
import { assertRecorderOptions, type RecorderOptions } from '../record/options.ts'

/** The options of an `EpisodeLogger`: those of a recorder but the task, which each episode has of its own. */
export interface EpisodeLoggerOptions extends Omit<RecorderOptions, 'taskSpec'> {
  /** The number of ended episodes that are held in memory. Default 10; every one is on the disk. */
  maxHistory?: number | undefined
  /** The folder that the agent works in. Its files are hashed when an episode starts and when it ends. Default none. */
  workspace?: string | undefined
  /** Makes the id of an episode. Default a UUIDv7. */
  createId?: (() => string) | undefined
}

const absent = z.null().transform(() => undefined)
const optional = <T extends z.ZodType>(schema: T) => z.union([schema, absent]).optional()
/** Make 0 of -0, which JSON does not have. */
const withoutSign = (value: number): number => value + 0
const finite = z.number().transform(withoutSign)

/** The task of an episode. */
const EpisodeStart = z.strictObject({
  task: z.string().min(1),
  variantId: z.string(),
  instruction: optional(z.string()),
  metadata: optional(z.record(z.string(), z.unknown())),
})
export type EpisodeStart = z.input<typeof EpisodeStart>

/**
 * A change of a file as a caller tells it, with whole texts. `before: null`: there was no file; absent: what the logger knows
 * is taken. `after: null`: it was removed. A count that is given is replaced by ours.
 */
const FileDiff = z.strictObject({
  path: z.string(),
  before: z.string().nullable().optional(),
  after: z.string().nullable(),
  charsChanged: z.unknown().optional(),
})
export type FileDiff = {
  path: string
  before?: string | null | undefined
  after: string | null
  charsChanged?: unknown
}

/** One step of an episode as an environment tells it. `null` is as good as absent; 0 and the empty text are values. */
const EpisodeStepInput = z.strictObject({
  actionType: z.string().min(1),
  path: optional(z.string()),
  query: optional(z.string()),
  content: optional(z.string()),
  observation: z.unknown().optional(),
  reward: finite,
  done: optional(z.boolean()),
  error: optional(z.string()),
  fileDiff: optional(FileDiff),
  testPassRate: optional(z.number().min(0).max(1).transform(withoutSign)),
  durationMs: optional(z.number().min(0).transform(withoutSign)),
  securityFlags: optional(z.array(z.string())),
  stepNumber: optional(finite),
  cumulativeReward: optional(finite),
})
export type EpisodeStepInput = Omit<z.input<typeof EpisodeStepInput>, 'fileDiff'> & {
  fileDiff?: FileDiff | null | undefined
}
/** A step that was checked. */
export type CheckedStep = z.output<typeof EpisodeStepInput>

const LoggerOptions = z.object({
  maxHistory: z.number().int().positive().optional(),
  workspace: z.string().min(1).optional(),
  createId: z.custom((value) => typeof value === 'function', 'expected a function').optional(),
})

/** @throws {TypeError} naming the option, what was expected and what was got */
export function assertLoggerOptions(options: EpisodeLoggerOptions): void {
  if (typeof options !== 'object' || options === null) throw new TypeError('EpisodeLogger: expected options')
  const { maxHistory, workspace, createId, ...rest } = options
  assertRecorderOptions({ ...rest, taskSpec: {} })
  assertOf('EpisodeLogger options', LoggerOptions, { maxHistory, workspace, createId })
}

/** @throws {TypeError} */
export function assertEpisodeStart(start: unknown): z.output<typeof EpisodeStart> {
  return assertOf('startEpisode', EpisodeStart, start)
}

/** @throws {TypeError} */
export function assertEpisodeStep(step: unknown): CheckedStep {
  return assertOf('recordStep', EpisodeStepInput, step)
}

/** @throws {TypeError} for what is no finite number */
export function assertScore(score: unknown): number {
  return assertOf('endEpisode: finalScore', finite, score)
}

/** Check a value; the error does not say what was given, since that may hold a secret. */
function assertOf<T>(what: string, schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new TypeError(describeIssue(parsed.error, what).replace(': Invalid input: ', ': '))
}
