import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Model, ModelReply, ModelRequest } from '@contrail/core'
import {
  Label,
  LabelingProcessor,
  modelLabeler,
  openRuntime,
  SamplingProcessor,
  ScoringProcessor,
  Trajectory,
  type Labeler,
  type Runtime,
  type RuntimeOptions,
  type World,
  type WorldOptions,
} from '../../src/index.ts'

export { labelled } from './labelled.ts'

/** A folder of this test alone, gone when the test is. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'contrail-analysis-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** A runtime over a folder, closed when the test is over. */
export async function makeRuntime(uri: string, options: RuntimeOptions = {}): Promise<Runtime> {
  const runtime = await openRuntime({ storage: { uri }, ...options })
  onTestFinished(() => runtime.close())
  return runtime
}

/** Open as long as its worker is, for all its files, so that DuckDB is started once. */
let shared: Promise<Runtime> | undefined

/** A new world in a folder of its own; without options of the runtime, in one that the tests share. */
export async function makeWorld(options: WorldOptions = {}, runtime?: RuntimeOptions): Promise<World> {
  const uri = await makeFolder()
  const open = runtime ? await makeRuntime(uri, runtime) : await (shared ??= openRuntime())
  return open.world('world', { storage: { uri }, ...options })
}

/** A model that answers by a function, and keeps what it was asked. */
export function scriptedModel(
  answer: (request: ModelRequest) => string | Partial<ModelReply> | Promise<string>,
  id = 'script',
): Model & { readonly asked: ModelRequest[] } {
  const asked: ModelRequest[] = []
  return {
    id,
    asked,
    async generate(request) {
      asked.push(request)
      const given = await answer(request)
      const reply = typeof given === 'string' ? { text: given } : given
      return { text: '', usage: { input_tokens: 0, output_tokens: 0 }, finish: 'stop', ...reply }
    },
  }
}

/** The words of a question that are not fenced. */
export function questionOf({ parts }: ModelRequest): string {
  return parts[0]?.type === 'text' ? parts[0].text : ''
}

/** The three stages, with these labelers. */
export const stages = (...labelers: Labeler[]) => [
  ScoringProcessor(),
  LabelingProcessor({ labelers }),
  SamplingProcessor(),
]

/** The three stages around one model. */
export const stagesOf = (model: Model) => stages(modelLabeler(model))

/** Tells the labels of a world, a line each. */
export async function labelsOf(world: World, tick?: number): Promise<string[]> {
  const query = world.query(Trajectory, Label)
  const rows = await (tick === undefined ? query : query.at(tick)).collect()
  return rows.map((row) =>
    [row.trajectory__trajectory_id, row.label__technique, row.label__sampled ? 'sampled' : '-', row.label__score].join(
      ' ',
    ),
  )
}
