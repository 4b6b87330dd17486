import { seeded } from './sim-disk.ts'

/** One system call below a folder, as fault-shim.c has seen it. */
export interface FileOperation {
  /** From 1. */
  readonly number: number
  /** As the shim calls it, e.g. `fdatasync`; `create` and `open` are told apart. */
  readonly name: string
  readonly path: string
}

/** A way for one operation to go wrong. */
export interface FaultMode {
  readonly name: string
  /** Instructions of the shim, where `<n>` is the number of the operation. */
  readonly plan: string
  readonly applies: (name: string) => boolean
}

/** One way to go wrong at one operation. */
export interface Fault {
  readonly mode: FaultMode
  readonly operation: FileOperation
}

const always = (): boolean => true
const writes = (name: string): boolean => name === 'write'
const reads = (name: string): boolean => ['open', 'read', 'readdir', 'stat'].includes(name)
const needsRoom = (name: string): boolean => ['write', 'create', 'mkdir', 'link', 'rename'].includes(name)

/** Modes that end the process: each fault needs one of its own. */
export const deadlyModes: readonly FaultMode[] = [
  { name: 'kill before', plan: 'kill <n> all once 0', applies: always },
  { name: 'kill after', plan: 'kill-after <n> all once 0', applies: always },
  { name: 'torn write and kill', plan: 'tear <n> all once 0', applies: writes },
]

/** Modes that the process must live with. */
export const livableModes: readonly FaultMode[] = [
  { name: 'short write', plan: 'short <n> all once 0', applies: writes },
  { name: 'short writes from there on', plan: 'short <n> all sticky 0', applies: writes },
  { name: 'short write that the disk refuses to complete', plan: 'part <n> all once 28', applies: writes },
  { name: 'EIO', plan: 'error <n> all once 5', applies: always },
  { name: 'EIO from there on', plan: 'error <n> all sticky 5', applies: always },
  { name: 'EIO for all reading from there on', plan: 'error <n> look sticky 5', applies: reads },
  { name: 'ENOSPC', plan: 'error <n> all once 28', applies: needsRoom },
  { name: 'ENOSPC from there on', plan: 'error <n> space sticky 28', applies: needsRoom },
]

/** Every operation in every mode that applies to it. */
export function listFaults(modes: readonly FaultMode[], operations: readonly FileOperation[]): Fault[] {
  return modes.flatMap((mode) =>
    operations.filter(({ name }) => mode.applies(name)).map((operation) => ({ mode, operation })),
  )
}

/**
 * So many of the faults: first each mode at each kind of call, then what goes wrong once at each kind of call on each
 * kind of file, then any. Which ones depends on the seed alone.
 */
export function sampleFaults(faults: readonly Fault[], size: number, seed: number): Fault[] {
  const random = seeded(seed)
  const shuffled = faults
    .map((fault) => ({ fault, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ fault }) => fault)
  const once = shuffled.filter(({ mode }) => mode.plan.includes(' once '))
  const ofCalls = new Map(shuffled.map((fault) => [`${fault.mode.name} ${fault.operation.name}`, fault]))
  const ofFiles = new Map(once.map((fault) => [`${fault.mode.name} ${kindOf(fault.operation)}`, fault]))
  return [...new Set([...ofCalls.values(), ...ofFiles.values(), ...shuffled])].slice(0, size)
}

/** A call and the sort of file it is made on: the images of a folder are all of one sort. */
function kindOf({ name, path }: FileOperation): string {
  return `${name} ${path.replaceAll(/\d+/g, '#')}`
}

/**
 * Instructions of the shim.
 *
 * @param tag makes the same fault in another trial another one; the shim does not read it
 */
export function toShimPlan({ mode, operation }: Fault, tag: string): string {
  return `${mode.plan.replace('<n>', String(operation.number))} ${tag}`
}

/** Counts, and hits nothing. */
export const noFault = 'error 0 all once 0'

/** A fault for people: what goes wrong, where. */
export function nameOf({ mode, operation: { number, name, path } }: Fault): string {
  return `${mode.name} at ${number} (${name} ${path})`
}

/** The operations in a log of the shim. What differs from run to run in their paths is masked. */
export function toOperations(log: string): FileOperation[] {
  const lines = log.split('\n').filter((line) => /^\d/.test(line))
  return lines.map((line) => {
    const [number, name, path] = line.split(' ') as [string, string, string]
    return {
      number: Number(number),
      name,
      path: path.replaceAll(/[0-9a-f]{64}/g, '*').replaceAll(/(tmp|stale)-\d+/g, '$1-*'),
    }
  })
}
