export { beginningOf } from './secret-cut.ts'
export { ContrailError, errorCodes, type ErrorCode } from './errors.ts'
export { Rubric, RubricCriterion, TaskSpec } from './task.ts'
export { Verdict } from './verdict.ts'
export {
  busKeys,
  EvidenceRole,
  eventSchemas,
  Usage,
  type Episode,
  type EvidenceBus,
  type EvidenceEvent,
  type EvidenceEvents,
  type EvidenceSink,
  type EvidenceType,
  type FinalAnswerEvent,
  type GapEvent,
  type ScreenshotEvent,
  type StepFinishedEvent,
  type StepObservedEvent,
  type Target,
  type ToolOutput,
  type TurnFinishedEvent,
} from './events.ts'
export { busSink, createEvidenceBus, listenToBus, settleBus, type ListenerErrorHandler } from './bus.ts'
export { guardSink } from './guard-sink.ts'
export { FinishStatus } from './finish-status.ts'
export { assemble } from './assemble.ts'
export { toEvents } from './to-events.ts'
export { mapImages } from './map-images.ts'
export { snapshotEvent, type EventSnapshot, type Frame, type SnapshotOptions } from './snapshot.ts'
export { Durability, JournalEntry, type ImageSlot, type JournalHole, type ObservationEntry } from './journal-entry.ts'
export { createTreeResolver, treeOf, withTree } from './same-tree.ts'
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
} from './trajectory.ts'
export { freeze, present, type Present } from './known-fields.ts'
export { decodeBase64, encodeBase64 } from './base64.ts'
export { extensionOf, imageMediaType, sniffMediaType } from './media-type.ts'
export { fitPlainValue, toPlainValue, type PlainValue, type PlainValueOptions } from './plain-value.ts'
export type { TextPlace } from './plain-builder.ts'
export { unescapeKey } from './plain-key.ts'
export { PlainRecord } from './plain-record.ts'
export { collectFrames, FrameReference, liftInlineImages, redactedInlineImage, redactFrames } from './inline-images.ts'
export {
  inferToolOutput,
  normalizeError,
  pairToolOutputs,
  type PairedToolCall,
  type ToolCall,
  type ToolResultPart,
} from './tool-output.ts'
export type { Clock } from './clock.ts'
export { shouldPersistTrajectory } from './persistence.ts'
export { encodeIdentifier } from './identifier.ts'
export { createRedactor, isRedactable, type RedactionReceipt, type Redactor, type RedactorOptions } from './redact.ts'
export { redactRecord } from './redact-record.ts'
export { handOver } from './hand-over.ts'
export { withhold, withheldFrom, type WithheldSecret } from './withheld.ts'
export { parsePlaceholder, redactionKinds, type Placeholder, type RedactionKind } from './redact-placeholder.ts'
export { createByteScanner, type SecretHit } from './secret-bytes.ts'
export { findShapes, type ShapeHit } from './secret-shape-bytes.ts'
export { kindOfField } from './secret-fields.ts'
export { createKeyNames, type KeyNames } from './secret-keys.ts'
export { assertDecodable, readImageHeader, type ImageHeader } from './image-header.ts'
export type { ImageDifference, ImageTools, Reencoded, ReencodeRefusal } from './image-tools.ts'
export { parseAria, type AriaNode } from './aria/parse-aria.ts'
export { diffAria, type AriaChange, type AriaDifference, type AriaPlace } from './aria/diff-aria.ts'
