export type { BlockingFile, BlockingIo } from './blocking-io.ts'
export type { CheckProblem, CheckReport } from './check-report.ts'
export { check } from './check.ts'
export {
  compactRecording,
  type CompactOptions,
  type CompactProgress,
  type CompactReport,
  type KeptFrame,
} from './compact.ts'
export { systemClock } from './environment.ts'
export {
  collectGarbage,
  type GarbageOptions,
  type GarbageReport,
  type KeptRecording,
  type RemovedRecording,
} from './gc.ts'
export { diskIo, type Io, type IoFile, type IoStat } from './io.ts'
export { jsonChunks } from './json-chunks.ts'
export { listRuns, summariseRecording, type RunSummary } from './list-runs.ts'
export { followJournal, readJournal } from './read-journal.ts'
export { readTrajectory } from './read-trajectory.ts'
export { recordingRoot, type FinishOptions, type RecorderOptions, type VerdictOptions } from './recorder-options.ts'
export { recover, type RecoverReport } from './recover.ts'
export { removeRecording } from './remove-recording.ts'
export { secretVariables, type RedactOptions } from './run-redactor.ts'
export type { Ack } from './recording.ts'
export { scanForSecrets, type ScanReport, type SecretFinding } from './scan-secrets.ts'
export type { SecretForm } from './secret-form.ts'
export { readSecretSources, type SecretSources } from './secret-sources.ts'
export type { NamedSecret } from './secrets-file.ts'
export { TrajectoryRecorder, type RecorderHealth } from './trajectory-recorder.ts'
export { writeVerdict } from './verdict.ts'
