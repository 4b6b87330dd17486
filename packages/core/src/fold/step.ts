import { collectFrames, redactFrames } from '../trajectory/frame-reference.ts'
import type { JournalEntry } from '../trajectory/journal-entry.ts'
import type { EnvironmentEntry } from '../events/page-event.ts'
import { present, unknownFields } from '../values/fields.ts'
import type { PlainValue } from '../values/plain-value.ts'
import type { ImageReference, Modality, Observation, Step } from '../trajectory/trajectory.ts'

/** A picture the model was given, with where and how it was taken. */
export type AgentFrame = { image: ImageReference } & Pick<
  Observation<ImageReference>,
  'url' | 'viewport' | 'scale' | 'masked'
>

type StepEntry = Extract<JournalEntry, { type: 'step_finished' }>

/**
 * Build a step from its event and the evidence that the fold bound to it.
 *
 * @param position its index in the trajectory, from 0
 * @param environment what the page did by itself meanwhile
 */
export function buildStep(
  entry: StepEntry,
  position: number,
  frames: readonly AgentFrame[],
  probeEvidence: Observation<ImageReference>,
  environment?: readonly EnvironmentEntry[],
): Step<ImageReference> {
  const { event, imported } = entry
  return present({
    id: imported?.id ?? event.toolCallId ?? `s${position}`,
    actionName: event.actionName,
    actionArgs: event.actionArgs,
    reasoning: event.reasoning,
    agentEvidence: imported?.agentEvidence ?? {
      modalities: agentModalities(frames, event.reasoning, {
        actionArgs: event.actionArgs as PlainValue,
        result: event.toolOutput.result as PlainValue | undefined,
      }),
    },
    probeEvidence,
    toolOutput: event.toolOutput,
    startedAt: event.startedAt,
    finishedAt: event.finishedAt ?? (entry.at || undefined),
    durationMs: event.durationMs,
    turnId: event.turnId,
    toolCallId: event.toolCallId,
    target: event.target,
    executed: event.executed,
    sensitive: event.sensitive,
    episode: event.episode,
    source: event.source,
    environment: imported?.environment ?? environment,
    extra: imported?.extra ?? unknownFields(event, stepFields),
  }) as Step<ImageReference>
}

/**
 * The modalities that the model was given for a step, in order: the frames, the reasoning as text, the images that stood in
 * the arguments, then the tool's result. A string, number or boolean is text; an object gives its inline images as images
 * and the rest of it as JSON.
 */
function agentModalities(
  frames: readonly AgentFrame[],
  reasoning: string,
  { actionArgs, result }: { actionArgs: PlainValue; result: PlainValue | undefined },
): Modality<ImageReference>[] {
  const modalities: Modality<ImageReference>[] = frames.map((frame) => ({ type: 'image', ...frame }))
  if (reasoning !== '') modalities.push({ type: 'text', content: reasoning })
  return [...modalities, ...imagesOf(actionArgs), ...resultModalities(result)]
}

function resultModalities(result: PlainValue | undefined): Modality<ImageReference>[] {
  if (result === undefined || result === null) return []
  if (typeof result !== 'object') return [{ type: 'text', content: String(result) }]
  const scalar = taggedScalar(result)
  if (scalar !== undefined) return [{ type: 'text', content: scalar }]
  const images = imagesOf(result)
  // Bytes alone are an image and nothing more.
  if ('$frame' in result) return images
  if ('images' in result && '$type' in result && result.$type === 'text' && typeof result.text === 'string')
    return [...images, { type: 'text', content: result.text }]
  return [...images, { type: 'json', content: redactFrames(result) }]
}

function imagesOf(plain: PlainValue): Modality<ImageReference>[] {
  return collectFrames(plain).map(({ $frame, mediaType, sizeBytes }) => ({
    type: 'image',
    image: { sha256: $frame, mediaType, sizeBytes },
  }))
}

/** A bigint, or a number that JSON cannot hold, is text to the model like any other number. */
function taggedScalar(result: object): string | undefined {
  if (!('$type' in result) || !('value' in result)) return undefined
  return result.$type === 'bigint' || result.$type === 'number' ? String(result.value) : undefined
}

const stepFields = [
  'type',
  'actionName',
  'actionArgs',
  'reasoning',
  'toolOutput',
  'stepIndex',
  'turnId',
  'toolCallId',
  'startedAt',
  'finishedAt',
  'durationMs',
  'target',
  'executed',
  'sensitive',
  'episode',
  'source',
]
