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

/** Run the program that users start. */
async function contrail(...words: string[]): Promise<unknown> {
  const all = ['--conditions=@contrail/source', bin, ...words, '--json']
  const { stdout } = await promisify(execFile)(process.execPath, all, { cwd: dirname(bin) })
  return JSON.parse(stdout) as unknown
}

interface Recording {
  readonly mode: string
  readonly directory: string
}

test(
  'the three recordings of the demo open in the loader of Stagehand, picture for picture, also when they are compacted',
  { timeout: 240_000 },
  async () => {
    const root = await temporaryDirectory()
    const { recordings } = (await contrail('demo', '--root', root)) as { recordings: Recording[] }
    expect(recordings.map(({ mode }) => mode)).toEqual(['dom', 'hybrid', 'cua'])
    for (const recording of recordings) await expectSameInStagehand(recording)
    const compacted = await contrail('compact', root, '--agent-frames')
    expect(compacted).toMatchObject({ recordings: 3, kept: 0, refusals: [] })
    for (const recording of recordings) {
      await expectSameInStagehand(recording)
      const { finalObservation } = await loadTrajectoryFromDisk(recording.directory)
      expect(finalObservation?.screenshot?.subarray(8, 12).toString('latin1')).toBe('WEBP')
    }
  },
)

async function expectSameInStagehand({ mode, directory }: Recording): Promise<void> {
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
    const pictures = their?.agentEvidence.modalities.flatMap((given) => (given.type === 'image' ? [given] : []))
    const frames = step.agentEvidence.modalities.flatMap(imageIn)
    expect(frames).toHaveLength(mode === 'dom' ? 0 : 1)
    expect(pictures?.map(({ bytes }) => bytes)).toEqual(await Promise.all(frames.map(bytesOf)))
    expect(pictures?.map(({ mediaType }) => mediaType)).toEqual(frames.map(({ mediaType }) => mediaType))
  }
  expect(theirs.finalObservation?.screenshot).toEqual(await bytesOf(ours.finalObservation?.screenshot))
}

function imageIn(modality: Modality): Image[] {
  return modality.type === 'image' ? [modality.image] : []
}

async function bytesOf(image: Image | undefined): Promise<Buffer> {
  if (!image) throw new TypeError('expected a picture, got none')
  return Buffer.from(await image.read())
}
