export { collectFrames, redactedInlineImage, redactFrames } from './trajectory/frame-reference.ts'
export { beginningOf } from './redact/text/cut.ts'
export {
  ContrailError,
  describeIssue,
  errorCodes,
  isContrailError,
  messageOf,
  type ErrorCode,
  type ErrorDetails,
} from './errors.ts'
export { Rubric, RubricCriterion, TaskSpec } from './trajectory/task.ts'
export { Verdict } from './trajectory/verdict.ts'
export { HumanLabel } from './trajectory/human-label.ts'
export type { EvidenceBus, EvidenceEvents, EvidenceSink } from './events/delivery.ts'
export {
  Dialog,
  EvidenceRole,
  type Episode,
  type EvidenceEvent,
  type EvidenceType,
  type FinalAnswerEvent,
  type GapEvent,
  type ScreenshotEvent,
  type StepFinishedEvent,
  type StepObservedEvent,
  Tab,
  type Target,
  type ToolOutput,
  type TurnFinishedEvent,
} from './events/events.ts'
export { Sha256 } from './events/event-fields.ts'
export { ToldUsage, Usage } from './events/usage.ts'
export {
  Environment,
  isPageFailure,
  PageEvent,
  pageEventFields,
  pageEventKinds,
  pageFailuresIn,
  type EnvironmentEntry,
} from './events/page-event.ts'
export { busSink, createEvidenceBus, listenToBus, settleBus, type ListenerErrorHandler } from './events/bus.ts'
export { guardSink } from './events/guard-sink.ts'
export { FinishStatus } from './trajectory/finish-status.ts'
export { assembleTrajectory } from './fold/assemble.ts'
export { joinDialogs } from './fold/look.ts'
export { isUsageKnown } from './fold/turn.ts'
export { toEvents } from './fold/to-events.ts'
export { imagesByHash, mapImages, picturesGiven, picturesOf } from './trajectory/map-images.ts'
export { snapshotEvent, type EventSnapshot, type Frame } from './stored-event/to-stored-event.ts'
export { Durability, JournalEntry, type JournalHole } from './trajectory/journal-entry.ts'
export { createTreeResolver, treeOf, withTree } from './fold/repeated-tree.ts'
export { refuseLaterFormat } from './trajectory/later-format.ts'
export {
  formatVersion,
  type AgentEvidence,
  type Gap,
  type Image,
  type ImageReference,
  type Modality,
  type Observation,
  type Step,
  type Timing,
  type Trajectory,
  type TrajectoryStatus,
  type Turn,
} from './trajectory/trajectory.ts'
export { countEach } from './values/count-each.ts'
export { matchesGlob } from './values/glob.ts'
export { freeze, isRecord, present, type Present } from './values/fields.ts'
export { assertKnownOptions } from './values/known-options.ts'
export { decodeText } from './values/decode-text.ts'
export { decodeBase64, encodeBase64 } from './values/base64.ts'
export { extensionOf, imageMediaType, sniffMediaType } from './images/media-type.ts'
export { fitPlainValue, toPlainValue, withoutNegativeZero, type PlainValue } from './values/plain-value.ts'
export type { Loss } from './values/room.ts'
export { unescapeKey } from './values/plain-key.ts'
export { PlainRecord } from './events/plain-record.ts'
export { safely } from './values/plain-fields.ts'
export { pressedNames } from './stored-event/secrets/pressed-keys.ts'
export { typedNames } from './stored-event/secrets/read-step.ts'
export { liftInlineImages } from './stored-event/lift-images.ts'
export {
  inferToolOutput,
  normalizeError,
  pairToolOutputs,
  type PairedToolCall,
  type ToolCall,
  type ToolResultPart,
} from './events/tool-output.ts'
export { systemClock, type Clock } from './clock.ts'
export { formatDuration, formatTime, toNamePart } from './format-time.ts'
export { describeLastEvent, type LastEvent } from './trajectory/last-event.ts'
export { createRedactor, isRedactable, type RedactionReceipt, type Redactor } from './redact/redactor.ts'
export { readCallLog } from './redact/format/call-log.ts'
export { isCommonWord } from './redact/known/common-words.ts'
export { isLookedForEverywhere } from './redact/known/known.ts'
export { fileNamesOf } from './redact/known/file-names.ts'
export { redactError } from './redact/error.ts'
export { redactRecord } from './stored-event/redact-record.ts'
export { handOver } from './events/hand-over.ts'
export { withhold, type WithheldSecret } from './events/withheld.ts'
export { findPlaceholders, parsePlaceholder, redactionKinds, type RedactionKind } from './redact/text/placeholder.ts'
export { createSecretFilter, createViewScanner, viewsOfBytes, type SecretHit } from './redact/known/bytes.ts'
export { findShapesIn } from './redact/known/shape-bytes.ts'
export { kindOfField } from './redact/names/fields.ts'
export { kindOfFormField, type FormField } from './redact/names/form-field.ts'
export { assertDecodable, readImageHeader } from './images/header.ts'
export type {
  AnimationFrame,
  AnimationOptions,
  ImageDifference,
  ImageTools,
  PixelBox,
  Reencoded,
  ReencodeRefusal,
} from './image-tools.ts'
export { parseAria, type AriaNode } from './aria/parse-aria.ts'
export { isCutTree } from './aria/cut-tree.ts'
export { diffAria, type AriaChange, type AriaDifference, type AriaPlace } from './aria/diff-aria.ts'
export {
  promptText,
  type Model,
  type ModelPart,
  type ModelReply,
  type ModelRequest,
  type ModelSchema,
} from './model/model.ts'
export { fence, type FenceOptions } from './model/fence.ts'
export {
  bootstrapInterval,
  cohenKappa,
  mean,
  median,
  pairedBootstrap,
  quantile,
  seededRandom,
  standardDeviation,
  wilsonInterval,
  type BootstrapOptions,
  type Interval,
} from './statistics.ts'
export { TimeLimitError, withTimeLimit } from './time-limit.ts'
export { AttachmentReference, FileChange, maxAttachmentBytes, type Attachments } from './events/attachment.ts'
export { countChanged, countCodePoints } from './episode/count-characters.ts'
export {
  EpisodeAction,
  EpisodeHistoryRow,
  EpisodeRecord,
  EpisodeSpec,
  EpisodeStatus,
  EpisodeStep,
  EpisodeTimelineRow,
} from './episode/records.ts'
export {
  toEpisodeHistoryRow,
  toEpisodeRecord,
  toEpisodeStep,
  toReplayActions,
  toStepTimeline,
  type EpisodeSummary,
} from './episode/views.ts'
