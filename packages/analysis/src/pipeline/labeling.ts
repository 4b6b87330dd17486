import { assertKnownOptions, describeIssue, messageOf } from '@contrail/core'
import { z } from 'zod'
import { describeValue, type Row } from '../component/component.ts'
import { Label } from '../component/label.ts'
import { Trajectory, type TrajectoryFields } from '../component/trajectory.ts'
import type { LabelledTrajectory, Labeler, LabelRequest } from '../label/labeler.ts'
import { modelLabeler } from '../label/model-labeler.ts'
import { LabelingConfig } from '../resource/configs.ts'
import { sha256 } from '../system.ts'
import { defineProcessor, type Processor, type ProcessorContext } from '../world/processor.ts'
import { forEachOf } from './for-each-of.ts'
import { readTags } from './sampling.ts'

type LabelRow = Row<[typeof Trajectory, typeof Label]>
const judgementColumns = [
  ...(['label__value', 'label__score', 'label__rationale', 'label__labeler', 'label__error'] as const),
]
type Judgement = Pick<LabelRow, (typeof judgementColumns)[number]>

/** Options of {@link LabelingProcessor}. */
export interface LabelingOptions {
  /** who judges; of two of one technique the first does */
  readonly labelers: readonly Labeler[]
}

/**
 * Stage 20: judges the sampled rows. What was judged once is found again in the storage, by the content of the trajectory, technique,
 * description and labeler: also by a fork and a later process. What fails has a null score and its reason, and is asked again
 * in the next tick.
 *
 * @throws {TypeError} for what is no list of labelers
 */
export const LabelingProcessor = (options: LabelingOptions): Processor => {
  assertKnownOptions('LabelingProcessor', options, ['labelers'])
  if (!Array.isArray(options.labelers))
    throw new TypeError(`labelers: expected a list, got ${describeValue(options.labelers)}`)
  for (const labeler of options.labelers as readonly (Partial<Labeler> | null)[])
    if (typeof labeler?.label !== 'function' || typeof labeler.technique !== 'string')
      throw new TypeError(`labelers: expected each to have technique, version and label, got ${describeValue(labeler)}`)
  return stage(options)
}

const stage = defineProcessor({
  name: 'LabelingProcessor',
  priority: 20,
  components: [Trajectory, Label],
  async process(rows, context, { labelers }: LabelingOptions) {
    const config = context.resources.get(LabelingConfig) ?? LabelingConfig().values
    const findLabeler = await chooseLabelers(labelers, config.model, context)
    const changes: ({ readonly entity_id: number } & Judgement)[] = []
    const tell = (row: LabelRow, made: Judgement): void => {
      if (judgementColumns.some((name) => row[name] !== made[name])) changes.push({ entity_id: row.entity_id, ...made })
    }
    const asked = new Map<string, { labeler: Labeler; request: LabelRequest; rows: LabelRow[] }>()
    for (const row of rows) {
      if (!row.label__sampled) continue
      const labeler = findLabeler(row.label__technique)
      if (!labeler) {
        tell(row, failure('', `no labeler has the technique ${describeValue(row.label__technique)}`))
        continue
      }
      const key = keyOf(row, nameOf(labeler))
      const kept = labeler.cached === false ? undefined : Result.safeParse(context.cache.get(key)).data
      if (kept) tell(row, judgement(labeler, kept))
      else if (asked.get(key)?.rows.push(row) === undefined) {
        const { label__technique: technique, label__description: description } = row
        const request = { technique, description, max_output_tokens: config.max_output_tokens }
        asked.set(key, { labeler, request, rows: [row] })
      }
    }
    let spentUsd = 0
    await forEachOf(asked, config.concurrency, context.signal, async ([key, { labeler, request, rows: equal }]) => {
      const made = await judge(key, labeler, equal[0]!, request)
      for (const row of equal) tell(row, made)
    })
    return changes

    async function judge(key: string, labeler: Labeler, row: LabelRow, request: LabelRequest): Promise<Judgement> {
      if (config.max_cost_usd > 0 && spentUsd >= config.max_cost_usd)
        return failure(nameOf(labeler), `max_cost_usd is reached: ${spentUsd.toFixed(4)} of ${config.max_cost_usd} USD`)
      try {
        const { cost_usd: costUsd = 0, error, ...given } = await labeler.label(toLabelled(row), request, context.signal)
        spentUsd += costUsd
        if (error !== undefined) return failure(nameOf(labeler), error)
        const result = readResult(given)
        if (labeler.cached !== false) await context.cache.put(key, result)
        return judgement(labeler, result)
      } catch (cause) {
        context.signal.throwIfAborted()
        return failure(nameOf(labeler), messageOf(cause))
      }
    }
  },
})

async function chooseLabelers(
  labelers: readonly Labeler[],
  spec: string,
  { openModel }: ProcessorContext,
): Promise<(technique: string) => Labeler | undefined> {
  let list = labelers
  if (spec !== '') {
    const model = await openModel(spec)
    const swapped = labelers.map((labeler) => labeler.withModel?.(model) ?? labeler)
    list = labelers.some(({ withModel }) => withModel) ? swapped : [...swapped, modelLabeler(model)]
  }
  const byTechnique = new Map(list.toReversed().map((labeler) => [labeler.technique, labeler]))
  return (technique) => byTechnique.get(technique) ?? byTechnique.get('*')
}

function nameOf({ name, technique, version }: Labeler): string {
  return `${name ?? technique}@${version}`
}

/** Rows are never changed, only replaced: what was hashed once holds. */
const keys = new WeakMap<object, { readonly labeler: string; readonly key: string }>()

function keyOf(row: LabelRow, labeler: string): string {
  const known = keys.get(row)
  if (known?.labeler === labeler) return known.key
  const content = Trajectory.columns.map(({ name }) => row[name as keyof LabelRow])
  const key = sha256(JSON.stringify([...content, row.label__technique, row.label__description, labeler]))
  keys.set(row, { labeler, key })
  return key
}

function judgement(labeler: Labeler, { value, score, rationale }: z.output<typeof Result>): Judgement {
  return {
    label__value: value.toWellFormed(),
    label__score: score,
    label__rationale: rationale.toWellFormed(),
    label__labeler: nameOf(labeler),
    label__error: '',
  }
}

function failure(labeler: string, error: string): Judgement {
  const nothing = { label__value: '', label__score: null, label__rationale: '' }
  return { ...nothing, label__labeler: labeler, label__error: error.toWellFormed() }
}

const Result = z.object({ value: z.string(), score: z.number().nullable(), rationale: z.string() })

/** @throws {TypeError} for what a labeler must not give: another type, a score that is not finite */
function readResult(given: unknown): z.output<typeof Result> {
  const { data, error } = Result.safeParse(given)
  if (data) return data
  throw new TypeError(`the labeler gave no label: ${describeIssue(error)}`)
}

/** @throws {TypeError} where `turns_json` holds no turns */
function toLabelled(row: LabelRow): LabelledTrajectory {
  const fields = Object.fromEntries(
    Trajectory.columns.map(({ field, name }) => [field, row[name as keyof LabelRow]]),
  ) as unknown as TrajectoryFields
  return {
    ...fields,
    turns: Trajectory.turns(row),
    tags: readTags(row.trajectory__tags_json),
    metadata: readMetadata(row.trajectory__metadata_json),
  }
}

function readMetadata(json: string): Readonly<Record<string, unknown>> {
  try {
    const value = JSON.parse(json) as unknown
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {} // as the column stands in the fields, nothing is lost
  }
}
