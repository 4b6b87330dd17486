import { Dialog, Environment, PlainRecord, Rubric, Sha256, Tab, TaskSpec, Usage } from '@contrail/core'
import { z } from 'zod'

const Size = z.object({ width: z.number(), height: z.number() })

/** An observation on disk: ours, Stagehand 3.7.3's and its first layout's. */
export const FileObservation = z.looseObject({
  url: z.string().optional(),
  title: z.string().optional(),
  ariaTree: z.string().optional(),
  partial: z.boolean().optional(),
  dialogs: z.array(Dialog).optional(),
  pageId: z.string().optional(),
  tabs: z.array(Tab).optional(),
  screenshotPath: z.string().optional(),
  image: z
    .object({ sha256: Sha256, mediaType: z.string(), sizeBytes: z.number(), originalSha256: Sha256.optional() })
    .optional(),
  viewport: Size.optional(),
  scale: z.number().optional(),
  masked: z.boolean().optional(),
  startedAt: z.string().optional(),
  finishedAt: z.string().optional(),
  late: z.boolean().optional(),
  navigated: z.boolean().optional(),
  onDemand: z.unknown().optional(),
  scroll: z.unknown().optional(),
})
export type FileObservation = z.infer<typeof FileObservation>

/** A modality on disk. `bytesBase64` is how the first Stagehand recordings held images. */
const FileModality = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), content: z.string() }),
  z.object({ type: z.literal('json'), content: z.unknown() }),
  z.object({
    type: z.literal('image'),
    imagePath: z.string().optional(),
    bytesBase64: z.string().optional(),
    mediaType: z.string().optional(),
    sha256: Sha256.optional(),
    sizeBytes: z.number().optional(),
    originalSha256: Sha256.optional(),
    url: z.string().optional(),
    viewport: Size.optional(),
    scale: z.number().optional(),
    masked: z.boolean().optional(),
  }),
])

export const FileAgentEvidence = z.object({ modalities: z.array(FileModality) })
export type FileAgentEvidence = z.infer<typeof FileAgentEvidence>

/** One step on disk. Keys that are not named here are kept as `extra`. */
export const FileStep = z.looseObject({
  id: z.string().optional(),
  index: z.number().optional(),
  actionName: z.string(),
  actionArgs: PlainRecord,
  reasoning: z.string().default(''),
  agentEvidence: FileAgentEvidence.default({ modalities: [] }),
  probeEvidence: FileObservation.default({}),
  toolOutput: z.looseObject({ ok: z.boolean(), result: z.unknown().optional(), error: z.string().optional() }),
  startedAt: z.string().optional(),
  finishedAt: z.string().optional(),
  durationMs: z.number().optional(),
  turnId: z.string().optional(),
  toolCallId: z.string().optional(),
  target: z.looseObject({}).optional(),
  executed: z.enum(['yes', 'skipped', 'unknown']).optional(),
  sensitive: z.boolean().optional(),
  episode: z.looseObject({}).optional(),
  source: z.string().optional(),
  /** Ours, or whatever somebody else calls so. */
  environment: z.unknown().optional(),
  extra: PlainRecord.optional(),
})
export type FileStep = z.infer<typeof FileStep>

const Gap = z.object({
  what: z.enum(['probe', 'screenshot', 'event']),
  reason: z.string(),
  stepIndex: z.number().optional(),
  detail: z.unknown().optional(),
  at: z.string().optional(),
})

const Turn = z.looseObject({ turnId: z.string(), steps: z.array(z.number()).default([]) })

/**
 * `trajectory.json` as it is read: strict in what the rest of Contrail stands on, tolerant of what is absent in the
 * recordings of others. Steps are parsed one by one, so that a bad one does not hide the rest.
 */
export const FileTrajectory = z.looseObject({
  formatVersion: z.number().int().positive().optional(),
  runId: z.string().optional(),
  task: TaskSpec,
  steps: z.array(z.unknown()),
  status: z.enum(['complete', 'aborted', 'stalled', 'error', 'killed']),
  usage: Usage.default({ input_tokens: 0, output_tokens: 0 }),
  turns: z.array(Turn).default([]),
  gaps: z.array(Gap).default([]),
  timing: z
    .object({
      startedAt: z.string().optional(),
      endedAt: z.string().optional(),
      durationMs: z.number().optional(),
    })
    .default({}),
  initialObservation: FileObservation.optional(),
  initialEnvironment: Environment.optional().catch(undefined),
  finalAnswer: z.string().optional(),
  finalOutput: z.unknown().optional(),
  finalScore: z.number().optional().catch(undefined),
  finalTree: z.string().optional().catch(undefined),
  finalObservation: FileObservation.optional(),
  finalAgentEvidence: FileAgentEvidence.optional(),
  redactions: z.record(z.string(), z.number()).optional(),
  tool: PlainRecord.optional(),
})
export type FileTrajectory = z.infer<typeof FileTrajectory>

/** The content of `task_data.json`, as far as a list of runs needs it. Stagehand's has the first three keys. */
export const FileTaskData = z.looseObject({
  task: z.looseObject({
    id: z.string(),
    instruction: z.string().optional(),
    precomputedRubric: Rubric.optional().catch(undefined),
  }),
  status: z.string(),
  finalAnswer: z.string().nullish(),
  runId: z.string().optional(),
  stepCount: z.number().optional(),
  failedStepCount: z.number().optional(),
  gapCount: z.number().optional(),
  timing: z
    .object({ startedAt: z.string().optional(), endedAt: z.string().optional(), durationMs: z.number().optional() })
    .optional(),
  finalScore: z.number().optional().catch(undefined),
})
export type FileTaskData = z.infer<typeof FileTaskData>
