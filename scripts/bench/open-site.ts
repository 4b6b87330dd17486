import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** The shop, running in a process of its own. Whoever opened it closes it. */
export interface BenchSite extends AsyncDisposable {
  /** e.g. `http://127.0.0.1:40123` */
  readonly origin: string
}

/**
 * Start the shop on a free port of 127.0.0.1.
 *
 * @throws {Error} when its process does not start
 */
export async function openSite(): Promise<BenchSite> {
  const child = fork(join(import.meta.dirname, 'programs', 'site.ts'), { execArgv: ['--conditions=@contrail/source'] })
  const ended = once(child, 'exit')
  const died = ended.then(([code]) => {
    throw new Error(`the shop's process ended with ${String(code)} before it was open; what it said stands above`)
  })
  const [{ origin }] = (await Promise.race([once(child, 'message'), died])) as [{ origin: string }]
  died.catch(() => undefined) // from here on it ends when it is closed
  return {
    origin,
    [Symbol.asyncDispose]: async () => {
      child.disconnect()
      await ended
    },
  }
}
