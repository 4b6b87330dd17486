/** Playwright's runtime. */
export type Playwright = typeof import('playwright')

/**
 * Load Playwright, which a user who only records never needs.
 *
 * @returns undefined when it is not installed
 * @throws what it throws itself when it is installed and broken
 */
export async function loadPlaywright(): Promise<Playwright | undefined> {
  try {
    return await import('playwright')
  } catch (error) {
    if (isMissingPackage(error)) return undefined
    throw error
  }
}

function isMissingPackage(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    // The second where a bundle has made a `require` of it.
    ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes(String(error.code)) &&
    /'playwright'/.test(error.message)
  )
}
