import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** Run a program in a process of its own and take the last line it prints. */
export async function runProgram(program: URL, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=@contrail/source', fileURLToPath(program), ...args],
    {
      env: { ...process.env, ...env },
    },
  )
  return stdout.trim().split('\n').at(-1) ?? ''
}
