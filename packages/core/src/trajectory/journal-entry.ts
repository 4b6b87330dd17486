import { z } from 'zod'
import {
  type Dialog,
  type Tab,
  FinalAnswerEvent,
  GapEvent,
  ScreenshotEvent,
  StepFinishedEvent,
  StepObservedEvent,
  TurnFinishedEvent,
} from '../events/events.ts'
import { PageEvent } from '../events/page-event.ts'
import { ToldUsage } from '../events/usage.ts'
import { FrameReference } from './frame-reference.ts'
import { FinishStatus } from './finish-status.ts'
import { ImportedRun, ImportedStep, ImportedTurn } from './imported.ts'
import { TaskSpec } from './task.ts'
import type { ImageReference } from './trajectory.ts'

/** The meaning of an ack: `finish` = handed to the system; `step` = on the disk. */
export const Durability = z.enum(['finish', 'step'])
export type Durability = z.infer<typeof Durability>

/**
 * The meaning of acks in a recording: `unsynced` where the disk knew no fsync, so that they survived the process and no
 * power cut.
 */
const RecordedDurability = z.enum([...Durability.options, 'unsynced'])

const RunStarted = z.looseObject({
  formatVersion: z.number().int().positive(),
  runId: z.string(),
  taskSpec: TaskSpec,
  durability: RecordedDurability.optional(),
  /** Who recorded. A program that was bundled into one file may not know its version. */
  tool: z.looseObject({ name: z.string(), version: z.string().optional() }).optional(),
})

const RunFinished = z.looseObject({
  status: FinishStatus,
  finalAnswer: z.string().optional(),
  usage: ToldUsage.optional(),
  finalScore: z.number().optional(),
  finalTree: z.string().optional(),
})

const common = {
  seq: z.number().int().nonnegative(),
  at: z.string(),
  mono: z.number().nonnegative(),
  redactions: z.record(z.string(), z.number().int().nonnegative()).optional(),
  attachments: z.array(z.string().regex(/^[0-9a-f]{64}\.[a-z0-9]{2,5}$/)).optional(),
}

/** Schemas of the events as they are stored: plain data, with frames in place of bytes. */
export const storedEventSchemas = {
  step_finished: StepFinishedEvent,
  screenshot: ScreenshotEvent.extend({ screenshot: FrameReference }),
  step_observed: StepObservedEvent,
  turn_finished: TurnFinishedEvent,
  final_answer: FinalAnswerEvent.extend({
    observation: FinalAnswerEvent.shape.observation
      .unwrap()
      .extend({
        screenshot: FrameReference.optional(),
      })
      .optional(),
  }),
  page_event: PageEvent,
  gap: GapEvent,
} as const

/**
 * A reference in a journal to an aria tree that a line before it holds: the `seq` of that line, which is of the type
 * `step_observed` or `final_answer`. Pages change less often than they are looked at, so equal trees are there once.
 *
 * Only a recorder writes it, and only where a tree would be. In an event a tree is a text: an object that an agent gives
 * in its place is one of the `invalidFields`, whatever its keys.
 */
export const SameTree = z.strictObject({ $sameAs: z.number().int().nonnegative() })
export type SameTree = z.infer<typeof SameTree>

/** In a journal a tree that a line before holds is referred to. */
const treeSlot = { ariaTree: z.union([z.string(), SameTree]).optional() }
const StepObserved = storedEventSchemas.step_observed.extend(treeSlot)
/** An import may know a last look, or a structured answer, without words. */
const FinalAnswer = storedEventSchemas.final_answer.extend({
  message: z.string().optional(),
  observation: storedEventSchemas.final_answer.shape.observation.unwrap().extend(treeSlot).optional(),
})

/**
 * One line of the journal, without its checksum: every stored event has `seq` (from 0, contiguous), `at` (ISO, UTC) and
 * `mono` (ms since the run began). Frames stand in it as `{"$frame": "<sha256>", mediaType, sizeBytes}`, and an aria tree
 * that a line before holds as {@link SameTree}.
 * `run_started` and `run_finished` are written by the recorder alone. `imported` stands only in what `toEvents` makes.
 */
