import type { ImageReference, Modality, Observation, Trajectory } from '@contrail/core'
import type { FramePlan } from '../frames/plan.ts'
import type { FramesClaim } from '../frames/replaced.ts'
import type { JournalScan } from '../journal/scan.ts'

/** The parts that `trajectory.json` is made from. */
interface TrajectorySource {
  readonly trajectory: Trajectory<ImageReference>
  readonly plan: FramePlan
  readonly scan: JournalScan
  readonly replaced?: { readonly claim: FramesClaim } | undefined
}

/**
 * `trajectory.json`: Stagehand 3.7.3's shape, so that its loader reads it, and our further keys beside it.
 * Images stand in it by path, with their hash; one that was re-encoded also with the hash that the journal knows it by.
 */
export function trajectoryFile({ trajectory, plan, scan, replaced }: TrajectorySource): object {
  const { task, steps, finalAnswer, status, usage, turns, gaps, timing, tool, finalOutput, redactions } = trajectory
  const { initialObservation, initialEnvironment, finalObservation, finalAgentEvidence, finalScore, finalTree } =
    trajectory
  const { final = '', initial = '', agentFinal = '' } = plan.paths
  return {
    formatVersion: trajectory.formatVersion,
    runId: trajectory.runId,
    task,
    steps: steps.map(({ agentEvidence, probeEvidence, ...step }) => ({
      ...step,
      agentEvidence: {
        modalities: agentEvidence.modalities.map((modality) => toFileModality(modality, plan.agentPath)),
      },
      probeEvidence: toFileObservation(probeEvidence, plan.probePath),
    })),
    finalAnswer,
    finalObservation: finalObservation && toFileObservation(finalObservation, () => final),
    status,
    usage,
    turns,
    gaps,
    timing,
    initialObservation: initialObservation && toFileObservation(initialObservation, () => initial),
    initialEnvironment,
    finalOutput,
    finalScore,
    finalTree,
    finalAgentEvidence: finalAgentEvidence && {
      modalities: finalAgentEvidence.modalities.map((modality) => toFileModality(modality, () => agentFinal)),
    },
    redactions,
    tool,
    journal: {
      sizeBytes: scan.sizeBytes,
      sha256: scan.sha256,
      lastSeq: scan.lastSeq,
      ...(scan.tornBytes > 0 ? { tornBytes: scan.tornBytes } : {}),
    },
    framesLog: replaced?.claim,
  }
}

/** `times.json`: the clock of a run, its token usage and how many steps it took. */
export function timesFile({ timing, usage, steps }: Trajectory<ImageReference>): object {
  return { timing, usage, stepCount: steps.length }
}

type PathOf = (image: ImageReference) => string

function toFileModality(modality: Modality<ImageReference>, pathOf: PathOf): object {
  if (modality.type !== 'image') return modality
  const { image, type, ...setting } = modality
  const { mediaType, sha256, sizeBytes, originalSha256 } = image
  return { type, imagePath: pathOf(image), mediaType, sha256, sizeBytes, originalSha256, ...setting }
}

/** The image stands under `image`, not `screenshot`: Stagehand's loader fills `screenshot` with the bytes. */
function toFileObservation({ screenshot, ...look }: Observation<ImageReference>, pathOf: PathOf): object {
  if (!screenshot) return look
  const { sha256, mediaType, sizeBytes, originalSha256 } = screenshot
  return { ...look, screenshotPath: pathOf(screenshot), image: { sha256, mediaType, sizeBytes, originalSha256 } }
}
