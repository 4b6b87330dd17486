import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** The variable that names the folder of this run of the tests; whoever starts the run sets it, and removes the folder. */
export const runFolderVariable = 'CONTRAIL_TEST_RUN'

/**
 * Make what several processes of a run of the tests need: who asks first makes it, the others wait for it.
 *
 * @param name of what is made
 * @param make gets an empty folder, which goes with the run, and answers with what JSON can tell
 * @returns that answer, and the folder; to be read, since it is everyone's
 * @throws {Error} what it failed with, to all that ask; also where who made it ended before it was made
 */
export async function onceInRun<T>(
  name: string,
  make: (folder: string) => Promise<T>,
): Promise<{ folder: string; made: T }> {
  const run = process.env[runFolderVariable]
  if (run === undefined) throw new TypeError(`expected the folder of a run of tests, got no ${runFolderVariable}`)
  const [folder, maker, answer] = [join(run, name), join(run, `${name}.pid`), join(run, `${name}.json`)]
  if (await isFirst(maker)) {
    const told = await mkdir(folder)
      .then(() => make(folder))
      .then(
        (made) => ({ made }),
        (cause: unknown) => ({ error: String(cause) }),
      )
    await writeFile(`${answer}.tmp`, JSON.stringify(told))
    await rename(`${answer}.tmp`, answer)
  }
  for (;;) {
    const isBeingMade = isRunning(Number(await readFile(maker, 'utf8')))
    const text = await readFile(answer, 'utf8').catch(() => undefined)
    if (text !== undefined) {
      const { error, made } = JSON.parse(text) as { error?: string; made?: T }
      if (error !== undefined) throw new Error(`${name} could not be made: ${error}`)
      return { folder, made: made as T }
    }
    if (!isBeingMade) throw new Error(`${name} could not be made: the process that did so has ended`)
    await sleep(100)
  }
}

/**
 * Do what only one process at a time may do, e.g. write the same files; the others wait for their turn.
 *
 * @param folder that is worked on. Its name is taken as a socket's, which ends with its process however that dies; where the system
 * has no such names nobody waits
 */
export async function oneAtATime<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const name = `contrail-${createHash('sha256').update(folder).digest('hex')}`
  const prefix = { linux: '\0', win32: '\\\\.\\pipe\\' }[process.platform as string]
  if (prefix === undefined) return work()
  let server = await listens(prefix + name)
  while (server === 'taken') {
    await sleep(100)
    server = await listens(prefix + name)
  }
  try {
    return await work()
  } finally {
    server?.close()
  }
}

/** @returns undefined where no name can be had, as in a sandbox */
function listens(name: string): Promise<Server | 'taken' | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
      .once('error', ({ code }: NodeJS.ErrnoException) => resolve(code === 'EADDRINUSE' ? 'taken' : undefined))
      .listen(name, () => resolve(server))
  })
}

/** Tell whether nobody has asked before, and from now on that somebody has. */
async function isFirst(maker: string): Promise<boolean> {
  try {
    await writeFile(maker, `${process.pid}`, { flag: 'wx' })
    return true
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw cause
  }
}

/** @param pid of a process; 0, which is our own, where it is not written yet */
function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false // there is none, or another user's by now
  }
}
