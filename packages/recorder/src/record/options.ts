import { resolve } from 'node:path'
import {
  Durability,
  FinishStatus,
  fitPlainValue,
  redactRecord,
  TaskSpec,
  toPlainValue,
  ToldUsage,
  withoutNegativeZero,
  type Clock,
  type EvidenceBus,
  type PlainValue,
  type Redactor,
} from '@contrail/core'
import { z } from 'zod'
import type { RedactOptions } from '../redact/run-redactor.ts'
import type { WarningListener } from './warning.ts'

/** Options of a recorder. Only `taskSpec` is needed. */
export interface RecorderOptions {
  /** The task that the agent works on. Its `id` names the directory. */
  taskSpec: z.input<typeof TaskSpec>
  /** A bus to listen to. Without one, give `recorder.onEvidence` to the agent. */
  bus?: EvidenceBus | undefined
  /** The folder of all recordings. Default `CONTRAIL_ROOT`, else `EVAL_TRAJECTORY_ROOT`, else `<cwd>/.trajectories`. */
  outputRoot?: string | undefined
  /** The run that this task belongs to. Default `CONTRAIL_RUN_ID`, else one per process. */
  runId?: string | undefined
  /** Write to the disk. Default `VERIFIER_PERSIST_TRAJECTORIES` (1/true, 0/false), else yes unless `CI`. */
  persist?: boolean | undefined
  /** The meaning of an ack: `step` (default) survives a power cut, `finish` survives the death of the process. */
  durability?: Durability | undefined
  /**
   * Above this many queued bytes `onEvidence` holds the agent. Probe frames become gaps where that was in vain, and at twice as
   * many bytes for those who are never held. Default 32,000,000.
   */
  queueLimitBytes?: number | undefined
  /** The longest that `onEvidence` holds the agent while the queue is above its limit. Default 10,000. */
  backPressureMs?: number | undefined
  /** Hears what goes wrong beside the agent. Default `console.warn`. */
  onWarning?: WarningListener | undefined
  /**
   * Secrets that are kept away from the disk beside what is known by its name or shape. Secrets are replaced by
   * `[redacted:<kind>:<fingerprint>]` in everything but the pixels of images, before the first byte is written.
   */
  redact?: RedactOptions | undefined
  /** The recording program, for the first line of the journal. Default this package and its version. */
  tool?: { name: string; version: string } | undefined
  /** Default `process.env`. */
  env?: Readonly<Record<string, string | undefined>> | undefined
  /** Default the real clock. */
  clock?: Clock | undefined
}

const func = z.custom<(...args: never[]) => unknown>((value) => typeof value === 'function', 'expected a function')
const withMethods = (...names: readonly string[]): z.ZodType =>
  z.custom(
    (value) => names.every((name) => typeof (value as Record<string, unknown> | null)?.[name] === 'function'),
    `expected an object with ${names.join(', ')}`,
  )
const names = z.array(z.string().min(1))
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.byteLength > 0, 'expected bytes')

const redactOptions = z.strictObject({
  secrets: z.array(z.string()).optional(),
  env: names.optional(),
  secretsFile: z.string().min(1).optional(),
  keyNames: names.optional(),
  allowedKeyNames: names.optional(),
  fingerprintKey: bytes.optional(),
})

/** The shape of {@link RecorderOptions}, but for the task, which is converted first. A misspelt name is told. */
const Options = z.strictObject({
  taskSpec: z.custom((value) => value !== undefined, 'expected a task, with id and instruction'),
  bus: withMethods('on', 'off', 'emit').optional(),
  outputRoot: z.string().min(1).optional(),
  runId: z.string().min(1).optional(),
  persist: z.boolean().optional(),
  durability: Durability.optional(),
  queueLimitBytes: z.number().positive().optional(),
  backPressureMs: z.number().nonnegative().optional(),
  onWarning: func.optional(),
  redact: redactOptions.optional(),
  tool: z.looseObject({ name: z.string(), version: z.string() }).optional(),
  env: z.custom((value) => typeof value === 'object' && value !== null, 'expected an object').optional(),
  clock: withMethods('now', 'monotonicMs').optional(),
})

const FinishOptions = z.object({
  status: FinishStatus.default('complete'),
  finalAnswer: z.string().optional(),
  usage: ToldUsage.optional(),
  finalScore: z.preprocess(withoutNegativeZero, z.number()).optional(),
  finalTree: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hex digits')
    .optional(),
})

/**
 * The end of a run. `status` defaults to `complete`; `finalAnswer` and `usage` beat what events said. `finalScore` is
 * an environment's, `finalTree` the hash of its files, see `hashTree`.
 */
export type FinishOptions = Omit<z.input<typeof FinishOptions>, 'finalScore'> & { finalScore?: number | undefined }

