import {
  decodeBase64,
  describeIssue,
  Environment,
  freeze,
  imageMediaType,
  present,
  sniffMediaType,
  type AgentEvidence,
  type Gap,
  type Image,
  type ImageReference,
  type Modality,
  type Observation,
  type Step,
  type Trajectory,
} from '@contrail/core'
import { maxFrameBytes } from '../directory/names.ts'
import { sha256 } from '../system.ts'
import { readFrame } from '../frames/locate.ts'
import type { Io } from '../io/io.ts'
import { readUntrusted } from '../io/open-untrusted.ts'
import { FileStep, type FileAgentEvidence, type FileObservation, type FileTrajectory } from './trajectory-schema.ts'

/**
 * Turn a validated `trajectory.json` into a trajectory with its images bound.
 * Our files name the hash of every image, so nothing is read. In the files of others an image must be looked at once
 * to know it; a missing one becomes a gap. A step that is not of the schema becomes a placeholder and a gap.
 */
export async function readTrajectoryFile(
  io: Io,
  directory: string,
  file: FileTrajectory,
  fallbackRunId: string,
): Promise<Trajectory> {
  const gaps: Gap[] = [...(file.gaps as Gap[])]
  const images = new ImageBinder(io, directory, gaps)
  const steps: Step[] = []
  for (const [index, raw] of file.steps.entries()) {
    const parsed = FileStep.safeParse(raw)
    if (parsed.success) {
      steps.push(await toStep(parsed.data, index, images))
      continue
    }
    const problem = describeIssue(parsed.error, 'steps', index)
    gaps.push({ what: 'event', reason: 'invalid_step', stepIndex: index, detail: { problem } })
    steps.push(placeholder(index, problem))
  }
  const { initialObservation, finalObservation, finalAgentEvidence } = file
  return freeze(
    present({
      formatVersion: file.formatVersion ?? 1,
      runId: file.runId ?? fallbackRunId,
      task: file.task,
      status: file.status,
      steps,
      turns: file.turns,
      gaps,
      timing: present(file.timing),
      usage: file.usage,
      initialObservation: initialObservation && (await images.look(initialObservation)),
      initialEnvironment: file.initialEnvironment,
      finalAnswer: file.finalAnswer,
      finalOutput: file.finalOutput,
      finalScore: file.finalScore,
      finalTree: file.finalTree,
      finalObservation: finalObservation && (await images.look(finalObservation)),
      finalAgentEvidence: finalAgentEvidence && (await images.evidence(finalAgentEvidence)),
      redactions: file.redactions,
      tool: file.tool,
    }),
  ) as Trajectory
}

async function toStep(step: FileStep, index: number, images: ImageBinder): Promise<Step> {
  const { index: _, agentEvidence, probeEvidence, toolOutput, environment, extra, ...fields } = step
  const ours = environment === undefined ? undefined : Environment.safeParse(environment)
  const known: Record<string, unknown> = ours?.success ? { environment: ours.data } : {}
  const unknown: Record<string, unknown> = ours?.success === false ? { ...extra, environment } : { ...extra }
  for (const [key, value] of Object.entries(fields)) {
    if (value === undefined) continue
    if (key in FileStep.shape) known[key] = value
    else unknown[key] = value
  }
  return {
    id: step.toolCallId ?? `s${index}`,
    ...known,
    agentEvidence: await images.evidence(agentEvidence, index),
    probeEvidence: await images.look(probeEvidence, index),
    toolOutput: present(toolOutput),
    ...(Object.keys(unknown).length > 0 ? { extra: unknown } : {}),
  } as Step
}

function placeholder(index: number, problem: string): Step {
  return {
    id: `s${index}`,
    actionName: '(unreadable step)',
    actionArgs: {},
    reasoning: '',
    agentEvidence: { modalities: [] },
    probeEvidence: {},
    toolOutput: { ok: false, error: problem },
    executed: 'unknown',
  }
}

/** An image as a file of ours tells of it. */
type ImageFacts = Pick<ImageReference, 'sha256' | 'mediaType' | 'sizeBytes'> & {
  readonly originalSha256?: string | undefined
}

