import { execFile } from 'node:child_process'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { loadTrajectoryFromDisk } from '@browserbasehq/stagehand/lib/v3/verifier/trajectory.js'
import type { Image, Modality } from '@contrail/core'
import { readTrajectory } from '@contrail/recorder'
import { expect, test } from 'vitest'
import { temporaryDirectory } from './pictures.ts'

const bin = fileURLToPath(new URL('../../contrail/src/bin.ts', import.meta.url))

/** What `contrail demo` records, by the program that users start. */
async function recordDemo(): Promise<{ mode: string; directory: string }[]> {
  const root = await temporaryDirectory()
  const words = ['--conditions=source', bin, 'demo', '--root', root, '--json']
  const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: dirname(bin) })
  return (JSON.parse(stdout) as { recordings: { mode: string; directory: string }[] }).recordings
}

test(
  'the three recordings of the demo open in the loader of Stagehand, picture for picture',
  { timeout: 120_000 },
  async () => {
    const recordings = await recordDemo()
    expect(recordings.map(({ mode }) => mode)).toEqual(['dom', 'hybrid', 'cua'])
    for (const { mode, directory } of recordings) {
      const ours = await readTrajectory(directory)
      const theirs = await loadTrajectoryFromDisk(directory)
      expect(theirs).toMatchObject({ status: 'complete', finalAnswer: ours.finalAnswer, usage: ours.usage })
      expect(theirs.task).toMatchObject({ id: ours.task.id, instruction: ours.task.instruction })
      expect(theirs.steps).toHaveLength(ours.steps.length)
      for (const [at, step] of ours.steps.entries()) {
        const their = theirs.steps[at]
        expect(their).toMatchObject({
          actionName: step.actionName,
          actionArgs: step.actionArgs,
          reasoning: step.reasoning,
        })
        expect(their?.toolOutput).toMatchObject({ ok: step.toolOutput.ok })
        expect(their?.probeEvidence).toMatchObject({
          url: step.probeEvidence.url,
          ariaTree: step.probeEvidence.ariaTree,
        })
        expect(their?.probeEvidence.screenshot).toEqual(await bytesOf(step.probeEvidence.screenshot))
        const pictures = their?.agentEvidence.modalities.flatMap((given) =>
          given.type === 'image' ? [given.bytes] : [],
        )
        const frames = step.agentEvidence.modalities.flatMap(imageIn)
        expect(frames).toHaveLength(mode === 'dom' ? 0 : 1)
        expect(pictures).toEqual(await Promise.all(frames.map(bytesOf)))
      }
      expect(theirs.finalObservation?.screenshot).toEqual(await bytesOf(ours.finalObservation?.screenshot))
    }
  },
)

function imageIn(modality: Modality): Image[] {
  return modality.type === 'image' ? [modality.image] : []
}

async function bytesOf(image: Image | undefined): Promise<Buffer> {
  if (!image) throw new TypeError('expected a picture, got none')
  return Buffer.from(await image.read())
}
