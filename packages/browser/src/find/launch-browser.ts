import { ContrailError } from '@contrail/core'
import type { Browser } from 'playwright'
import { locateBrowser, type FoundBrowser } from './find-browser.ts'
import { loadPlaywright } from './load-playwright.ts'

/** A running browser, to be closed by who launched it, and where it came from. */
export interface LaunchedBrowser {
  readonly browser: Browser
  readonly found: FoundBrowser
}

/**
 * Find a browser and start it with Playwright.
 *
 * @param options.headless default true
 * @param options.env where to look and what to start it with; default `process.env`
 * @param options.args more switches, after those the machine needs
 * @throws {ContrailError} PLAYWRIGHT_MISSING, BROWSER_NOT_FOUND, BROWSER_LAUNCH_FAILED
 * @example
 * const { browser } = await launchBrowser()
 * const fresh = await browser.newPage()
 * await browser.close()
 */
export async function launchBrowser(
  options: { headless?: boolean; env?: Readonly<NodeJS.ProcessEnv>; args?: readonly string[] } = {},
): Promise<LaunchedBrowser> {
  const { headless = true, env = process.env, args = [] } = options
  const playwright = await loadPlaywright()
  if (!playwright) {
    throw new ContrailError(
      'PLAYWRIGHT_MISSING',
      'starting a browser needs Playwright. Install it beside Contrail: npm install playwright',
    )
  }
  const found = await locateBrowser({ env, platform: process.platform })
  try {
    const browser = await playwright.chromium.launch({
      executablePath: found.executablePath,
      headless,
      args: [...found.args, ...args],
      env: { ...env, ...found.env },
    })
    return { browser, found: { ...found, version: browser.version() } }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause)
    throw new ContrailError(
      'BROWSER_LAUNCH_FAILED',
      `${found.executablePath} (${found.source}) did not start: ${reason}. Name another one in CONTRAIL_BROWSER.`,
      { cause, details: { ...found } },
    )
  }
}