export const JournalEntry = z.discriminatedUnion('type', [
  z.looseObject({
    ...common,
    type: z.literal('run_started'),
    event: RunStarted,
    imported: ImportedRun.optional(),
  }),
  z.looseObject({
    ...common,
    type: z.literal('step_finished'),
    step: z.number().int().nonnegative(),
    action: z.string(),
    ok: z.boolean(),
    event: StepFinishedEvent,
    imported: ImportedStep.optional(),
  }),
  z.looseObject({ ...common, type: z.literal('screenshot'), event: storedEventSchemas.screenshot }),
  z.looseObject({ ...common, type: z.literal('step_observed'), event: StepObserved }),
  z.looseObject({
    ...common,
    type: z.literal('turn_finished'),
    event: storedEventSchemas.turn_finished,
    imported: ImportedTurn.optional(),
  }),
  z.looseObject({ ...common, type: z.literal('final_answer'), event: FinalAnswer }),
  z.looseObject({ ...common, type: z.literal('page_event'), event: storedEventSchemas.page_event }),
  z.looseObject({ ...common, type: z.literal('gap'), event: storedEventSchemas.gap }),
  z.looseObject({ ...common, type: z.literal('run_finished'), event: RunFinished }),
])

/** An image in an entry: a frame by its hash as on the disk, or an image that is in memory already (`toEvents`). */
export type ImageSlot = FrameReference | ImageReference

/**
 * `redactions`: how many secrets of each kind were replaced in the event before it was written. `attachments`: the names of
 * the files in `attachments/` that the event refers to.
 */
type Common = {
  seq: number
  at: string
  mono: number
  redactions?: Readonly<Record<string, number>> | undefined
  attachments?: readonly string[] | undefined
}
type Viewed = Pick<
  StepObservedEvent,
  'viewport' | 'scale' | 'masked' | 'startedAt' | 'finishedAt' | 'late' | 'navigated'
>

/** The types of {@link JournalEntry}. What `toEvents` makes may hold images in place of frames. */
export type JournalEntry =
  | (Common & { type: 'run_started'; event: z.infer<typeof RunStarted>; imported?: ImportedRun })
  | (Common & {
      type: 'step_finished'
      step: number
      action: string
      ok: boolean
      event: StepFinishedEvent
      imported?: ImportedStep
    })
  | (Common & { type: 'screenshot'; event: Omit<ScreenshotEvent, 'screenshot'> & { screenshot: ImageSlot } })
  | (Common & {
      type: 'step_observed'
      event: Omit<StepObservedEvent, 'ariaTree' | 'dialogs' | 'tabs'> &
        Pick<ObservationEntry, 'ariaTree' | 'dialogs' | 'tabs' | 'onDemand' | 'scroll'>
    })
  | (Common & { type: 'turn_finished'; event: TurnFinishedEvent; imported?: ImportedTurn })
  | (Common & { type: 'final_answer'; event: FinalAnswerEntry })
  | (Common & { type: 'page_event'; event: PageEvent })
  | (Common & { type: 'gap'; event: GapEvent })
  | (Common & { type: 'run_finished'; event: z.infer<typeof RunFinished> })

type FinalAnswerEntry = Pick<FinalAnswerEvent, 'source'> & {
  message?: string | undefined
  output?: unknown
  observation?: ObservationEntry | undefined
}

/** A look at a page as an event holds it. */
export type ObservationEntry = Viewed & {
  url: string
  screenshot?: ImageSlot | undefined
  ariaTree?: string | SameTree | undefined
  partial?: boolean | undefined
  title?: string | undefined
  dialogs?: readonly Dialog[] | undefined
  pageId?: string | undefined
  tabs?: readonly Tab[] | undefined
  onDemand?: unknown
  scroll?: unknown
  /** `frame_<why>` where there is no screenshot although one was taken, with what is known of it. */
  $truncated?: unknown
  problem?: unknown
  sha256?: unknown
  sizeBytes?: unknown
}

/** A bad stretch of a journal with valid lines after it. `offset` and `sizeBytes` say where in `core.log`. */
export interface JournalHole {
  readonly type: 'hole'
  readonly offset: number
  readonly sizeBytes: number
  readonly reason: string
}
