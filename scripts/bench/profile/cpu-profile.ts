/** A CPU profile as V8 writes it: samples of which function ran, and how long after the sample before. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  }[]
  /** The node of each sample. */
  readonly samples: readonly number[]
  /** Microseconds from the sample before to each. */
  readonly timeDeltas: readonly number[]
}

/** What ran for how long by itself, without what it called. */
export interface SelfTime {
  readonly name: string
  readonly ms: number
}

/** The time of each function by itself, the longest first, e.g. `encode (packages/recorder/src/frames/locate.ts:12)`. Without idle time. */
export function timeOfFunctions(profile: CpuProfile): SelfTime[] {
  return sumBy(profile, ({ functionName, url, lineNumber }) => {
    const name = functionName || '(anonymous)'
    return url === '' ? name : `${name} (${shortened(url)}:${lineNumber + 1})`
  })
}

/** The time of each package by itself, the longest first: ours by their folders, others by their names, then Node and V8. */
export function timeOfOrigins(profile: CpuProfile): SelfTime[] {
  return sumBy(profile, ({ functionName, url }) => {
    if (url.startsWith('node:')) return 'node'
    if (url === '') return functionName.startsWith('(') ? functionName : 'node'
    const path = shortened(url)
    return (
      /^(packages\/[^/]+|scripts)\//.exec(path)?.[1] ??
      /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(path)?.[1] ??
      path
    )
  })
}

type CallFrame = CpuProfile['nodes'][number]['callFrame']

function sumBy({ nodes, samples, timeDeltas }: CpuProfile, nameOf: (frame: CallFrame) => string): SelfTime[] {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]))
  const times = new Map<string, number>()
  for (const [at, id] of samples.entries()) {
    const name = names.get(id) ?? '(unknown)'
    // A sample holds until the next one.
    times.set(name, (times.get(name) ?? 0) + (timeDeltas[at + 1] ?? 0) / 1_000)
  }
  times.delete('(idle)')
  return [...times].map(([name, ms]) => ({ name, ms })).toSorted((one, other) => other.ms - one.ms)
}

/** From the root of the repository, or of the last package that holds it. */
function shortened(url: string): string {
  return url.replace(/^file:\/\//, '').replace(/^.*?\/(?=(?:packages|scripts|node_modules)\/)/, '')
}
