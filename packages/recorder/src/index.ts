export type { CheckProblem, CheckReport } from './check/report.ts'
export { checkRecording } from './check/check.ts'
export {
  compactRecording,
  type CompactOptions,
  type CompactProgress,
  type CompactReport,
  type KeptFrame,
} from './keep/compact.ts'
export {
  collectGarbage,
  type GarbageOptions,
  type GarbageReport,
  type KeptRecording,
  type RemovedRecording,
} from './keep/gc.ts'
export { findDurabilityRefusal } from './io/forgiving-io.ts'
export { jsonChunks } from './io/json-chunks.ts'
export { findRecordings, isRecording, stampOf, type FindOptions, type FoundRecordings } from './keep/find-recordings.ts'
export { listRuns, readWhole, summariseRecording, type RunSummary } from './keep/list-runs.ts'
export { followJournal, readJournal } from './journal/follow.ts'
export { readTrajectory } from './read/read-trajectory.ts'
export { recordingRoot, type FinishOptions, type RecorderOptions, type VerdictOptions } from './record/options.ts'
export { shouldPersistTrajectory } from './record/persistence.ts'
export { readVerdicts, type NamedVerdict } from './finish/read-verdicts.ts'
export { recoverRecording, type RecoverReport } from './finish/recover.ts'
export { removeRecording } from './keep/remove-recording.ts'
export { secretVariables, type RedactOptions } from './redact/run-redactor.ts'
export type { Ack } from './record/recording.ts'
export { createSecretScanner, scanForSecrets, type ScanReport, type SecretFinding } from './redact/scan-secrets.ts'
export type { SecretForm } from './redact/secret-form.ts'
export { readSecretSources, type SecretSources } from './redact/secret-sources.ts'
export type { NamedSecret } from './redact/secrets-file.ts'
export { TrajectoryRecorder, type RecorderHealth } from './record/trajectory-recorder.ts'
export { writeLabel } from './finish/write-label.ts'
export { readLabels } from './read/labels.ts'
export { readBlob } from './frames/locate.ts'
export { writeVerdict } from './finish/write-verdict.ts'
export { createAttachmentReader } from './attachments/read-attachment.ts'
export { EpisodeLogger, type EpisodeLoggerState } from './episode/logger.ts'
export type { EpisodeLoggerOptions, EpisodeStart, EpisodeStepInput, FileDiff } from './episode/options.ts'
export type { ReadAttachment } from './episode/plan-replay.ts'
export { replayEpisode, type ReplayedStep, type ReplayOptions, type ReplayResult } from './episode/replay.ts'
export { hashTree } from './episode/tree.ts'
