import { setTimeout as sleep } from 'node:timers/promises'

/** Somewhat less than a second together. */
const pausesMs = [10, 30, 100, 300, 500]

/** True where the last wait was in vain. Then nobody waits again until a descriptor was to be had. */
let isHopeless = false

/**
 * Open something, waiting up to a second for a free descriptor where the process or the system has run out of them. To
 * be out of descriptors passes, and must not cost a recording; what is not passing is told after one wait.
 *
 * @throws what `open` throws; EMFILE and ENFILE after the wait
 */
export async function withDescriptor<T>(open: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      const opened = await open()
      isHopeless = false
      return opened
    } catch (cause) {
      if (!isExhaustion(cause)) throw cause
      const pauseMs = pausesMs[attempt]
      if (isHopeless || pauseMs === undefined) {
        isHopeless = true
        throw cause
      }
      await sleep(pauseMs)
    }
  }
}

function isExhaustion(cause: unknown): boolean {
  const { code } = cause as { code?: unknown }
  return code === 'EMFILE' || code === 'ENFILE'
}
