import { getHeapSpaceStatistics } from 'node:v8'

/** What this process has in memory after a step, in MB. */
export interface MemoryLook {
  readonly step: number
  readonly rssMb: number
  /** V8's space for new objects, which it doubles when too many of them survive. */
  readonly youngMb: number
  /** Objects that survived twice. */
  readonly oldMb: number
  /** Strings and arrays too long for a page of a space, e.g. messages with pictures. */
  readonly longMb: number
  /** Code, and what V8 keeps for itself. */
  readonly otherHeapMb: number
  /** Bytes of buffers, which are outside of the heap. */
  readonly buffersMb: number
  /** All that Node does not account for: its own code, threads, holes between what was freed. */
  readonly restMb: number
}

/** Look at the memory of this process. Nothing is collected for it: it is what the system sees. */
export function readMemory(step: number): MemoryLook {
  const { rss, arrayBuffers } = process.memoryUsage()
  const spaces = new Map(getHeapSpaceStatistics().map((space) => [space.space_name, space.physical_space_size]))
  const heapOf = (...names: string[]): number => names.reduce((sum, name) => sum + (spaces.get(name) ?? 0), 0)
  const heap = heapOf(...spaces.keys())
  const [young, old, long] = [
    heapOf('new_space'),
    heapOf('old_space'),
    heapOf('large_object_space', 'new_large_object_space'),
  ]
  return {
    step,
    rssMb: rss / 1e6,
    youngMb: young / 1e6,
    oldMb: old / 1e6,
    longMb: long / 1e6,
    otherHeapMb: (heap - young - old - long) / 1e6,
    buffersMb: arrayBuffers / 1e6,
    restMb: (rss - heap - arrayBuffers) / 1e6,
  }
}