/** Binds the images of one file. Equal paths are one image. */
class ImageBinder {
  private readonly known = new Map<string, Promise<Image | undefined>>()

  private readonly io: Io
  private readonly directory: string
  /** The list in which images that cannot be had are reported. */
  private readonly gaps: Gap[]

  constructor(io: Io, directory: string, gaps: Gap[]) {
    this.io = io
    this.directory = directory
    this.gaps = gaps
  }

  async look(look: FileObservation, stepIndex?: number): Promise<Observation> {
    const { url, title, ariaTree, partial, dialogs, pageId, tabs, onDemand, scroll, screenshotPath, image } = look
    const { viewport, scale, masked, startedAt, finishedAt, late, navigated } = look
    const how = { viewport, scale, masked, startedAt, finishedAt, late, navigated }
    const screenshot = screenshotPath === undefined ? undefined : await this.at(screenshotPath, stepIndex, image)
    const seen = { url, title, screenshot, ariaTree, partial, dialogs, pageId, tabs }
    return present({ ...seen, ...how, onDemand, scroll }) as Observation
  }

  async evidence({ modalities }: FileAgentEvidence, stepIndex?: number): Promise<AgentEvidence> {
    const bound: Modality[] = []
    for (const modality of modalities) {
      if (modality.type !== 'image') {
        bound.push(modality)
        continue
      }
      const { imagePath, bytesBase64, mediaType, sha256: hash, sizeBytes, url, viewport, scale, masked } = modality
      const { originalSha256 } = modality
      const facts =
        hash === undefined
          ? undefined
          : { sha256: hash, mediaType: mediaType ?? 'image/png', sizeBytes: sizeBytes ?? 0, originalSha256 }
      const image =
        imagePath === undefined
          ? this.inline(bytesBase64, mediaType, stepIndex)
          : await this.at(imagePath, stepIndex, facts, mediaType)
      if (image) bound.push(present({ type: 'image' as const, image, url, viewport, scale, masked }) as Modality)
    }
    return { modalities: bound }
  }

  private at(
    path: string,
    stepIndex: number | undefined,
    facts: ImageFacts | undefined,
    declared?: string,
  ): Promise<Image | undefined> {
    const key = `${path} ${facts?.mediaType ?? declared ?? ''} ${facts?.originalSha256 ?? ''}`
    const known = this.known.get(key) ?? this.bind(path, stepIndex, facts, declared)
    this.known.set(key, known)
    return known
  }

  private async bind(
    path: string,
    stepIndex: number | undefined,
    facts: ImageFacts | undefined,
    declared: string | undefined,
  ): Promise<Image | undefined> {
    const read = () => readFrame(this.io, this.directory, [path], facts ?? {})
    if (facts) return { ...(present(facts) as ImageReference), path, read }
    const bytes = await readUntrusted(this.io, this.directory, path, maxFrameBytes)
    if (!bytes) {
      this.gaps.push(
        present({ what: 'screenshot' as const, reason: 'frame_missing', stepIndex, detail: { path } }) as Gap,
      )
      return undefined
    }
    // Older writers called every image a PNG: what the bytes say counts first.
    const mediaType = sniffMediaType(bytes) ?? imageMediaType(declared, bytes)
    const hash = sha256(bytes)
    return {
      sha256: hash,
      mediaType,
      sizeBytes: bytes.byteLength,
      path,
      read: () => readFrame(this.io, this.directory, [path], { sha256: hash }),
    }
  }

  private inline(base64: string | undefined, declared: string | undefined, stepIndex?: number): Image | undefined {
    const bytes = base64 === undefined ? undefined : decodeBase64(base64)
    if (!bytes) {
      this.gaps.push(present({ what: 'screenshot' as const, reason: 'frame_missing', stepIndex }) as Gap)
      return undefined
    }
    return {
      sha256: sha256(bytes),
      mediaType: sniffMediaType(bytes) ?? imageMediaType(declared, bytes),
      sizeBytes: bytes.byteLength,
      read: async () => bytes.slice(),
    }
  }
}
