import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { BenchOptions } from './figure.ts'
import { waitForQuiet } from './quiet.ts'

/** The longest wait for a quiet machine; the program runs afterwards all the same. */
const quietLimitMs = 5_000

/**
 * Run one of `programs/` in a process of its own: fresh, so that it pays for what a user's process pays for, and alone with
 * its memory. It is given its arguments as JSON and says its result as the last line of its output.
 *
 * @param options.isQuick whether it runs at once; else when the machine has become quiet
 * @param nodeFlags e.g. `--expose-gc`
 * @throws {Error} with what the program said, when it fails
 */
export async function inChild<Result>(
  program: string,
  args: object,
  { isQuick }: Pick<BenchOptions, 'isQuick'>,
  nodeFlags: readonly string[] = [],
): Promise<Result> {
  if (!isQuick) await waitForQuiet(quietLimitMs)
  const path = fileURLToPath(new URL(`./programs/${program}.ts`, import.meta.url))
  const flags = ['--conditions=@contrail/source', ...nodeFlags, path, JSON.stringify(args)]
  const child = spawn(process.execPath, flags, { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
  const last = output.trimEnd().split('\n').at(-1)
  if (code !== 0 || last === undefined)
    throw new Error(`${program} ${JSON.stringify(args)} ended with ${code}: ${output}`)
  return JSON.parse(last) as Result
}

/** The arguments that a program was given. */
export function givenArguments(): unknown {
  return JSON.parse(process.argv[2] ?? '{}')
}

/** Say the result of a program. */
export function answer(result: object): void {
  process.stdout.write(`${JSON.stringify(result)}\n`)
}
