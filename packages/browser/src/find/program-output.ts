import { spawn } from 'node:child_process'

/**
 * Run a program and take what it prints, at most 100,000 characters, however it ends. Never rejects.
 *
 * @param options.limitMs after it the program and its children are killed; default 5,000
 */
export function outputOf(
  program: string,
  args: readonly string[],
  options: { env: Readonly<NodeJS.ProcessEnv>; limitMs?: number },
): Promise<string> {
  const { env, limitMs = 5_000 } = options
  return new Promise((resolve) => {
    let output = ''
    const child = spawn(program, args, { env, detached: true, stdio: ['ignore', 'pipe', 'ignore'] })
    const end = (): void => {
      clearTimeout(timer)
      child.stdout.destroy()
      resolve(output)
    }
    const timer = setTimeout(() => {
      killGroup(child.pid)
      end()
    }, limitMs)
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(0, 100_000)
    })
    child.on('error', end).on('close', end)
  })
}

/** The browser is often a shell script: its children hold the pipe, so the whole group goes. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It ended by itself in the meantime.
  }
}
