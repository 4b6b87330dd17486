/**
 * "What if the criteria were stricter?" From recordings to an answer, offline: each is labelled by two techniques, one of a plain
 * function and one of a model, and a fork of the world tries another criterion.
 */
import {
  compareWorlds,
  errorRateGrader,
  ingestRuns,
  LabelingConfig,
  LabelingProcessor,
  modelLabeler,
  openRuntime,
  SamplingConfig,
  SamplingProcessor,
  scores,
  ScoringProcessor,
  updateLabels,
  type TechniqueScores,
  type WorldDifference,
} from 'contrail/analysis'
import type { Model } from 'contrail/models'

/** The findings of the walk. */
export interface Walk {
  readonly ingested: number
  readonly scores: readonly TechniqueScores[]
  readonly strictScores: readonly TechniqueScores[]
  readonly difference: WorldDifference
}

/** @param root of recordings; `uri` is a folder for the worlds */
export async function compareCriteria(root: string, uri: string, model: Model): Promise<Walk> {
  await using runtime = await openRuntime({ storage: { uri, namespace: 'trajectories' } })
  const world = await runtime.world('trajectory-eval', {
    processors: [
      SamplingProcessor(),
      LabelingProcessor({ labelers: [modelLabeler(model), errorRateGrader()] }),
      ScoringProcessor(),
    ],
    resources: [SamplingConfig({ min_turns: 3 }), LabelingConfig({ max_output_tokens: 256 })],
  })
  const { added } = await ingestRuns(world, root, {
    labels: [
      { technique: 'task_completion', description: 'Was the task done?' },
      { technique: 'error_rate', description: 'How many of its calls succeeded?' },
    ],
  })
  await world.step()

  const strict = await world.fork('strict-eval')
  strict.resources.insert(SamplingConfig({ min_turns: 8 }))
  await updateLabels(strict, {
    technique: 'task_completion',
    description: 'Was the task done without a single failed call?',
  })
  await strict.step()
  return {
    ingested: added.length,
    scores: await scores(world),
    strictScores: await scores(strict),
    difference: await compareWorlds(world, strict),
  }
}
