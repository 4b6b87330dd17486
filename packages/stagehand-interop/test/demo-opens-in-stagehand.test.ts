import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { loadTrajectoryFromDisk } from '@browserbasehq/stagehand/lib/v3/verifier/trajectory.js'
import type { Image, Modality } from '@contrail/core'
import { openImageTools } from '@contrail/images'
import { compactRecording, readTrajectory } from '@contrail/recorder'
import { expect, test } from 'vitest'
import { demoRecording } from '../../../scripts/demo-recording.ts'
import { temporaryDirectory } from './pictures.ts'

test(
  'the three recordings of the demo open in the loader of Stagehand, picture for picture, also one that is compacted',
  { timeout: 240_000 },
  async () => {
    const { recordings } = (await demoRecording()).json
    expect(recordings.map(({ mode }) => mode)).toEqual(['dom', 'hybrid', 'cua'])
    for (const recording of recordings) await expectSameInStagehand(recording)
    // It has pictures of both kinds, the agent's and the probes'.
    const [, hybrid = { mode: '', directory: '' }] = recordings
    const copy = { ...hybrid, directory: join(await temporaryDirectory(), 'run/hybrid') }
    await cp(hybrid.directory, copy.directory, { recursive: true })
    await using images = openImageTools()
    expect(await compactRecording(copy.directory, { images, agentFrames: true })).toMatchObject({ kept: [] })
    await expectSameInStagehand(copy)
    const { finalObservation } = await loadTrajectoryFromDisk(copy.directory)
    expect(finalObservation?.screenshot?.subarray(8, 12).toString('latin1')).toBe('WEBP')
  },
)

async function expectSameInStagehand({ mode, directory }: { mode: string; directory: string }): Promise<void> {
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
