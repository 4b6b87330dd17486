import type * as Analysis from '@contrail/analysis'
import { assertKnownOptions } from '@contrail/core'
import { findRecordings, readTrajectory, readVerdicts, type RunSummary } from '@contrail/recorder'
import path from 'node:path'
import { loadAnalysis } from './load-analysis.ts'

/** Options that say what of a root of recordings becomes trajectories. */
export interface IngestOptions {
  /** a row each for every trajectory: by what techniques it is labelled */
  readonly labels: readonly { readonly technique: string; readonly description: string }[]
  /** which recordings; default all */
  readonly where?: (run: RunSummary) => boolean
  /** hears how many recordings have been looked at, of how many*/
  readonly onProgress?: (looked: number, of: number) => void
}

/** The result of an ingestion: ids of trajectories, and the recordings that could not be read. */
export interface IngestReport {
  readonly added: readonly string[]
  readonly changed: readonly string[]
  readonly unchanged: readonly string[]
  readonly skipped: readonly { readonly directory: string; readonly reason: string }[]
}

/**
 * Ask a world for a trajectory of each recording below a root, `<runId>/<taskId>`, in a row for each technique. Again it asks for
 * what is new or has changed since, and for techniques that a trajectory does not have yet. A recording that cannot be read hides
 * no other. It takes effect with the next step.
 *
 * @throws {TypeError} for options that there are not, without `labels`, and for a root that is a run or a recording
 * @throws {ContrailError} DIRECTORY_UNAVAILABLE when the root cannot be read
 */
export async function ingestRuns(world: Analysis.World, root: string, options: IngestOptions): Promise<IngestReport> {
  assertKnownOptions('ingestRuns', options, ['labels', 'where', 'onProgress'])
  const { labels, where = () => true, onProgress } = options
  if (!Array.isArray(labels)) throw new TypeError('labels: expected a list of { technique, description }')
  const analysis = await loadAnalysis()
  const known = await knownTo(world, analysis)
  const added: string[] = []
  const changed: string[] = []
  const unchanged: string[] = []
  const skipped: { directory: string; reason: string }[] = []
  const runs = (await runsBelow(root)).filter(where)
  for (const [looked, run] of runs.entries()) {
    onProgress?.(looked, runs.length)
    const made = await readRun(run, analysis).catch((cause: unknown) => (cause as Error).message)
    if (typeof made === 'string') {
      skipped.push({ directory: run.directory, reason: made })
      continue
    }
    const id = idOf(run)
    const entities = known.get(id) ?? []
    const missing = labels.filter(({ technique }) => !entities.some((entity) => entity.technique === technique))
    const columns = JSON.stringify(made.cells)
    const stale = entities.filter((entity) => entity.columns !== columns)
    for (const { entity_id } of stale) await world.update(entity_id, made)
    const spawned: KnownEntity[] = []
    for (const label of missing) {
      const entity_id = await world.spawn(made, analysis.Label(label))
      spawned.push({ entity_id, technique: label.technique, columns })
    }
    known.set(id, [...entities.map((entity) => ({ ...entity, columns })), ...spawned])
    if (entities.length === 0) added.push(id)
    else (missing.length + stale.length === 0 ? unchanged : changed).push(id)
  }
  onProgress?.(runs.length, runs.length)
  return { added, changed, unchanged, skipped }
}

/** Ids begin with the run's folder, and labels are looked for below the root: the folder of a run alone is none. */
async function runsBelow(root: string): Promise<readonly RunSummary[]> {
  const { kind, recordings } = await findRecordings(root)
  if (kind === 'root') return recordings
  const above = path.resolve(root, kind === 'run' ? '..' : '../..')
  throw new TypeError(
    `root: expected a folder that holds recordings as <runId>/<taskId>, got a ${kind}; give ${above}, and choose with \`where\``,
  )
}

/** By their folders, of which no two recordings have the same. */
function idOf({ directory }: RunSummary): string {
  return `${path.basename(path.dirname(directory))}/${path.basename(directory)}`
}

interface KnownEntity {
  readonly entity_id: number
  readonly technique: string
  readonly columns: string
}

/** Trajectories that were asked of worlds at a tick: no query sees them before the next one. */
const asked = new WeakMap<Analysis.World, { tick: number; known: Map<string, KnownEntity[]> }>()

async function knownTo(world: Analysis.World, analysis: typeof Analysis): Promise<Map<string, KnownEntity[]>> {
  const before = asked.get(world)
  const known = before?.tick === world.tick ? before.known : await readKnown(world, analysis)
  asked.set(world, { tick: world.tick, known })
  return known
}

async function readKnown(
  world: Analysis.World,
  { Trajectory, Label }: typeof Analysis,
): Promise<Map<string, KnownEntity[]>> {
  const rows = await world.query(Trajectory, Label).collect()
  const entities = rows.map((row) => ({
    id: row.trajectory__trajectory_id,
    entity_id: row.entity_id,
    technique: row.label__technique,
    columns: JSON.stringify(
      Object.fromEntries(Trajectory.columns.map(({ name }) => [name, row[name as keyof typeof row]])),
    ),
  }))
  return Map.groupBy(entities, ({ id }) => id)
}

async function readRun(run: RunSummary, analysis: typeof Analysis): Promise<Analysis.ComponentValue> {
  if (run.error !== undefined) throw new TypeError(run.error)
  const verdicts = (await readVerdicts(run.directory)).flatMap(({ name, verdict }) =>
    verdict ? [{ name, verdict }] : [],
  )
  const recording = await readTrajectory(run.directory)
  return analysis.Trajectory.fromTurns(analysis.trajectoryOfRecording(idOf(run), recording, verdicts))
}
