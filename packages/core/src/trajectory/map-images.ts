import { freeze } from '../values/fields.ts'
import type { AgentEvidence, ImageReference, Observation, Step, Trajectory } from './trajectory.ts'

/**
 * The same trajectory with every image replaced, e.g. a reference by an image whose bytes can be read.
 *
 * @param bind is asked once for each sha256, media type and original, so that equal images are one object
 */
export function mapImages<From extends ImageReference, To extends ImageReference>(
  trajectory: Trajectory<From>,
  bind: (image: From) => To,
): Trajectory<To> {
  const bound = new Map<string, To>()
  const map = (image: From): To => {
    const key = `${image.sha256} ${image.mediaType} ${image.originalSha256 ?? ''}`
    const known = bound.get(key) ?? bind(image)
    bound.set(key, known)
    return known
  }
  const look = ({ screenshot, ...rest }: Observation<From>): Observation<To> =>
    screenshot ? { ...rest, screenshot: map(screenshot) } : rest
  const evidence = ({ modalities }: AgentEvidence<From>): AgentEvidence<To> => ({
    modalities: modalities.map((modality) =>
      modality.type === 'image' ? { ...modality, image: map(modality.image) } : modality,
    ),
  })
  const { initialObservation, finalObservation, finalAgentEvidence, steps, ...rest } = trajectory
  return freeze({
    ...rest,
    steps: steps.map((step) => ({
      ...step,
      agentEvidence: evidence(step.agentEvidence),
      probeEvidence: look(step.probeEvidence),
    })),
    ...(initialObservation ? { initialObservation: look(initialObservation) } : {}),
    ...(finalObservation ? { finalObservation: look(finalObservation) } : {}),
    ...(finalAgentEvidence ? { finalAgentEvidence: evidence(finalAgentEvidence) } : {}),
  })
}

/** The pictures that a model was given, in order. */
export function picturesGiven<I extends ImageReference>({ modalities }: AgentEvidence<I>): I[] {
  return modalities.flatMap((modality) => (modality.type === 'image' ? [modality.image] : []))
}

/** The pictures of a step: those that the model was given, then that of the look after it. */
export function picturesOf<I extends ImageReference>({ agentEvidence, probeEvidence }: Step<I>): I[] {
  const given = picturesGiven(agentEvidence)
  return probeEvidence.screenshot ? [...given, probeEvidence.screenshot] : given
}

/** Every different image of a trajectory by its sha256. */
export function imagesByHash<I extends ImageReference>(trajectory: Trajectory<I>): Map<string, I> {
  const { steps, initialObservation, finalObservation, finalAgentEvidence } = trajectory
  const images = steps.flatMap(picturesOf<I>)
  for (const look of [initialObservation, finalObservation]) if (look?.screenshot) images.push(look.screenshot)
  if (finalAgentEvidence) images.push(...picturesGiven(finalAgentEvidence))
  return new Map(images.map((image) => [image.sha256, image]))
}
