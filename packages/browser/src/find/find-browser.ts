import { ContrailError, messageOf } from '@contrail/core'
import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import path from 'node:path'
import { readBrowserVersion } from './browser-version.ts'
import { loadPlaywright } from './load-playwright.ts'
import { findSparticuzChromium } from './sparticuz.ts'
import { systemBrowserPlaces } from './system-browsers.ts'

/** Who said where the browser is. */
export type BrowserSource = 'CONTRAIL_BROWSER' | 'CHROME_PATH' | 'playwright' | 'system' | '@sparticuz/chromium'

/** A browser that can be launched. */
export interface FoundBrowser {
  readonly source: BrowserSource
  /** Absolute. */
  readonly executablePath: string
  /** As the browser itself says it, e.g. `156.0.8078.79`; absent where it does not say. */
  readonly version?: string
  /** Variables that this browser needs beside those it is started with. */
  readonly env?: Readonly<Record<string, string>>
  /** Switches that this machine needs: `--no-sandbox` for root on Linux. */
  readonly args: readonly string[]
}

/**
 * Find a browser of the Chromium family. The first that exists is taken: `CONTRAIL_BROWSER` (a path, or one of the words
 * `playwright`, `system` and `npm` for the three that follow), `CHROME_PATH` (either is an error where it is set but wrong, and
 * never passed over), the one Playwright installed, Chrome, Chromium or Edge of the system, and `@sparticuz/chromium`
 * where it is installed (Linux x64; unpacked once into the user's cache directory).
 *
 * @param options.env default `process.env`; `PATH`, `HOME` and `XDG_CACHE_HOME` are read from it too
 * @param options.platform default the one we run on
 * @throws {ContrailError} BROWSER_NOT_FOUND, naming what can be done
 */
export async function findBrowser(
  options: { env?: Readonly<NodeJS.ProcessEnv> | undefined; platform?: NodeJS.Platform | undefined } = {},
): Promise<FoundBrowser> {
  const { env = process.env, platform = process.platform } = options
  const found = await locateBrowser({ env, platform })
  const version = await readBrowserVersion(found.executablePath, { ...env, ...found.env }, platform)
  return { ...found, ...(version ? { version } : {}) }
}

/**
 * Find a browser as {@link findBrowser} does, and do not start it to be told its version.
 *
 * @throws {ContrailError} BROWSER_NOT_FOUND
 */
export async function locateBrowser(options: {
  env: Readonly<NodeJS.ProcessEnv>
  platform: NodeJS.Platform
}): Promise<Omit<FoundBrowser, 'version'>> {
  const { env, platform } = options
  const named = (await browserOfWord(env, platform)) ?? (await browserOfPath(env))
  const found = named ?? (await playwrightBrowser()) ?? (await systemBrowser(env, platform))
  const browser = found ?? (await packagedBrowser(env, platform))
  if (!browser) throw nothingFound()
  const isRoot = platform === 'linux' && process.getuid?.() === 0
  return { ...browser, args: isRoot ? ['--no-sandbox'] : [] }
}

type Place = Pick<FoundBrowser, 'source' | 'executablePath' | 'env'>

const words: ReadonlyMap<
  string,
  (env: Readonly<NodeJS.ProcessEnv>, platform: NodeJS.Platform) => Promise<Place | undefined>
> = new Map([
  ['playwright', playwrightBrowser],
  ['system', systemBrowser],
  ['npm', packagedBrowser],
])

async function browserOfWord(env: Readonly<NodeJS.ProcessEnv>, platform: NodeJS.Platform): Promise<Place | undefined> {
  const word = env['CONTRAIL_BROWSER'] ?? ''
  const find = words.get(word)
  const found = await find?.(env, platform)
  if (found || !find) return found
  throw new ContrailError('BROWSER_NOT_FOUND', `CONTRAIL_BROWSER is ${word}, but ${missing(word, platform)}`, {
    details: { source: 'CONTRAIL_BROWSER', word },
  })
}

/** Say which browser is missing, and what can be done. */
function missing(word: string, platform: NodeJS.Platform): string {
  if (word === 'playwright') return `Playwright has installed none. Either ${cures.playwright}; or ${cures.path}.`
  if (word === 'system')
    return `the system has neither Chrome nor Chromium nor Edge. Either ${cures.system}; or ${cures.path}.`
  if (runsPackaged(platform)) return `the package is not installed. Either ${cures.npm}; or ${cures.path}.`
  return `that one runs on Linux x64 alone, and this is ${platform} ${process.arch}. Instead ${cures.path}.`
}

async function browserOfPath(env: Readonly<NodeJS.ProcessEnv>): Promise<Place | undefined> {
  for (const source of ['CONTRAIL_BROWSER', 'CHROME_PATH'] as const) {
    const named = env[source]
    if (!named) continue
    const executablePath = path.resolve(named)
    if (await isExecutable(executablePath)) return { source, executablePath }
    throw new ContrailError(
      'BROWSER_NOT_FOUND',
      `${source} is set to ${JSON.stringify(named)}, which is not an executable file${source === 'CONTRAIL_BROWSER' ? ', nor one of the words playwright, system and npm' : ''}. Correct it, or unset it to let a browser be looked for.`,
      { details: { source, executablePath } },
    )
  }
  return undefined
}

async function playwrightBrowser(): Promise<Place | undefined> {
  const playwright = await loadPlaywright()
  const executablePath = playwright?.chromium.executablePath()
  if (!executablePath || !(await isExecutable(executablePath))) return undefined
  return { source: 'playwright', executablePath }
}

async function systemBrowser(env: Readonly<NodeJS.ProcessEnv>, platform: NodeJS.Platform): Promise<Place | undefined> {
  for (const executablePath of systemBrowserPlaces(env, platform)) {
    if (await isExecutable(executablePath)) return { source: 'system', executablePath }
  }
  return undefined
}

async function packagedBrowser(
  env: Readonly<NodeJS.ProcessEnv>,
  platform: NodeJS.Platform,
): Promise<Place | undefined> {
  if (!runsPackaged(platform)) return undefined
  try {
    const unpacked = await findSparticuzChromium(env)
    return unpacked && { source: '@sparticuz/chromium', ...unpacked }
  } catch (cause) {
    throw new ContrailError(
      'BROWSER_NOT_FOUND',
      `@sparticuz/chromium is installed but could not be unpacked: ${messageOf(cause)}`,
      { cause, details: { source: '@sparticuz/chromium' } },
    )
  }
}

function runsPackaged(platform: NodeJS.Platform): boolean {
  return platform === 'linux' && process.arch === 'x64'
}

const cures = {
  path: 'set CONTRAIL_BROWSER (or CHROME_PATH) to the executable of a Chrome or Chromium',
  playwright: 'let Playwright install one: npx playwright install chromium',
  system: "install Chrome, Chromium or Edge the system's way, e.g. apt-get install chromium",
  npm: 'add the one that comes with npm (Linux x64): npm install @sparticuz/chromium',
}

function nothingFound(): ContrailError {
  const all = Object.values(cures)
  const list = all.map((cure, index) => `  ${index + 1}. ${cure}`).join('\n')
  return new ContrailError('BROWSER_NOT_FOUND', `no browser was found. One of these helps:\n${list}`, {
    details: { cures: all },
  })
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK)
    return (await stat(file)).isFile()
  } catch {
    return false // absent, or not ours to run: either way not a browser we can start
  }
}
