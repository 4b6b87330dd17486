import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { Durability } from '@contrail/core'
import { checkRecording, readJournal, readTrajectory, recoverRecording } from '../../src/index.ts'
import { sha256 } from '../../src/system.ts'
import { namesIn } from '../../src/io/files.ts'
import { locateFrames } from '../../src/frames/locate.ts'
import { foldJournal } from '../../src/read/fold.ts'
import { diskIo } from '../../src/io/io.ts'
import { readUntrusted } from '../../src/io/open-untrusted.ts'
import { imagesOf, plainData } from '../support/evidence.ts'
import { builtProgram } from '../support/programs.ts'
import { seeded, type Random } from './rig/sim-disk.ts'

/** Findings of a campaign of kills. */
export interface Kills {
  kills: number
  /** Recordings that were under way when their process was killed, and of these the ones killed in `finish()`. */
  cutOff: number
  cutOffInFinish: number
  finished: number
  acked: number
  /** Losses and errors, each with the life that shows it. */
  readonly faults: string[]
}

/**
 * Kill recording processes at random moments, with SIGKILL, and hold what they left against what they were promised.
 *
 * @param options.seed the same seed aims the same kills; where they hit is up to the machine
 * @param options.atOnce how many processes live at the same time; default 3
 * @param options.onKill hears of every kill, when what it left has been looked at
 */
export async function killAtRandom(
  count: number,
  options: { durability: Durability; seed: number; atOnce?: number; onKill?: (kills: Kills) => void },
): Promise<Kills> {
  const folder = await mkdtemp(join(tmpdir(), 'contrail-kills-'))
  const total: Kills = { kills: 0, cutOff: 0, cutOffInFinish: 0, finished: 0, acked: 0, faults: [] }
  try {
    // One that comes to its end keeps for the others what it has compiled.
    await once(start(join(folder, 'none'), options.durability, 0), 'close')
    let next = 0
    const killOn = async (): Promise<void> => {
      for (let life = next++; life < count; life = next++) {
        const root = join(folder, `${life}`)
        const lines = await liveAndDie(root, options.durability, seeded(options.seed * 1_000_003 + life))
        await judge(root, lines, `kill ${life} of seed ${options.seed}`, total)
        await rm(root, { recursive: true, force: true })
        total.kills++
        options.onKill?.(total)
      }
    }
    await Promise.all(Array.from({ length: options.atOnce ?? 3 }, killOn))
    return total
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function start(root: string, durability: Durability, steps: number): ReturnType<typeof spawn> {
  const { path, env } = builtProgram('lives-shortly.ts')
  return spawn(process.execPath, [path, root, durability, `${steps}`], { env, stdio: ['ignore', 'pipe', 'inherit'] })
}

/** One life. @returns all that the process has said */
async function liveAndDie(root: string, durability: Durability, random: Random): Promise<string[]> {
  const child = start(root, durability, 1 + Math.floor(random() * 6))
  const closed = once(child, 'close')
  const aimsAtFinish = random() < 0.4
  // By what it has said and not by the clock alone, or on a busy machine it would die before it has begun.
  const linesBefore = Math.floor(random() * 24)
  const delayMs = random() * 12
  const lines: string[] = []
  let isAimed = false
  const input = child.stdout
  if (!input) throw new TypeError('expected a child with an output, got none')
  for await (const line of createInterface({ input })) {
    lines.push(line)
    const isDue = aimsAtFinish ? line.startsWith('finishing ') : lines.length > linesBefore
    if (isAimed || !isDue) continue
    isAimed = true
    void sleep(delayMs).then(() => child.kill('SIGKILL'))
  }
  await closed
  return lines
}

interface Ack {
  readonly seq: number
  readonly type: string
  readonly hash: string
}

/** Hold every recording of one life against what was said of it. */
async function judge(root: string, lines: readonly string[], life: string, total: Kills): Promise<void> {
  const said = lines.map((line) => line.split(' '))
  const directoriesOf = (word: string): Set<string> =>
    new Set(said.filter(([first]) => first === word).map(([, directory]) => directory as string))
  const finished = directoriesOf('finished')
  const finishing = directoriesOf('finishing')
  for (const directory of directoriesOf('recording')) {
    const acks = said
      .filter(([word, of]) => word === 'ack' && of === directory)
      .map(([, , seq, type, hash]): Ack => ({ seq: Number(seq), type: type as string, hash: hash as string }))
    const isFinished = finished.has(directory)
    total.acked += acks.length
    if (isFinished) total.finished++
    else total.cutOff++
    if (!isFinished && finishing.has(directory)) total.cutOffInFinish++
    const faults = await faultsOf(directory, acks, isFinished, finishing.has(directory)).catch((cause: unknown) => [
      String(cause),
    ])
    total.faults.push(...faults.map((fault) => `${life}, ${directory}: ${fault}`))
  }
  // One that was killed before it could say that it was there: nothing was promised, and nothing is in the way.
  for (const name of await namesIn(diskIo, join(root, 'run'))) {
    const directory = join(root, 'run', name)
    if (directoriesOf('recording').has(directory)) continue
    await recoverRecording(directory).catch((cause: unknown) =>
      total.faults.push(`${life}, ${directory}: ${String(cause)}`),
    )
  }
}

async function faultsOf(
  directory: string,
  acks: readonly Ack[],
  isFinished: boolean,
  mayBe: boolean,
): Promise<string[]> {
  const faults: string[] = []
  const before = await readTrajectory(directory)
  const { outcome } = await recoverRecording(directory)
  if (isFinished && outcome !== 'already_finished') faults.push(`finish() resolved, and recover says ${outcome}`)
  const after = await readTrajectory(directory)
  if (!isDeepStrictEqual(plainData(before), plainData(after))) faults.push('recover has changed the trajectory')
  const statuses = isFinished ? ['complete'] : mayBe ? ['complete', 'killed'] : ['killed']
  if (!statuses.includes(after.status ?? '')) faults.push(`the status is ${after.status}`)
  const { status, problems } = await checkRecording(directory)
  if (status !== 'clean') faults.push(`check says ${status}: ${JSON.stringify(problems[0])}`)

  const types = new Map<number, string>()
  for await (const entry of readJournal(directory)) {
    if (entry.type === 'hole') faults.push('the journal has a hole')
    else types.set(entry.seq, entry.type)
  }
  const frames = await framesOf(directory)
  for (const { seq, type, hash } of acks) {
    if (types.get(seq) !== type) faults.push(`event ${seq} was acked and is lost`)
    if (hash !== '-' && !frames.has(hash)) faults.push(`the frame of event ${seq} was acked and is lost`)
  }
  for (const image of imagesOf(after)) {
    if (sha256(await image.read()) !== image.sha256) faults.push(`frame ${image.sha256} has other bytes`)
  }
  return faults
}

/** The hash of every frame, from its bytes. */
async function framesOf(directory: string): Promise<Set<string>> {
  const { plan } = await foldJournal(diskIo, directory)
  const { paths } = await locateFrames(diskIo, directory, plan)
  const hashes = new Set<string>()
  for (const path of paths.values()) {
    const bytes = await readUntrusted(diskIo, directory, path, 1_000_000)
    if (bytes) hashes.add(sha256(bytes))
  }
  return hashes
}
