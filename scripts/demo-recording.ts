import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { repositoryRoot } from './guards.ts'
import { onceInRun } from './once-in-run.ts'

/** The demo as it was recorded for this run of the tests. To be read; who writes copies it first. */
export interface DemoRecording {
  /** The folder of the recordings; the three stand below its folder `demo`. */
  readonly root: string
  /** The exit code of `contrail demo`, and its output. */
  readonly exitCode: number
  readonly text: string
  readonly json: { readonly recordings: readonly { readonly mode: string; readonly directory: string }[] }
}

/** Record the demo, once in a run of the tests. @throws {Error} what it failed with, to all that ask */
export async function demoRecording(): Promise<DemoRecording> {
  const { folder, made } = await onceInRun('recordings', async (root) => {
    const program = join(repositoryRoot, 'scripts/record-demo.ts')
    const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=@contrail/source', program, root])
    return JSON.parse(stdout) as Omit<DemoRecording, 'root'>
  })
  return { root: folder, ...made }
}
