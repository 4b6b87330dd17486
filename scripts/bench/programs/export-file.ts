/** Export a recording as one HTML file, and tell how long it took and how much memory this process had at most. */
import { exportRecording } from '../../../packages/contrail/src/commands/export/export.ts'
import { answer, givenArguments } from '../in-child.ts'

const { directory, output } = givenArguments() as { directory: string; output: string }
const paint = (_style: string, text: string): string => text
const startMs = performance.now()
const { json } = await exportRecording({
  ...{ directory, output, format: 'html', allowed: undefined, force: true },
  ...{ paint, env: {}, cwd: directory },
})
const { files } = json as { files: { sizeBytes: number }[] }
// In kB, as getrusage says it.
const { maxRSS } = process.resourceUsage()
answer({ exportMs: performance.now() - startMs, sizeBytes: files[0]?.sizeBytes ?? Number.NaN, peakMb: maxRSS / 1_000 })
