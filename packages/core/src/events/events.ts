import { z } from 'zod'
import { FileChange } from './attachment.ts'
import { DurationMs, type Known, sourceField, StepIndex, Timestamp } from './event-fields.ts'
import { PageEvent } from './page-event.ts'
import { PlainRecord } from './plain-record.ts'
import { ToldTurnUsage } from './usage.ts'

/** Fields that say how an image or a page was looked at: the viewport in CSS pixels, image pixels per CSS pixel. */
const viewFields = {
  viewport: z.looseObject({ width: z.number(), height: z.number() }).optional(),
  scale: z.number().positive().optional(),
  /** Fields for secrets are covered in the picture; an agent frame so marked is not what the model was given. */
  masked: z.boolean().optional(),
}
/** When a probe looked, and what came in between. A page can change by itself at any time; what is said here is what is known. */
const probeFields = {
  /** When the look began and when its last part was there. ISO, UTC. */
  startedAt: Timestamp.optional(),
  finishedAt: Timestamp.optional(),
  /** An action of the agent was under way meanwhile: this may show a part of what that one did. */
  late: z.boolean().optional(),
  /** The main frame navigated meanwhile: the parts may be of two documents. */
  navigated: z.boolean().optional(),
}
const Bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'expected a Uint8Array or Buffer')

const Point = z.looseObject({ x: z.number(), y: z.number() })
const Box = z.looseObject({ x: z.number(), y: z.number(), width: z.number(), height: z.number() })

/** The aim of an action. `point` and `box` are CSS pixels from the viewport's top left corner. */
export const Target = z.looseObject({
  selector: z.string().optional(),
  role: z.string().optional(),
  name: z.string().optional(),
  point: Point.optional(),
  box: Box.optional(),
})
export type Target = Known<z.infer<typeof Target>>

/** The output of a tool. `error` is set whenever the tool reported one; `ok` is the judgement. */
export const ToolOutput = z.looseObject({
  ok: z.boolean(),
  result: z.unknown().optional(),
  error: z.string().optional(),
})
export type ToolOutput = { ok: boolean; result?: unknown; error?: string | undefined }

/** Reward and outcome of one step of an episode, where an environment gives them. */
export const Episode = z.looseObject({
  reward: z.number().optional(),
  cumulativeReward: z.number().optional(),
  done: z.boolean().optional(),
  /** A change of a file; a text in recordings from before there were attachments. */
  fileDiff: z.union([z.string(), FileChange]).optional(),
  testPassRate: z.number().min(0).max(1).optional(),
  securityFlags: z.array(z.string()).optional(),
  /** Code points of the content that the action was given. */
  contentLength: z.number().int().nonnegative().optional(),
})
export type Episode = Known<z.infer<typeof Episode>>

/**
 * A dialog of a page: `alert`, `confirm`, `prompt` or `beforeunload`. `answered` is absent while it is open, `text` is what was
 * typed into a prompt. `pageId` is the page that it covers, which may be one beside the page that was looked at.
 */
export const Dialog = z.looseObject({
  type: z.string(),
  message: z.string(),
  defaultValue: z.string().optional(),
  answered: z.enum(['accepted', 'dismissed']).optional(),
  text: z.string().optional(),
  pageId: z.string().optional(),
  openedAt: Timestamp.optional(),
  answeredAt: Timestamp.optional(),
})
export type Dialog = Known<z.infer<typeof Dialog>>
/** A page of a browser context; `active` is the one that was looked at. */
export const Tab = z.looseObject({
  pageId: z.string(),
  url: z.string(),
  title: z.string().optional(),
  active: z.boolean(),
})
export type Tab = Known<z.infer<typeof Tab>>
/** Fields of a look at a page beside its picture. */
const lookFields = {
  ariaTree: z.string().optional(),
  /** The tree is that of what the viewport shows: the whole one would have taken too much of the page's time. */
  partial: z.boolean().optional(),
  title: z.string().optional(),
  dialogs: z.array(Dialog).optional(),
  /** The page that was looked at: `p1`, `p2`, ... in the order in which pages appeared in the recording. */
  pageId: z.string().optional(),
  tabs: z.array(Tab).optional(),
}

