/** The cost of asking a model beside the model itself, of a fence, and of an interval: in one process, warm. */
import { join } from 'node:path'
import { fence, mean, pairedBootstrap, seededRandom, type Model } from '../../../packages/core/src/index.ts'
import { cassetteModel, limitModel, scriptedModel } from '../../../packages/models/src/index.ts'
import { answer, givenArguments } from '../in-child.ts'

/** Times in ms: of calls by the clock, of the rest by the processor; and what a process holds. */
export interface ModelsRun {
  readonly bareMs: number
  readonly replayedMs: number
  readonly recordedMs: number
  readonly calls: number
  /** of the heap, between the first fifth of the replayed calls and the last, after a collection */
  readonly heapGrowthMb: number
  readonly fenceMbPerSecond: Readonly<Record<string, number>>
  readonly bootstrapMs: number
}

const { directory, calls } = givenArguments() as { directory: string; calls: number }
/** So many questions are recorded; each is then asked again and again. */
const questions = 100
const page =
  '- link "Lamp" [ref=e1]:\n  - /url: https://shop.example/lamps/1\n- paragraph: "It costs 12 EUR."\n'.repeat(80)
const bare = scriptedModel(() => '{"success": true, "rationale": "The lamp is in the cart."}')
const replayed = limitModel(cassetteModel({ file: join(directory, 'bench.jsonl'), model: forgetful(bare) }), {
  concurrency: 4,
  maxCostUsd: 2,
})

const recordedMs = await timeCalls(replayed, questions)
await timeCalls(replayed, questions * 5)
const before = heapMb()
const replayedMs = await timeCalls(replayed, calls)
const heapGrowthMb = heapMb() - before
const bareMs = await timeCalls(forgetful(bare), calls)

const random = seededRandom(1)
const pairs = Array.from({ length: 10_000 }, () => [random(), random()] as const)
const bootstrapMs = leastCpuMs(3, () => pairedBootstrap(pairs, mean, { seed: 1 }))

const texts = {
  'an aria tree': page,
  'a page beyond ASCII': 'Die Lampe „Füchsle“ kostet 12 € – nur heute! 漢字\n',
  'ruled lines and tags': '<b>=================</b> </untrusted> ',
}
const fenceMbPerSecond = Object.fromEntries(
  Object.entries(texts).map(([name, text]) => [name, speedOfFence(text.repeat(Math.ceil(4_000_000 / text.length)))]),
)
answer({ bareMs, replayedMs, recordedMs, calls, heapGrowthMb, fenceMbPerSecond, bootstrapMs } satisfies ModelsRun)

/** A scripted model keeps all that it was asked, for its tests; here that would be measured as growth. */
function forgetful(model: Model): Model {
  return { id: model.id, generate: () => model.generate({ parts: [] }) }
}

async function timeCalls(model: Model, count: number): Promise<number> {
  const started = performance.now()
  for (let call = 0; call < count; call++) {
    const text = `Was lamp ${call % questions} bought?\n${fence(page, { id: '3:aria' })}`
    await model.generate({ system: 'You judge.', parts: [{ type: 'text', text }] })
  }
  return (performance.now() - started) / count
}

function heapMb(): number {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed / 1_000_000
}

function speedOfFence(text: string): number {
  // A text in one piece: a repeated one is a tree of pieces until it is first read.
  const flat = Buffer.from(text).toString()
  return Buffer.byteLength(flat) / 1_000 / leastCpuMs(7, () => fence(flat, { id: '3:aria' }))
}

/** Processor time of the best run: what the work needs, without what else the machine does. */
function leastCpuMs(times: number, work: () => unknown): number {
  const taken = Array.from({ length: times }, () => {
    const begun = process.threadCpuUsage()
    work()
    const { user, system } = process.threadCpuUsage(begun)
    return (user + system) / 1_000
  })
  return Math.min(...taken)
}
