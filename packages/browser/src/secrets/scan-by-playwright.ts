import type { Page } from 'playwright'
import { callQuietly } from '../page/cdp-session.ts'
import { toSource } from '../page/world.ts'
import { readFields, type ReadFields } from '../fields/read-fields.ts'
import type { ReadParts } from './read-parts.ts'
import { certainSelectors, fieldSelector, fieldTags } from './sensitive-fields.ts'

const budgetMs = 10

/**
 * Read the fields of a page in a browser that has no session for us. That is done among the scripts of the page, which may say what
 * they want: fields are found for the sake of texts, and nothing is taken for complete, so no picture is kept.
 */
export async function scanByPlaywright(page: Page): Promise<ReadParts> {
  const selectors = { selector: fieldSelector, tags: fieldTags, certainSelectors }
  const options = { ...selectors, budgetMs, isBrief: false, isInner: false, isAlone: true }
  const source = `${toSource(readFields)}(${JSON.stringify(options)})`
  const found = await Promise.allSettled(
    page.frames().map((frame) => callQuietly(page, () => frame.evaluate<ReadFields>(source))),
  )
  if (found[0]?.status === 'rejected') throw found[0].reason
  const read = found.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  return {
    parts: read.map((one) => ({ read: { ...one, isShownRead: false }, toPage: async () => undefined })),
    isRead: read.length === found.length,
  }
}
