import { present, type Dialog, type EvidenceEvent } from '@contrail/core'
import { TrajectoryRecorder } from '@contrail/recorder'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { runFolderVariable } from '../../../scripts/once-in-run.ts'

/** A directory of this test alone, gone when the test is. */
export async function makeRoot(): Promise<string> {
  const root = await mkdtemp(path.join(tmpdir(), 'contrail-cli-'))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  return root
}

/** Nine bytes that begin like a PNG and differ by their last. */
export function picture(last: number): Uint8Array {
  return Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, last])
}

/** A step and what the harness saw after it. */
export function step(
  name: string,
  options: { ok?: boolean; error?: string; url?: string; pageId?: string; dialogs?: Dialog[] } = {},
): EvidenceEvent[] {
  const { ok = true, error, url = 'http://shop.test/cart', pageId, dialogs } = options
  return [
    {
      type: 'step_finished',
      actionName: name,
      actionArgs: { to: url },
      reasoning: 'because',
      toolOutput: { ok, result: ok ? 'done' : null, ...(error === undefined ? {} : { error }) },
    },
    { type: 'screenshot', screenshot: picture(1), url },
    { type: 'step_observed', url, ariaTree: '- heading "Cart"', title: 'Cart', ...present({ pageId, dialogs }) },
  ]
}

/** Record events into a finished directory; no test here takes the power away, so none waits for a disk at each of them. */
export async function record(
  root: string,
  events: readonly EvidenceEvent[],
  options: { id?: string; instruction?: string; runId?: string; finalAnswer?: string } = {},
): Promise<string> {
  const { id = 'sample', instruction = 'Do it.', runId = 'run-1', finalAnswer = 'Done.' } = options
  const taskSpec = { id, instruction }
  const recorder = new TrajectoryRecorder({ taskSpec, outputRoot: root, runId, persist: true, durability: 'finish' })
  for (const event of events) await recorder.record(event)
  await recorder.finish({ status: 'complete', finalAnswer })
  return recorder.directory ?? ''
}

/** The run of what {@link recordKilled} gives. */
export const killedRun = 'run-killed'
/** So many recordings one process makes before it is killed: to start it takes longer than to make them. */
const madeAtOnce = 30

/**
 * Give a recording that another process began and was killed in. It was made in another folder, with several, for whoever asks first in this run
 * of the tests, and is moved: a copy would be told from it.
 */
export async function recordKilled(root: string): Promise<string> {
  const folder = process.env[runFolderVariable] ?? ''
  const directory = path.join(root, killedRun, 'sample')
  await mkdir(path.dirname(directory), { recursive: true })
  for (;;) {
    for (const name of await readdir(folder).catch(() => [])) {
      // Another worker may take it meanwhile.
      const isMine =
        name.startsWith('killed-') && (await moves(path.join(folder, name, killedRun, 'sample'), directory))
      if (isMine) return directory
    }
    await recordSeveralKilled(folder)
  }
}

/** Each stands below a root of its own in the folder of this run of the tests. */
async function recordSeveralKilled(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const roots = await Promise.all(Array.from({ length: madeAtOnce }, () => mkdtemp(path.join(folder, 'killing-'))))
  const file = fileURLToPath(new URL('./programs/die-while-recording.ts', import.meta.url))
  const child = spawn(process.execPath, ['--conditions=@contrail/source', file, killedRun, ...roots], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  await once(child, 'exit')
  for (const root of roots) await rename(root, root.replace('killing-', 'killed-'))
}

async function moves(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}

/** A recording that this very process is writing, and gives up when the test is over. */
export async function recordLive(root: string, runId = 'run-live'): Promise<string> {
  const recorder = new TrajectoryRecorder({
    taskSpec: { id: 'sample', instruction: 'Still at it.' },
    outputRoot: root,
    runId,
    persist: true,
  })
  for (const event of step('click')) await recorder.record(event)
  onTestFinished(() => recorder.cancel())
  return recorder.directory ?? ''
}
