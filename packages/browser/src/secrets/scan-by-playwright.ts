import { withTimeLimit } from '@contrail/core'
import type { Frame, Page } from 'playwright'
import { callQuietly } from '../page/cdp-session.ts'
import { callInPlaywright } from '../page/playwright-world.ts'
import { toSource } from '../page/world.ts'
import { readFields, type ReadFields, type ReadOptions } from '../fields/read-fields.ts'
import { innerFrameLimitMs, optionsOf, type ReadParts } from './read-parts.ts'
import { listenByPlaywright } from './typing.ts'

/**
 * Read the fields of a page in a browser that has no session for us, in the world that Playwright keeps for itself. Nobody tells there
 * where a frame of another origin stands, so a secret that can be read in it costs the picture.
 *
 * Where there is no such world either, that is done among the scripts of the page, which may say what they want: fields are found for
 * the sake of texts, and nothing is taken for complete, so no picture is kept.
 *
 * @param budgetMs the time that each document may take
 * @throws what the browser says when the page itself does not answer
 */
export async function scanByPlaywright(
  page: Page,
  { limitMs, budgetMs }: { limitMs: number; budgetMs: number },
): Promise<ReadParts> {
  listenByPlaywright(page)
  const main = page.mainFrame()
  const own = (await readIn(main, { isInner: false, budgetMs }))!
  const others = own.documents >= page.frames().length ? [] : page.frames().filter((frame) => frame !== main)
  const frameLimitMs = Math.min(limitMs, innerFrameLimitMs)
  const inner = await Promise.allSettled(
    others.map((frame) => withTimeLimit(frameLimitMs, () => readIn(frame, { isInner: true, budgetMs }))),
  )
  const read = inner.flatMap((one) => (one.status === 'fulfilled' && one.value ? [one.value] : []))
  return {
    parts: [{ read: own, toPage: async (box) => box }, ...read.map((one) => ({ read: one, toPage: async () => null }))],
    isRead: inner.every(({ status }) => status === 'fulfilled'),
  }
}

/** @returns null for a frame that is read with the document around it */
async function readIn(frame: Frame, how: Pick<ReadOptions, 'isInner' | 'budgetMs'>): Promise<ReadFields | null> {
  const options = optionsOf(how)
  const apart = await callInPlaywright(frame, readFields, options)
  if (apart !== undefined) return apart
  const alone = JSON.stringify({ ...options, isInner: false, isAlone: true })
  const read = await callQuietly(frame.page(), () => frame.evaluate<ReadFields>(`${toSource(readFields)}(${alone})`))
  return { ...read, isShownRead: false }
}
