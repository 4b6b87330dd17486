import { extensionOf, picturesGiven, type ImageReference, type Trajectory } from '@contrail/core'
import { frameFolders } from '../directory/names.ts'

/** A name that a finished recording promises, and the frame behind it. */
export interface PlannedFrame {
  /** Relative to the directory, with forward slashes. */
  readonly path: string
  readonly image: ImageReference
}

/** The places of all images of a trajectory in a finished recording. */
export interface FramePlan {
  readonly frames: readonly PlannedFrame[]
  /** The path of an image that the model was given. */
  agentPath(image: ImageReference): string
  /** The path of a probe's image. */
  probePath(image: ImageReference): string
  readonly paths: { readonly initial?: string; readonly final?: string; readonly agentFinal?: string }
}

/**
 * Name the frames of a trajectory: `screenshots/<role>/<N>.<ext>` after the first step that owns it, counted from 1;
 * several agent images of one step are `<N>_<k>`, k from 0. Within a role equal bytes have one path. The page before
 * the first step and after the last have names of their own, always. A pure function: live, recover and check agree.
 */
export function planFrames(trajectory: Trajectory<ImageReference>): FramePlan {
  const agent = new Map<string, PlannedFrame>()
  const probe = new Map<string, PlannedFrame>()
  const own = (frames: Map<string, PlannedFrame>, folder: string, name: string, image: ImageReference): void => {
    if (!frames.has(image.sha256)) frames.set(image.sha256, named(folder, name, image))
  }
  for (const [index, step] of trajectory.steps.entries()) {
    const images = picturesGiven(step.agentEvidence)
    for (const [k, image] of images.entries()) {
      own(agent, frameFolders.agent, images.length > 1 ? `${index + 1}_${k}` : `${index + 1}`, image)
    }
    if (step.probeEvidence.screenshot) own(probe, frameFolders.probe, `${index + 1}`, step.probeEvidence.screenshot)
  }
  const always = (folder: string, name: string, image: ImageReference | undefined) =>
    image && named(folder, name, image)
  const initial = always(frameFolders.probe, 'initial', trajectory.initialObservation?.screenshot)
  const final = always(frameFolders.probe, 'final', trajectory.finalObservation?.screenshot)
  const { finalAgentEvidence } = trajectory
  const agentFinal = always(frameFolders.agent, 'final', finalAgentEvidence && picturesGiven(finalAgentEvidence)[0])
  const singles = [initial, final, agentFinal].filter((frame) => frame !== undefined)
  return {
    frames: [...agent.values(), ...probe.values(), ...singles],
    agentPath: (image) => pathIn(agent, image),
    probePath: (image) => pathIn(probe, image),
    paths: {
      ...(initial ? { initial: initial.path } : {}),
      ...(final ? { final: final.path } : {}),
      ...(agentFinal ? { agentFinal: agentFinal.path } : {}),
    },
  }
}

function named(folder: string, name: string, image: ImageReference): PlannedFrame {
  return { path: `${folder}/${name}.${extensionOf(image.mediaType)}`, image }
}

function pathIn(frames: ReadonlyMap<string, PlannedFrame>, image: ImageReference): string {
  const frame = frames.get(image.sha256)
  if (!frame) throw new TypeError(`expected an image of the planned trajectory, got sha256 ${image.sha256}`)
  return frame.path
}
