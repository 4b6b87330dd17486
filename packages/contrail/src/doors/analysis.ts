import { openModel } from '@contrail/models'
import type * as Analysis from '@contrail/analysis'
import { loadAnalysis } from './analysis/load-analysis.ts'

export { ContrailError, type Interval } from '@contrail/core'
export type {
  BaseRow,
  Column,
  ColumnType,
  ColumnsOf,
  Component,
  ComponentKind,
  ComponentValue,
  Difference,
  LabelPair,
  LabelRequest,
  LabelResult,
  LabelSide,
  Labeler,
  LabelingOptions,
  LabelledTrajectory,
  ModelLabelerOptions,
  Processor,
  ProcessorContext,
  ProcessorDefinition,
  Query,
  Resource,
  ResourceKind,
  Resources,
  ResultCache,
  Row,
  RunConfig,
  Runtime,
  RuntimeOptions,
  StorageConfig,
  TechniqueScores,
  TrajectoryComponent,
  TrajectoryFields,
  TrajectoryOfTurns,
  TurnInput,
  World,
  WorldChanges,
  WorldDifference,
  WorldEvents,
  WorldHook,
  WorldOptions,
} from '@contrail/analysis'
export { humanLabeler, type HumanLabelerOptions } from './analysis/human-labeler.ts'
export { ingestRuns, type IngestOptions, type IngestReport } from './analysis/ingest-runs.ts'

const analysis = await loadAnalysis()

// Each is told in full in `@contrail/analysis`.
/** A component: one technique on the trajectory of its entity, with what it was judged. */
export const Label: typeof Analysis.Label = analysis.Label
/** Settings of labelling: another model, concurrency, a cap on cost. */
export const LabelingConfig: typeof Analysis.LabelingConfig = analysis.LabelingConfig
/** Stage 20 of a tick: judges sampled rows by labelers, each content and criterion once. */
export const LabelingProcessor: typeof Analysis.LabelingProcessor = analysis.LabelingProcessor
/** A component: a reward of a trajectory, or of one of its steps. */
export const Reward: typeof Analysis.Reward = analysis.Reward
/** Settings of sampling: filters, then a draw by a seed. */
export const SamplingConfig: typeof Analysis.SamplingConfig = analysis.SamplingConfig
/** Stage 10 of a tick: says in `label__sampled` which trajectories are labelled. */
export const SamplingProcessor: typeof Analysis.SamplingProcessor = analysis.SamplingProcessor
/** Stage 30 of a tick: brings scores into 0 to 1; null stays null. */
export const ScoringProcessor: typeof Analysis.ScoringProcessor = analysis.ScoringProcessor
/** A component: a recorded session, made by `Trajectory.fromTurns`. */
export const Trajectory: typeof Analysis.Trajectory = analysis.Trajectory
/** One turn of a session: a record that stands in `Trajectory` as JSON. */
export const Turn: typeof Analysis.Turn = analysis.Turn
export type Turn = Analysis.Turn
/** Compare the labels of two worlds, pair by pair, together and by technique. */
export const compareWorlds: typeof Analysis.compareWorlds = analysis.compareWorlds
/** Define a component: the fields of a schema become columns. */
export const defineComponent: typeof Analysis.defineComponent = analysis.defineComponent
/** Define a processor, a stage of a tick. */
export const defineProcessor: typeof Analysis.defineProcessor = analysis.defineProcessor
/** Define a kind of resource, a setting that processors are given. */
export const defineResource: typeof Analysis.defineResource = analysis.defineResource
/** Make a labeler of failures: the share of tool results without an error. */
export const errorRateGrader: typeof Analysis.errorRateGrader = analysis.errorRateGrader
/** Make a labeler of the final answer. */
export const finalAnswerGrader: typeof Analysis.finalAnswerGrader = analysis.finalAnswerGrader
/** Make a labeler of loops: one call with one input, several times running. */
export const loopGrader: typeof Analysis.loopGrader = analysis.loopGrader
/** Make a labeler that asks a model, for techniques without a labeler of their own. */
export const modelLabeler: typeof Analysis.modelLabeler = analysis.modelLabeler
/** Sum up the scores of sampled rows, by technique. */
export const scores: typeof Analysis.scores = analysis.scores
/** Make a labeler of length: tool calls against the most that are allowed. */
export const stepCountGrader: typeof Analysis.stepCountGrader = analysis.stepCountGrader
/** Make a labeler of words that stand in a turn. */
export const textGrader: typeof Analysis.textGrader = analysis.textGrader
/** Ask for another description on all labels of a technique. */
export const updateLabels: typeof Analysis.updateLabels = analysis.updateLabels
/** Make a labeler of addresses that were visited. */
export const urlGrader: typeof Analysis.urlGrader = analysis.urlGrader

/** Open a runtime whose labelers can ask any model that `openModel` opens. It starts nothing and needs no network. */
export function openRuntime(options: Analysis.RuntimeOptions = {}): Promise<Analysis.Runtime> {
  return analysis.openRuntime({ openModel, ...options })
}
