import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { builtProgram } from './programs.ts'

/** The end of a program, and all that it said on the way. */
export interface Ended {
  readonly output: string
  readonly signal: NodeJS.Signals | null
}

export interface RunOptions {
  /** Variables beside those of this process. */
  readonly env?: Readonly<Record<string, string>>
  /** A command line that runs the program, e.g. `['unshare', '-m']`. */
  readonly under?: readonly string[]
  /** Sees the process, and what it has said so far, whenever it says something. */
  readonly onOutput?: (output: string, process: ChildProcess) => void
  /** Default 60,000. */
  readonly timeoutMs?: number
}

/**
 * Run a program of `test/programs` to its end, in a process of its own.
 *
 * @param plan what the program is told, as JSON in its only argument
 * @throws when it ends with an exit code other than 0, or not in time; to be killed is no failure here
 */
export async function runProgram(name: string, plan: unknown, options: RunOptions = {}): Promise<Ended> {
  const { under = [], onOutput, timeoutMs = 60_000 } = options
  const program = builtProgram(name)
  const [command, ...args] = [...under, process.execPath, program.path, JSON.stringify(plan)]
  // Behind io_uring the kernel would do file operations that no library sees.
  const env = { ...program.env, UV_USE_IO_URING: '0', ...options.env }
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    onOutput?.(output, child)
  })
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    child.kill('SIGKILL')
  }, timeoutMs)
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
    if (isLate) throw new Error(`${name} did not end within ${timeoutMs} ms`)
    if (signal === null && code !== 0) throw new Error(`${name} ended with exit code ${code}`)
    return { output, signal }
  } finally {
    clearTimeout(timer)
    child.kill('SIGKILL')
  }
}

/** Work through tasks, so many at a time; results in the order of the tasks. */
export async function inParallel<T, R>(
  tasks: readonly T[],
  width: number,
  work: (task: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = []
  const queue = tasks.entries()
  const worker = async (): Promise<void> => {
    for (const [index, task] of queue) results[index] = await work(task)
  }
  await Promise.all(Array.from({ length: width }, worker))
  return results
}
