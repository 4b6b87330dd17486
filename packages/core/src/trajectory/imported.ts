import { z } from 'zod'
import { Sha256 } from '../events/event-fields.ts'
import { Usage } from '../events/usage.ts'
import { Environment, type EnvironmentEntry } from '../events/page-event.ts'
import { PlainRecord } from '../events/plain-record.ts'
import type { AgentEvidence, ImageReference, Timing, Turn } from './trajectory.ts'

// What a trajectory of somebody else's says and no event of ours would lead to. It stands beside the event, not in it,
// so that no field of a live event can be taken for it; and it is checked, since a journal on the disk is untrusted.

const Viewed = {
  url: z.string().optional(),
  viewport: z.looseObject({ width: z.number(), height: z.number() }).optional(),
  scale: z.number().optional(),
  masked: z.boolean().optional(),
}

const Modality = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('text'), content: z.string() }),
  z.looseObject({ type: z.literal('json'), content: z.unknown() }),
  z.looseObject({
    type: z.literal('image'),
    image: z.looseObject({
      sha256: Sha256,
      mediaType: z.string(),
      sizeBytes: z.number().nonnegative(),
    }),
    ...Viewed,
  }),
])

const Evidence = z.looseObject({ modalities: z.array(Modality) })

/** The facts that an import states of a whole run. */
export const ImportedRun = z.looseObject({
  timing: z.looseObject({
    startedAt: z.string().optional(),
    endedAt: z.string().optional(),
    durationMs: z.number().optional(),
  }),
  usage: Usage,
  finalAgentEvidence: Evidence.optional(),
  initialEnvironment: Environment.optional(),
})
export type ImportedRun = {
  readonly timing: Timing
  readonly usage: Usage
  readonly finalAgentEvidence?: AgentEvidence<ImageReference>
  readonly initialEnvironment?: readonly EnvironmentEntry[]
}

/** The facts that an import states of a step where the fold would say something else. */
export const ImportedStep = z.looseObject({
  id: z.string().optional(),
  agentEvidence: Evidence.optional(),
  environment: Environment.optional(),
  extra: PlainRecord.optional(),
})
export type ImportedStep = {
  readonly id?: string
  readonly agentEvidence?: AgentEvidence<ImageReference>
  readonly environment?: readonly EnvironmentEntry[]
  readonly extra?: Readonly<Record<string, unknown>>
}

/** A turn of an import, whole, where the fold would say something else of it. */
export const ImportedTurn = z.looseObject({ turnId: z.string(), steps: z.array(z.number().int().nonnegative()) })
export type ImportedTurn = Turn
