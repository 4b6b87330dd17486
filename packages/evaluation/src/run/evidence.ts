import type { ImageReference, Step } from '@contrail/core'

/** The parts of a step that an evidence id can name: its picture, its tree, what its tool gave. */
export type EvidencePart = 'frame' | 'aria' | 'result'

/** Write an evidence id: `3:aria`. Steps count from 0. */
export function evidenceId(step: number, part: EvidencePart): string {
  return `${step}:${part}`
}

/** Name what was seen after a step: its tree, else its picture, else its result. */
export function lookId({ probeEvidence }: Step<ImageReference>, index: number): string {
  if (probeEvidence.ariaTree !== undefined) return evidenceId(index, 'aria')
  return evidenceId(index, probeEvidence.screenshot ? 'frame' : 'result')
}
