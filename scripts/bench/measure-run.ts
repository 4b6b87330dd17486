import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { foreignShare, processKinds, readCpu, readCpuByKind, usedMs, type ProcessKind } from './cpu.ts'
import { measureFiles } from './measure-files.ts'
import { recordingIn } from './recorders/variants.ts'
import { waitForQuiet } from './quiet.ts'
import type { RunSpec, Told } from './run-spec.ts'

/** One run as it was measured. */
export interface RunMeasurement extends Pick<RunSpec, 'variant' | 'steps' | 'thinkMs'> {
  readonly chromium: string
  /** Mean of a step, without the time given to the model. */
  readonly stepMs: number
  readonly finishMs: number
  /** CPU of the agent, its browser and all below them, in the loop and in finish; the shop's is left out. */
  readonly cpuMsPerStep: number
  /** The same by what the processes are for; one that ended counts to its parent. */
  readonly cpuMsPerStepOf: Readonly<Record<ProcessKind, number>>
  readonly sizeBytes: number
  readonly files: number
  /** Memory of the agent's process, without its browser, in MB: at the start of the loop, and its peak by the end of `finish`. */
  readonly startRssMb: number
  readonly peakRssMb: number
  /** The same every 10 ms of the loop, by the step that was going on. */
  readonly rssMb: readonly (readonly [step: number, rssMb: number])[]
  /** Share of the machine that others used during the loop and finish, from 0 to 1. */
  readonly foreignShare: number
  /** True where the machine was quiet before the loop. */
  readonly beganQuiet: boolean
  /** The address of the page after each step. */
  readonly urls: readonly string[]
}

/**
 * Run the script once, in a process and a browser of its own, when the machine has become quiet, and measure it from outside.
 *
 * @param quietLimitMs how long to wait for that; the run goes on afterwards and says so
 * @throws {Error} for a run that fails or hangs, with what it said
 */
export async function measureRun(spec: RunSpec, quietLimitMs: number): Promise<RunMeasurement> {
  await mkdir(spec.directory, { recursive: true })
  await using agent = startAgent(spec)
  const { pid } = agent
  const { chromium } = await agent.hear<'loop'>()
  const beganQuiet = await waitForQuiet(quietLimitMs)

  const startRssMb = readRssMb(pid, 'VmRSS')
  const before = readCpu([process.pid, pid])
  const usedBefore = readCpuByKind(pid)
  const memory = sampleMemory(pid)
  agent.say('loop')
  const { loopMs, urls, stepEndsMs } = await agent.hear<'finish'>()
  const samples = memory.stop()
  agent.say('finish')
  const { finishMs } = await agent.hear<'close'>()
  const after = readCpu([process.pid, pid])
  const used = readCpuByKind(pid)
  const peakRssMb = readRssMb(pid, 'VmHWM')
  agent.say('close')
  await agent.ended

  const { variant, steps, thinkMs } = spec
  return {
    ...{ variant, steps, thinkMs, chromium, beganQuiet, finishMs, startRssMb, peakRssMb, urls },
    ...(await measureFiles(recordingIn(spec.directory, variant))),
    stepMs: loopMs / steps,
    cpuMsPerStep: usedMs(before, after, pid) / steps,
    cpuMsPerStepOf: mapKinds((kind) => (used[kind] - usedBefore[kind]) / steps),
    rssMb: byStep(samples, stepEndsMs),
    foreignShare: foreignShare(before, after, process.pid),
  }
}

function mapKinds(read: (kind: ProcessKind) => number): Record<ProcessKind, number> {
  return Object.fromEntries(processKinds.map((kind) => [kind, read(kind)])) as Record<ProcessKind, number>
}

interface Agent extends AsyncDisposable {
  readonly pid: number
  say(order: 'loop' | 'finish' | 'close'): void
  hear<GoOn extends keyof Told>(): Promise<Told[GoOn]>
  readonly ended: Promise<void>
}

function startAgent(spec: RunSpec): Agent {
  const child = fork(join(import.meta.dirname, 'programs', 'agent.ts'), [JSON.stringify(spec)], {
    execArgv: ['--conditions=@contrail/source'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const { stderr } = child
  let said = ''
  stderr?.on('data', (bytes: Buffer) => {
    said = (said + bytes.toString()).slice(-2_000)
  })
  const limitMs = 60_000 + spec.steps * (spec.thinkMs + 2_000)
  const timer = setTimeout(() => {
    said += `\nIt took more than ${Math.round(limitMs / 1000)} s and was ended. Is the machine very busy?`
    child.kill('SIGKILL')
  }, limitMs)
  const ended = Promise.all([once(child, 'exit'), stderr && once(stderr, 'close')]).then(() => clearTimeout(timer))
  return {
    pid: child.pid ?? 0,
    ended,
    say: (order) => void child.send(order),
    hear: () =>
      new Promise((resolve, reject) => {
        child.once('message', (told) => resolve(told as never))
        void ended.then(() =>
          reject(new Error(`a run of ${spec.variant} failed. It said:\n${said.trim() || '(nothing)'}`)),
        )
      }),
    [Symbol.asyncDispose]: () => endChild(child, ended),
  }
}

async function endChild(child: ChildProcess, ended: Promise<void>): Promise<void> {
  // It ends by itself when nobody listens any more, and takes its browser along.
  if (child.connected) child.disconnect()
  await ended
}

type Sample = readonly [atMs: number, rssMb: number]

/** Look at the memory of a process every 10 ms, from outside, so that it pays nothing for it. */
function sampleMemory(pid: number): { stop: () => readonly Sample[] } {
  const samples: Sample[] = []
  const timer = setInterval(() => {
    samples.push([performance.timeOrigin + performance.now(), readRssMb(pid, 'VmRSS')])
  }, 10)
  return {
    stop: () => {
      clearInterval(timer)
      return samples
    },
  }
}

function byStep(samples: readonly Sample[], stepEndsMs: readonly number[]): [number, number][] {
  let step = 0
  return samples.map(([atMs, rssMb]) => {
    while (step < stepEndsMs.length - 1 && (stepEndsMs[step] as number) < atMs) step += 1
    return [step, rssMb]
  })
}

/** `VmRSS`: what a process has in memory now; `VmHWM`: the most it ever had. In MB; 0 for a process that is gone. */
function readRssMb(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  try {
    const kib = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return (Number(kib ?? 0) * 1024) / 1e6
  } catch {
    return 0 // the run fails by itself when its process is gone
  }
}
