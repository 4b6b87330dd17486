import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { outputOf } from './program-output.ts'

const versionPattern = /\d+(?:\.\d+){1,3}/

/**
 * Read a browser's version from the browser itself, in at most five seconds.
 *
 * @returns e.g. `156.0.8078.79`; undefined when it does not say
 */
export async function readBrowserVersion(
  executablePath: string,
  env: Readonly<NodeJS.ProcessEnv>,
  platform: NodeJS.Platform,
): Promise<string | undefined> {
  // Chrome for Windows answers --version by opening a window; the folder beside it is named after the version.
  if (platform === 'win32') return versionOfFolder(path.dirname(executablePath))
  const output = await outputOf(executablePath, ['--version'], { env })
  return versionPattern.exec(output)?.[0]
}

async function versionOfFolder(folder: string): Promise<string | undefined> {
  // A version that cannot be had is told as unknown: the browser is found all the same.
  const names = await readdir(folder).catch(() => [])
  return names.find((name) => /^\d+(?:\.\d+){3}$/.test(name))
}