/** The place of a verdict. */
export interface VerdictOptions {
  /** Name of the score, `scores/<name>.json`. Default `mmrubric_v1`. */
  name?: string
}

/** @throws {TypeError} naming the option, what was expected and what was got */
export function assertRecorderOptions(options: unknown): asserts options is RecorderOptions {
  const parsed = Options.safeParse(options)
  if (!parsed.success) throw notOfSchema('TrajectoryRecorder options', parsed.error, options)
}

/**
 * @param redactor what comes out has no secrets
 * @throws {TypeError} naming the field, what was expected and what was got; also for more than 8 MB of JSON
 */
export function assertTaskSpec(taskSpec: unknown, redactor?: Redactor): TaskSpec {
  return assertSize('taskSpec', assertParsed('taskSpec', TaskSpec, taskSpec, redactor))
}

/**
 * Check the options of `finish` and take their secrets out. The result is cut where it has become too large without
 * them: the run is over, and nobody could say it in other words.
 *
 * @throws {TypeError} naming the field, what was expected and what was got; also for more than 8 MB of JSON
 */
export function assertFinishOptions(options: unknown, redactor: Redactor): z.output<typeof FinishOptions> {
  assertSize('finish', assertParsed('finish', FinishOptions, options))
  const redacted = assertParsed('finish', FinishOptions, options, redactor)
  return FinishOptions.parse(fitPlainValue(redacted as PlainValue, maxSizeBytes))
}

/**
 * The folder of all recordings: the option, else `CONTRAIL_ROOT`, else `EVAL_TRAJECTORY_ROOT`, else
 * `<cwd>/.trajectories`.
 */
export function recordingRoot(
  options: { outputRoot?: string | undefined; env?: Readonly<Record<string, string | undefined>> | undefined } = {},
): string {
  const env = options.env ?? process.env
  const root = options.outputRoot ?? (env.CONTRAIL_ROOT || env.EVAL_TRAJECTORY_ROOT || '.trajectories')
  try {
    return resolve(root)
  } catch {
    // The working directory was removed: then nothing can be made below it either, and whoever tries says so.
    return root
  }
}

/** As large as an event may be; see `snapshotEvent`. */
const maxSizeBytes = 8_000_000

/** Parse a value into plain data that shares nothing with what the caller gave, and can be written whatever it held. */
function assertParsed<T>(what: string, schema: z.ZodType<T>, value: unknown, redactor?: Redactor): T {
  const hooks = redactor ? redactRecord(redactor) : {}
  // What does not fit is refused and never cut, so the limit here is only what we are ready to measure.
  const plain = toPlainValue(value, { maxKeys: 1_000_000, maxSizeBytes: 8 * maxSizeBytes, ...hooks })
  const parsed = schema.safeParse(plain)
  if (!parsed.success) throw notOfSchema(what, parsed.error, plain)
  return parsed.data
}

function assertSize<T>(what: string, value: T): T {
  const sizeBytes = Buffer.byteLength(JSON.stringify(value))
  if (sizeBytes > maxSizeBytes) {
    throw new TypeError(`${what}: expected at most ${maxSizeBytes} bytes of JSON, got ${sizeBytes}`)
  }
  return value
}

function notOfSchema(what: string, { issues }: z.ZodError, value: unknown): TypeError {
  const [issue] = issues
  const path = issue?.path ?? []
  if (issue?.code === 'unrecognized_keys') return misspelt([what, ...path.map(String)].join('.'), issue.keys, path)
  const got = path.reduce<unknown>((parent, key) => (parent as Record<PropertyKey, unknown> | null)?.[key], value)
  const expected = (issue?.message ?? 'invalid').replace(/^(Invalid input|Invalid option|Too small|Too big): /, '')
  // What is given there is a secret, or should be.
  const shown = path[0] === 'redact' ? kindOf(got) : told(got)
  const place = [what, ...path.map(String)].join('.')
  return new TypeError(
    /, (received|got) /.test(expected) ? `${place}: ${expected}` : `${place}: ${expected}, got ${shown}`,
  )
}

function misspelt(what: string, given: readonly string[], path: readonly PropertyKey[]): TypeError {
  const { shape } = path[0] === 'redact' ? redactOptions : Options
  return new TypeError(
    `${what}: expected names among ${Object.keys(shape).join(', ')}; got ${given.map((name) => JSON.stringify(name)).join(', ')}`,
  )
}

/** A number or word that was given by mistake helps; a text may be a secret. */
function told(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (typeof value === 'string' && value.length <= 12) return JSON.stringify(value)
  return kindOf(value)
}

function kindOf(value: unknown): string {
  if (typeof value === 'string') return `a text of ${value.length} characters`
  if (value === null) return 'null'
  return Array.isArray(value) ? 'an array' : typeof value === 'object' ? 'an object' : typeof value
}
