export {
  defineComponent,
  type BaseRow,
  type Column,
  type ColumnsOf,
  type ColumnType,
  type Component,
  type ComponentKind,
  type ComponentValue,
  type Row,
} from './component/component.ts'
export { Label, Reward } from './component/label.ts'
export {
  Trajectory,
  type TrajectoryComponent,
  type TrajectoryFields,
  type TrajectoryOfTurns,
} from './component/trajectory.ts'
export { Turn, type TurnInput } from './component/turn.ts'
export { LabelingConfig, SamplingConfig } from './resource/configs.ts'
export { defineResource, type Resource, type ResourceKind, type Resources } from './resource/resource.ts'
export type { ResultCache } from './storage/result-cache.ts'
export type { StorageConfig } from './storage/storage.ts'
export type { WorldChanges } from './world/changes.ts'
export type { WorldEvents, WorldHook } from './world/hooks.ts'
export { defineProcessor, type Processor, type ProcessorContext, type ProcessorDefinition } from './world/processor.ts'
export type { Query } from './world/query.ts'
export { openRuntime, type Runtime, type RuntimeOptions, type WorldOptions } from './world/runtime.ts'
export type { RunConfig, World } from './world/world.ts'
export {
  errorRateGrader,
  finalAnswerGrader,
  loopGrader,
  stepCountGrader,
  textGrader,
  urlGrader,
} from './label/graders.ts'
export type { LabelledTrajectory, Labeler, LabelRequest, LabelResult } from './label/labeler.ts'
export { modelLabeler, type ModelLabelerOptions } from './label/model-labeler.ts'
export {
  compareWorlds,
  type Difference,
  type LabelPair,
  type LabelSide,
  type WorldDifference,
} from './outcome/compare-worlds.ts'
export { scores, type TechniqueScores } from './outcome/scores.ts'
export { updateLabels } from './outcome/update-labels.ts'
export { LabelingProcessor, type LabelingOptions } from './pipeline/labeling.ts'
export { SamplingProcessor } from './pipeline/sampling.ts'
export { ScoringProcessor } from './pipeline/scoring.ts'
export { trajectoryOfRecording, type RecordingVerdict } from './recording/trajectory-of-recording.ts'
