import { readdirSync, readFileSync } from 'node:fs'

/** CPU that was used up to one moment, in ms. */
export interface CpuReading {
  /** By the whole machine since it started; time that a hypervisor took counts as used. */
  readonly busyMs: number
  /** The CPU that the machine had to give since it started: all its cores, idle or not. */
  readonly totalMs: number
  /** By each tree of processes that was asked for, by the pid of its root: what runs, and what ended and was waited for. */
  readonly trees: ReadonlyMap<number, number>
}

/** Linux counts in hundredths of a second for every program, whatever its own clock is. */
const msPerTick = 10

/**
 * Read the CPU that the machine and some trees of processes have used.
 *
 * @throws {Error} where there is no /proc: the benches need Linux
 */
export function readCpu(roots: readonly number[]): CpuReading {
  const stat = readProc('/proc/stat')
  if (stat === undefined)
    throw new Error('the benches measure CPU by /proc, which this system has not: run them on Linux')
  const processes = readProcesses()
  return { ...parseMachine(stat), trees: new Map(roots.map((root) => [root, treeMs(processes, root)])) }
}

/** The purposes of a tree's processes. `helpers`: of the browser, and what ended of the renderers. */
export const processKinds = ['agent', 'browser', 'renderer', 'gpu', 'helpers'] as const
export type ProcessKind = (typeof processKinds)[number]

/** The CPU that a tree of an agent and its browser has used so far, in ms, by what its processes are for. */
export function readCpuByKind(root: number): Record<ProcessKind, number> {
  const used: Record<ProcessKind, number> = { agent: 0, browser: 0, renderer: 0, gpu: 0, helpers: 0 }
  for (const { pid, cpuMs } of treeOf(readProcesses(), root)) {
    used[pid === root ? 'agent' : kindOf(readProc(`/proc/${pid}/cmdline`) ?? '')] += cpuMs
  }
  return used
}

/** Chromium tells its processes what they are by `--type`; the one that it was started as has none. */
export function kindOf(commandLine: string): ProcessKind {
  const type = /--type=([\w-]+)/.exec(commandLine)?.[1]
  if (type === 'renderer') return 'renderer'
  if (type === 'gpu-process') return 'gpu'
  return type === undefined && commandLine.includes('--remote-debugging-') ? 'browser' : 'helpers'
}

/**
 * The share of the machine that others than the tree of `own` used between two readings, from 0 to 1. What a process did that
 * left the tree counts as others', never as less than nothing.
 */
export function foreignShare(before: CpuReading, after: CpuReading, own: number): number {
  const foreignMs = after.busyMs - before.busyMs - usedMs(before, after, own)
  const totalMs = after.totalMs - before.totalMs
  return totalMs > 0 ? Math.max(0, foreignMs) / totalMs : 0
}

/** The share of the machine that was used between two readings, from 0 to 1. */
export function busyShare(before: CpuReading, after: CpuReading): number {
  const totalMs = after.totalMs - before.totalMs
  return totalMs > 0 ? (after.busyMs - before.busyMs) / totalMs : 0
}

/** The CPU that a tree used between two readings, in ms. */
export function usedMs(before: CpuReading, after: CpuReading, root: number): number {
  return Math.max(0, (after.trees.get(root) ?? 0) - (before.trees.get(root) ?? 0))
}

/** The first line of /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal; guests are in user already. */
export function parseMachine(stat: string): Pick<CpuReading, 'busyMs' | 'totalMs'> {
  const ticks = (stat.split('\n', 1)[0] ?? '').trim().split(/\s+/).slice(1, 9).map(Number)
  const total = ticks.reduce((sum, value) => sum + value, 0)
  const idle = (ticks[3] ?? 0) + (ticks[4] ?? 0)
  return { busyMs: (total - idle) * msPerTick, totalMs: total * msPerTick }
}

/** One process of /proc. */
export interface ProcessReading {
  readonly pid: number
  readonly parent: number
  /** Its own and that of its children that ended and were waited for. */
  readonly cpuMs: number
}

/** A line of /proc/<pid>/stat, or undefined for a process that is gone. Its name may hold spaces and brackets. */
export function parseProcess(line: string | undefined): ProcessReading | undefined {
  const nameEnd = line?.lastIndexOf(')') ?? -1
  if (line === undefined || nameEnd < 0) return undefined
  const fields = line.slice(nameEnd + 2).split(' ')
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
  return { pid: Number.parseInt(line, 10), parent: Number(fields[1]), cpuMs: ticks * msPerTick }
}

/** The CPU of a process and all below it, in ms. */
export function treeMs(processes: readonly ProcessReading[], root: number): number {
  return treeOf(processes, root).reduce((sum, { cpuMs }) => sum + cpuMs, 0)
}

/** A process and all below it; nothing for one that is gone. */
function treeOf(processes: readonly ProcessReading[], root: number): ProcessReading[] {
  const children = Map.groupBy(processes, ({ parent }) => parent)
  const found = processes.filter(({ pid }) => pid === root)
  // Grows while it is gone through.
  for (const { pid } of found) found.push(...(children.get(pid) ?? []))
  return found
}

function readProcesses(): ProcessReading[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => parseProcess(readProc(`/proc/${name}/stat`)) ?? [])
}

function readProc(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined // a process that ended between the list and the look: whoever waited for it has its time
  }
}
