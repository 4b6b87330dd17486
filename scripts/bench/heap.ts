import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { BenchPart } from './figure.ts'
import { openSite } from './open-site.ts'
import type { MemoryLook } from './profile/read-memory.ts'
import { runOnce } from './profile/run-once.ts'
import type { Variant } from './recorders/variants.ts'
import { toNumber } from './report.ts'

/** Who runs: nobody records; a capture without a recorder; with one; with one and half of V8's space for new objects. */
const wanted: readonly { name: string; variant: Variant; nodeFlags?: readonly string[] }[] = [
  { name: 'no recorder', variant: 'bare' },
  { name: 'capture alone, nothing kept', variant: 'ours-unkept' },
  { name: 'ours', variant: 'ours' },
  { name: 'ours, --max-semi-space-size=8', variant: 'ours', nodeFlags: ['--max-semi-space-size=8'] },
]

/** What the memory of an agent's process is made of, and how each part of it grows: what its growth is explained by. */
export const heapPart: BenchPart = {
  name: 'heap',
  isOnlyAsked: true,
  run: async (options) => {
    const { isQuick, steps = isQuick ? 100 : 1_000 } = options
    await using site = await openSite()
    const rows: string[][] = []
    for (const { name, variant, nodeFlags = [] } of wanted) {
      const directory = join(options.directory, variant)
      const memoryAfter = [0.01, 0.2, 0.4, 0.6, 0.8, 1].map((share) => Math.ceil(steps * share))
      const spec = { variant, origin: site.origin, steps, thinkMs: 0, directory, memoryAfter, nodeFlags }
      const { memory } = await runOnce(spec, options)
      await rm(directory, { recursive: true, force: true })
      rows.push(...memory.map((look) => [name, ...columns.map(([, read]) => read(look))]))
    }
    return {
      tables: [
        {
          title: "What is in the memory of an agent's process: MB after some steps, no thinking",
          head: ['', ...columns.map(([name]) => name)],
          rows,
          note: [
            'One run of each, whoever disturbs it. young: V8 doubles its space for new objects when too many survive; long: strings and arrays of more than a page;',
            'buffers: their bytes as allocated, outside of the heap; rest: all that Node does not account for, holes between freed memory too.',
          ].join('\n'),
        },
      ],
    }
  },
}

const columns: readonly (readonly [name: string, read: (look: MemoryLook) => string])[] = [
  ['step', ({ step }) => String(step)],
  ['RSS', ({ rssMb }) => toNumber(rssMb)],
  ['young', ({ youngMb }) => toNumber(youngMb)],
  ['old', ({ oldMb }) => toNumber(oldMb)],
  ['long', ({ longMb }) => toNumber(longMb)],
  ['other heap', ({ otherHeapMb }) => toNumber(otherHeapMb)],
  ['buffers', ({ buffersMb }) => toNumber(buffersMb)],
  ['rest', ({ restMb }) => toNumber(restMb)],
]
