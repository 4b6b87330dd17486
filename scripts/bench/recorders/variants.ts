import { join } from 'node:path'
import type { BenchRecorder, OpenRecorder } from './bench-recorder.ts'

/** Who records: nobody, nobody who keeps what is captured, we in our ways, and the peers. */
export type Variant =
  | 'bare'
  | 'capture-only'
  | 'ours'
  | 'ours-await'
  | 'playwright-trace'
  | 'playwright-agent'
  | 'stagehand'
  | 'vision'
  | 'vision-tapped'

/** Tells whether Contrail writes a recording of this variant. */
export function isOurs(variant: Variant): boolean {
  return variant.startsWith('ours') || variant === 'vision-tapped'
}

/** The folder of the recording in the folder that a variant was given: ours has its run and task above it. */
export function recordingIn(directory: string, variant: Variant): string {
  return isOurs(variant) ? join(directory, 'run', 'task') : directory
}

/** Each is loaded only by a process that runs it. */
export const variants: Readonly<Record<Variant, () => Promise<OpenRecorder>>> = {
  bare: async () => openBare,
  'capture-only': async () => (await import('./capture-only.ts')).openCaptureOnly,
  ours: async () => (await import('./ours.ts')).openOurs,
  'ours-await': async () => {
    const { openOurs } = await import('./ours.ts')
    return (page, directory) => openOurs(page, directory, 'await')
  },
  'playwright-trace': async () => (await import('./playwright-trace.ts')).openPlaywrightTrace,
  'playwright-agent': async () => {
    const { openPlaywrightTrace } = await import('./playwright-trace.ts')
    return (page, directory) => openPlaywrightTrace(page, directory, { screen: true, aria: true })
  },
  stagehand: async () => (await import('./stagehand-style.ts')).openStagehandStyle,
  vision: async () => (await import('./vision.ts')).openVision,
  'vision-tapped': async () => (await import('./vision.ts')).openVisionTapped,
}

async function openBare(): Promise<BenchRecorder> {
  return {
    step: async (_action, execute) => {
      await execute()
    },
    finish: async () => {},
  }
}
