import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import { builtProgram } from './programs.ts'

/** A program of `test/programs` in a process of its own. */
export interface Program {
  readonly process: ChildProcessWithoutNullStreams
  /** The next line of its output; undefined at the end. */
  nextLine(): Promise<string | undefined>
  /** The lines it has said and nobody asked for, once it has ended. */
  restOfLines(): Promise<string[]>
  /** The way in which it ended. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
  /** Kill it as a power switch would, and wait until it is gone. */
  kill(): Promise<void>
}

/** Start a program. It is killed when the test that started it has finished. */
export function startProgram(name: string, ...args: string[]): Program {
  const { path, env } = builtProgram(name)
  // One of them imports what is not built.
  const child = spawn(process.execPath, ['--conditions=@contrail/source', path, ...args], { env })
  child.stderr.pipe(process.stderr)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ended = once(child, 'close').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
  }))
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
  }
  onTestFinished(kill)
  return {
    process: child,
    ended,
    kill,
    nextLine: async () => {
      const { value, done } = await lines.next()
      return done ? undefined : value
    },
    restOfLines: async () => {
      const rest: string[] = []
      for (let line = await lines.next(); !line.done; line = await lines.next()) rest.push(line.value)
      return rest
    },
  }
}
