import { execFile } from 'node:child_process'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { repositoryRoot } from './guards.ts'

/** The variable that names the folder of this run of the tests; `vitest.config.ts` sets it, and removes the folder. */
export const runFolderVariable = 'CONTRAIL_TEST_RUN'

/** The demo as it was recorded for this run of the tests. To be read; who writes copies it first. */
export interface DemoRecording {
  /** The folder of the recordings; the three stand below its folder `demo`. */
  readonly root: string
  /** The exit code of `contrail demo`, and its output. */
  readonly exitCode: number
  readonly text: string
  readonly json: { readonly recordings: readonly { readonly mode: string; readonly directory: string }[] }
}

/**
 * Record the demo, once in a run of the tests, whoever asks first; the others wait for it.
 *
 * @throws {Error} what it failed with, to all that ask
 */
export async function demoRecording(): Promise<DemoRecording> {
  const folder = process.env[runFolderVariable]
  if (folder === undefined) throw new TypeError(`expected the folder of a run of tests, got no ${runFolderVariable}`)
  const [root, answer] = [join(folder, 'recordings'), join(folder, 'demo.json')]
  await mkdir(folder, { recursive: true })
  const isFirst = await mkdir(root).then(
    () => true,
    () => false,
  )
  if (isFirst) {
    const told = await record(root).catch((cause: unknown) => JSON.stringify({ error: String(cause) }))
    await writeFile(`${answer}.tmp`, told)
    await rename(`${answer}.tmp`, answer)
  }
  for (;;) {
    const text = await readFile(answer, 'utf8').catch(() => undefined)
    if (text === undefined) {
      await sleep(100)
      continue
    }
    const { error, ...told } = JSON.parse(text) as Omit<DemoRecording, 'root'> & { error?: string }
    if (error !== undefined) throw new Error(`the demo could not be recorded: ${error}`)
    return { root, ...told }
  }
}

async function record(root: string): Promise<string> {
  const program = join(repositoryRoot, 'scripts/record-demo.ts')
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=@contrail/source', program, root])
  return stdout
}
