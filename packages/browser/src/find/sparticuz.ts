import { spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { access, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { outputOf } from './program-output.ts'

/**
 * Find the Chromium that `@sparticuz/chromium` carries, unpacking it on first use (209 MB).
 *
 * The package unpacks into the temp directory without a lock, so that two processes at once break each other. Here a
 * child unpacks into a directory of its own, which is then renamed to its place: what stands there is always whole. Two
 * that start at once do the work twice, once on a machine. The package's default switches are not used; some of them turn
 * off web security.
 *
 * @returns undefined when the package is not installed
 * @throws when it is installed and cannot be unpacked
 */
export async function findSparticuzChromium(
  env: Readonly<NodeJS.ProcessEnv>,
): Promise<{ executablePath: string; env: Record<string, string> } | undefined> {
  const entry = resolvePackage()
  if (!entry) return undefined
  const { version } = JSON.parse(await readFile(path.join(path.dirname(entry), '../package.json'), 'utf8')) as {
    version: string
  }
  const cache = path.join(env['XDG_CACHE_HOME'] || path.join(env['HOME'] || homedir(), '.cache'), 'contrail')
  const folder = path.join(cache, `chromium-${version}`)
  const executablePath = path.join(folder, 'chromium')
  if (!(await exists(executablePath))) {
    await mkdir(cache, { recursive: true })
    await unpack(entry, folder)
  }
  return { executablePath, env: await environmentFor(folder, executablePath, env) }
}

function resolvePackage(): string | undefined {
  try {
    // What was bundled as CommonJS has no address, but a file.
    const { url = __filename } = import.meta as Partial<ImportMeta>
    return createRequire(url).resolve('@sparticuz/chromium')
  } catch {
    return undefined // not installed: it is an optional peer
  }
}

/** Invariant: `folder` appears by one rename, with everything in it. The loser of a race throws its own work away. */
async function unpack(entry: string, folder: string): Promise<void> {
  const staging = await mkdtemp(`${folder}.unpacking-`)
  try {
    await unpackInChild(entry, staging)
    if (!(await exists(path.join(staging, 'chromium')))) throw new Error('unpacking ended, and there is no browser')
    await rename(staging, folder)
  } catch (error) {
    await rm(staging, { recursive: true, force: true })
    if (!(await exists(path.join(folder, 'chromium')))) throw error
  }
}

async function unpackInChild(entry: string, staging: string): Promise<void> {
  // A program that is one executable is started again in the place of Node, and would start itself for ever.
  if (process.env['CONTRAIL_UNPACKING']) throw new Error('this program is no Node that could unpack it')
  const program = `const { default: chromium } = await import(${JSON.stringify(pathToFileURL(entry).href)}); await chromium.executablePath()`
  // A file, since not every runtime evaluates a module.
  const file = path.join(staging, 'unpack.mjs')
  await writeFile(file, program)
  // The package unpacks the libraries a bare Linux lacks only where it believes to run on Amazon Linux 2023.
  const env = { ...process.env, TMPDIR: staging, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x', CONTRAIL_UNPACKING: '1' }
  await new Promise<void>((resolve, reject) => {
    let message = ''
    const child = spawn(process.execPath, [file], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      message = (message + text).slice(-2_000)
    })
    child.on('error', reject).on('close', (code, signal) => {
      if (code === 0) resolve()
      else reject(new Error(`unpacking ended with ${signal ?? `exit code ${code}`}: ${message.trim()}`))
    })
  })
  await rm(file)
}

/** Only what this machine lacks: its own libraries and fonts are better than those in the package. */
async function environmentFor(
  folder: string,
  executablePath: string,
  env: Readonly<NodeJS.ProcessEnv>,
): Promise<Record<string, string>> {
  const needs: Record<string, string> = {}
  if (!(await exists('/etc/fonts/fonts.conf'))) needs['FONTCONFIG_PATH'] = path.join(folder, 'fonts')
  if ((await outputOf('ldd', [executablePath], { env })).includes('not found')) {
    const libraries = path.join(folder, 'al2023', 'lib')
    needs['LD_LIBRARY_PATH'] = env['LD_LIBRARY_PATH'] ? `${libraries}:${env['LD_LIBRARY_PATH']}` : libraries
  }
  return needs
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file, constants.F_OK)
    return true
  } catch {
    return false
  }
}
