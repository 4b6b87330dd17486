import {
  collectFrames,
  present,
  type ImageReference,
  type Observation,
  type PlainValue,
  type Step,
  type Trajectory,
} from '@contrail/core'
import type { RunClock } from './clock.ts'
import type { CellView, FramePair, FrameView, ProbeView } from './model.ts'

/** The frame that the model was given for a step; an image in its arguments, or that a tool returned, is none. */
export function agentFrameOf(step: Step<ImageReference>): FrameView | undefined {
  const images = step.agentEvidence.modalities.flatMap((modality) => (modality.type === 'image' ? [modality] : []))
  const found = images.find(({ url }) => url !== undefined) ?? firstNotIn(step, images)
  if (!found) return undefined
  const { image, url, viewport, scale, masked } = found
  return present({ ...sizeOf(image), role: 'agent' as const, url, viewport, scale, masked })
}

function firstNotIn<T extends { readonly image: ImageReference }>(
  { actionArgs, toolOutput }: Step<ImageReference>,
  images: readonly T[],
): T | undefined {
  if (images.length === 0) return undefined
  const others = collectFrames([actionArgs, toolOutput.result ?? null] as PlainValue)
  return images.find(({ image }) => !others.some(({ $frame }) => $frame === image.sha256))
}

/** The frame of a look of the harness. */
export function probeFrameOf(look: Observation<ImageReference> | undefined): FrameView | undefined {
  if (!look?.screenshot) return undefined
  const { screenshot, url, viewport, scale, masked } = look
  return present({ ...sizeOf(screenshot), role: 'probe' as const, url, viewport, scale, masked })
}

function sizeOf({ sha256, sizeBytes }: ImageReference): Pick<FrameView, 'sha256' | 'sizeBytes'> {
  return { sha256, sizeBytes }
}

/** The look before a step: the probe of the step before it, before the first the initial one. */
export function lookBefore(
  { steps, initialObservation }: Trajectory<ImageReference>,
  index: number,
): Observation<ImageReference> | undefined {
  return index === 0 ? initialObservation : steps[index - 1]?.probeEvidence
}

/** Frames before a step: what the model was given for it, else the look before it. */
export function framesBefore(trajectory: Trajectory<ImageReference>, index: number): FramePair {
  const step = trajectory.steps[index]
  const agent = step && agentFrameOf(step)
  return pairOf(agent, probeFrameOf(lookBefore(trajectory, index)), 'agent')
}

/** Frames after a step: its probe, and what the model was given for the next one where that is a newer frame. */
export function framesAfter({ steps, ...rest }: Trajectory<ImageReference>, index: number): FramePair {
  const step = steps[index]
  const next = steps[index + 1]
  const given = step && agentFrameOf(step)
  const newer = next ? agentFrameOf(next) : lastAgentFrame(rest)
  const agent = newer?.sha256 === given?.sha256 ? undefined : newer
  return pairOf(agent, probeFrameOf(step?.probeEvidence), 'probe')
}

function lastAgentFrame({ finalAgentEvidence }: Omit<Trajectory<ImageReference>, 'steps'>): FrameView | undefined {
  const image = finalAgentEvidence?.modalities.find((modality) => modality.type === 'image')
  if (image?.type !== 'image') return undefined
  const { url, viewport, scale, masked } = image
  return present({ ...sizeOf(image.image), role: 'agent' as const, url, viewport, scale, masked })
}

function pairOf(agent: FrameView | undefined, probe: FrameView | undefined, first: 'agent' | 'probe'): FramePair {
  const shown = first === 'agent' ? (agent ?? probe)?.role : probe?.role
  return present({ shown, agent, probe })
}

/** Tell how each step was looked at, and which steps one look stands for. */
export function describeProbes({ steps }: Trajectory<ImageReference>, clock: RunClock): (ProbeView | undefined)[] {
  const firstOf: number[] = []
  const lastOf: number[] = []
  for (const [index, { probeEvidence: look }] of steps.entries()) {
    const before = steps[index - 1]?.probeEvidence
    firstOf[index] = before && isSameLook(before, look) ? (firstOf[index - 1] ?? index) : index
    lastOf[firstOf[index] ?? index] = index
  }
  return steps.map(({ probeEvidence: look }, index) => {
    if (Object.keys(look).length === 0) return undefined
    const first = firstOf[index]!
    const last = lastOf[first]!
    const span = clock.span(look.startedAt, look.finishedAt, undefined)
    const { late, navigated } = look
    const durationMs = clock.between(look.startedAt, look.finishedAt)
    return present({ span, durationMs, late, navigated, sharedBy: last > first ? ([first, last] as const) : undefined })
  })
}

/** Looks that say when they were taken are one when that is the same; others when all they saw is. */
function isSameLook(one: Observation<ImageReference>, other: Observation<ImageReference>): boolean {
  if (one === other) return true
  if (Object.keys(one).length === 0) return false
  return (
    one.startedAt === other.startedAt &&
    one.finishedAt === other.finishedAt &&
    one.url === other.url &&
    one.screenshot?.sha256 === other.screenshot?.sha256 &&
    one.ariaTree === other.ariaTree &&
    (one.screenshot !== undefined || one.ariaTree !== undefined)
  )
}

/** The film: one cell for each frame that is another than the one before it, at the time it was taken. */
export function toCells(trajectory: Trajectory<ImageReference>, placeOf: FramePlaces): CellView[] {
  const seen: CellView[] = []
  const add = (frame: FrameView | undefined, step: number, fromMs: number): void => {
    if (frame) seen.push({ sha256: frame.sha256, role: frame.role, step, fromMs })
  }
  add(probeFrameOf(trajectory.initialObservation), 0, 0)
  for (const [index, step] of trajectory.steps.entries()) {
    add(agentFrameOf(step), index, placeOf.agent(index))
    add(probeFrameOf(step.probeEvidence), index, placeOf.probe(index))
  }
  add(probeFrameOf(trajectory.finalObservation), Math.max(0, trajectory.steps.length - 1), placeOf.end)
  const inTime = seen.toSorted((a, b) => a.fromMs - b.fromMs)
  return inTime.filter((cell, at) => cell.sha256 !== inTime[at - 1]?.sha256)
}

/** The places of frames on the axis, in ms since the run began. */
export interface FramePlaces {
  agent(index: number): number
  probe(index: number): number
  readonly end: number
}