/** One action or tool call is over. `stepIndex` counts from 0; without it the order of arrival decides. */
export const StepFinishedEvent = z.looseObject({
  actionName: z.string(),
  actionArgs: PlainRecord,
  reasoning: z.string(),
  toolOutput: ToolOutput,
  stepIndex: StepIndex.optional(),
  turnId: z.string().optional(),
  toolCallId: z.string().optional(),
  startedAt: Timestamp.optional(),
  finishedAt: Timestamp.optional(),
  durationMs: DurationMs.optional(),
  target: Target.optional(),
  executed: z.enum(['yes', 'skipped', 'unknown']).optional(),
  sensitive: z.boolean().optional(),
  episode: Episode.optional(),
  ...sourceField,
})
export type StepFinishedEvent = Known<Omit<Known<z.infer<typeof StepFinishedEvent>>, 'actionArgs' | 'toolOutput'>> & {
  actionArgs: Record<string, unknown>
  toolOutput: ToolOutput
}

/** `agent`: exactly what the model was given. `probe`: the harness's own look. `agent_and_probe`: one frame that is both. */
export const EvidenceRole = z.enum(['agent', 'probe', 'agent_and_probe'])
export type EvidenceRole = z.infer<typeof EvidenceRole>

/** A picture of the page. The bytes are stored as they are and never decoded. Role defaults to `probe`. */
export const ScreenshotEvent = z.looseObject({
  screenshot: Bytes,
  url: z.string(),
  evidenceRole: EvidenceRole.optional(),
  stepIndex: StepIndex.optional(),
  mediaType: z.string().optional(),
  ...viewFields,
  ...probeFields,
  durationMs: DurationMs.optional(),
  ...sourceField,
})
export type ScreenshotEvent = Known<z.infer<typeof ScreenshotEvent>>

/**
 * The harness looked at the page after one or more steps. With `dialogs` and nothing but an address it tells of dialogs alone:
 * of steps that were looked at already it then replaces nothing.
 */
export const StepObservedEvent = z.looseObject({
  url: z.string(),
  stepIndex: StepIndex.optional(),
  ...lookFields,
  ...viewFields,
  ...probeFields,
  durationMs: DurationMs.optional(),
  ...sourceField,
})
export type StepObservedEvent = Known<z.infer<typeof StepObservedEvent>>

/** One model call is over; it may have chosen several steps, or none. */
export const TurnFinishedEvent = z.looseObject({
  turnId: z.string(),
  text: z.string().optional(),
  usage: ToldTurnUsage.optional(),
  model: z.string().optional(),
  startedAt: Timestamp.optional(),
  finishedAt: Timestamp.optional(),
  durationMs: DurationMs.optional(),
  ...sourceField,
})
export type TurnFinishedEvent = Known<z.infer<typeof TurnFinishedEvent>>

/** The answer of the agent at the end, and a last look at the page beside it. */
export const FinalAnswerEvent = z.looseObject({
  message: z.string(),
  output: z.unknown().optional(),
  observation: z
    .looseObject({
      url: z.string(),
      screenshot: Bytes.optional(),
      ...lookFields,
      ...viewFields,
      ...probeFields,
    })
    .optional(),
  ...sourceField,
})
export type FinalAnswerEvent = Known<z.infer<typeof FinalAnswerEvent>>

/** Evidence that could not be had, said instead of silence. `reason` is a snake_case word, e.g. `timeout`. */
export const GapEvent = z.looseObject({
  what: z.enum(['probe', 'screenshot', 'event']),
  reason: z.string(),
  stepIndex: StepIndex.optional(),
  detail: z.unknown().optional(),
  ...sourceField,
})
export type GapEvent = Known<z.infer<typeof GapEvent>>

/** Schema of every event, by its `type` in the callback form. */
export const eventSchemas = {
  step_finished: StepFinishedEvent,
  screenshot: ScreenshotEvent,
  step_observed: StepObservedEvent,
  turn_finished: TurnFinishedEvent,
  final_answer: FinalAnswerEvent,
  page_event: PageEvent,
  gap: GapEvent,
} as const

/** The `type` of an event in the callback form. */
export type EvidenceType = keyof typeof eventSchemas

/** The payload of each event type. */
export interface EventByType {
  step_finished: StepFinishedEvent
  screenshot: ScreenshotEvent
  step_observed: StepObservedEvent
  turn_finished: TurnFinishedEvent
  final_answer: FinalAnswerEvent
  page_event: PageEvent
  gap: GapEvent
}

/** An event in the callback form: the payload and its `type` in one object. */
export type EvidenceEvent = { [Type in EvidenceType]: { type: Type } & EventByType[Type] }[EvidenceType]
