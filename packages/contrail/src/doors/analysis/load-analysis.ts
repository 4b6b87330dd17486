import { ContrailError } from '@contrail/core'

/**
 * Load the package that this door opens: an optional one, since the database in it weighs 70 MB.
 *
 * @throws {ContrailError} PACKAGE_MISSING, with the line that installs it
 */
export async function loadAnalysis(): Promise<typeof import('@contrail/analysis')> {
  try {
    return await import('@contrail/analysis')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause
    throw new ContrailError(
      'PACKAGE_MISSING',
      'contrail/analysis needs its own package: npm install @contrail/analysis',
      {
        cause,
        details: { package: '@contrail/analysis' },
      },
    )
  }
}
