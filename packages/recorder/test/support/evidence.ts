import type {
  EvidenceEvent,
  FinalAnswerEvent,
  Image,
  ScreenshotEvent,
  StepFinishedEvent,
  StepObservedEvent,
  Trajectory,
} from '@contrail/core'

type Event<T extends EvidenceEvent['type']> = Extract<EvidenceEvent, { type: T }>

const pngMagic = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

/** Bytes that begin like a PNG; what follows makes them distinct. */
export function png(text: string): Buffer {
  return Buffer.concat([pngMagic, Buffer.from(text)])
}

export const jpeg = (text: string): Buffer => Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from(text)])
export const webp = (text: string): Buffer => Buffer.concat([Buffer.from('RIFF\0\0\0\0WEBP'), Buffer.from(text)])

export function stepFinished(more: Partial<StepFinishedEvent> = {}): Event<'step_finished'> {
  return {
    type: 'step_finished',
    actionName: 'click',
    actionArgs: { selector: '#buy' },
    reasoning: 'the lamp is cheap',
    toolOutput: { ok: true, result: 'clicked' },
    ...more,
  }
}

export function screenshot(bytes: Uint8Array, more: Partial<ScreenshotEvent> = {}): Event<'screenshot'> {
  return { type: 'screenshot', screenshot: bytes, url: 'http://shop.test/', ...more }
}

export function agentFrame(bytes: Uint8Array, more: Partial<ScreenshotEvent> = {}): Event<'screenshot'> {
  return screenshot(bytes, { evidenceRole: 'agent', ...more })
}

export function stepObserved(more: Partial<StepObservedEvent> = {}): Event<'step_observed'> {
  return {
    type: 'step_observed',
    url: 'http://shop.test/',
    ariaTree: '- main:\n  - button "Buy"\n  - link "All lamps"',
    ...more,
  }
}

export function finalAnswer(more: Partial<FinalAnswerEvent> = {}): Event<'final_answer'> {
  return { type: 'final_answer', message: 'the lamp costs 12', ...more }
}

/** A small run in which every kind of evidence occurs: three steps, seven frames, two of them equal, a turn, a gap. */
export const wholeRun: readonly EvidenceEvent[] = [
  screenshot(png('shop before')),
  stepObserved(),
  agentFrame(png('shop')),
  stepFinished({ actionName: 'goto', turnId: 'turn-1', toolCallId: 'call-1' }),
  screenshot(png('shop')),
  stepObserved(),
  { type: 'turn_finished', turnId: 'turn-1', text: 'open it', usage: { input_tokens: 10, output_tokens: 2 } },
  stepFinished({ toolOutput: { ok: false, result: undefined, error: 'no such button' } }),
  screenshot(jpeg('lamp')),
  stepObserved({ title: 'Lamp' }),
  { type: 'gap', what: 'probe', reason: 'timeout', stepIndex: 1 },
  agentFrame(png('basket')),
  stepFinished({ toolOutput: { ok: true, result: { screenshotBase64: png('inline').toString('base64') } } }),
  screenshot(png('paid')),
  stepObserved(),
  finalAnswer({ observation: { url: 'http://shop.test/done', screenshot: png('paid'), ariaTree: '- main' } }),
]

/** A trajectory as plain data, without the places of its images: what two of them must agree on. */
export function plainData(trajectory: Trajectory): unknown {
  return JSON.parse(
    JSON.stringify(trajectory, (key, value: unknown) => (key === 'path' ? undefined : value)),
  ) as unknown
}

/** All images of a trajectory, each once. */
export function imagesOf(trajectory: Trajectory): Image[] {
  const images = new Map<string, Image>()
  const see = (image: Image | undefined): void => void (image && images.set(image.sha256, image))
  see(trajectory.initialObservation?.screenshot)
  for (const { agentEvidence, probeEvidence } of trajectory.steps) {
    for (const modality of agentEvidence.modalities) if (modality.type === 'image') see(modality.image)
    see(probeEvidence.screenshot)
  }
  see(trajectory.finalObservation?.screenshot)
  return [...images.values()]
}
