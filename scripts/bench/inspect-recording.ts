import { readTrajectory } from 'contrail'
import sharp from 'sharp'

/** The content of a finished recording of ours, held against the script. */
export interface Inspection {
  /** Steps whose observation shows another state of the page than the one after them, and does not say that it may. */
  readonly misbound: number
  /** Steps without a whole observation, also of the agent's own making, or with one that is marked late. */
  readonly unobserved: number
  /** Different pictures of probes. */
  readonly frames: number
  /** Steps whose picture of the probe was painted over. */
  readonly painted: number
}

/**
 * Hold the observation of every step against the state that the page was in after it: its address, and, where the states were
 * numbered, the number in its aria tree and in the pixels of its frame.
 *
 * @param run.urls where the page was after each step
 * @param run.isNumbered every state shows its number, see `programs/agent.ts`; default false
 * @throws {ContrailError} for a recording that cannot be read
 */
export async function inspectRecording(
  directory: string,
  run: { readonly urls: readonly string[]; readonly isNumbered?: boolean },
): Promise<Inspection> {
  const { steps } = await readTrajectory(directory)
  let [misbound, unobserved] = [Math.abs(steps.length - run.urls.length), 0]
  for (const [index, { probeEvidence }] of steps.entries()) {
    const { url, ariaTree, late } = probeEvidence
    // What an agent pictured itself before its next step is of this state, too.
    const [given] = steps[index + 1]?.agentEvidence.modalities.filter(({ type }) => type === 'image') ?? []
    const screenshot = probeEvidence.screenshot ?? (given?.type === 'image' ? given.image : undefined)
    if (url === undefined || screenshot === undefined || ariaTree === undefined || late === true) {
      unobserved += 1
      continue
    }
    const isHere = url === run.urls[index]
    const isNow =
      run.isNumbered !== true ||
      (new RegExp(`\\bstate ${index}\\b`).test(ariaTree) && (await readNumber(await screenshot.read())) === index)
    if (!isHere || !isNow) misbound += 1
  }
  const looks = steps.map(({ probeEvidence }) => probeEvidence)
  const frames = new Set(looks.flatMap(({ screenshot }) => screenshot?.sha256 ?? [])).size
  const painted = looks.filter(({ masked }) => masked === true).length
  return { misbound, unobserved, frames, painted }
}

/** The number that the corner of a page shows as a colour, see `programs/agent.ts`. */
async function readNumber(picture: Uint8Array): Promise<number> {
  const corner = sharp(picture).extract({ left: 4, top: 4, width: 1, height: 1 })
  const pixel = await corner.removeAlpha().raw().toBuffer()
  return pixel.readUIntBE(0, 3)
}
