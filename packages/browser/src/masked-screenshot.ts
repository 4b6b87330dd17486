import type { Page } from 'playwright'
import { coverFields } from './cover-fields.ts'
import { systemClock } from './environment.ts'
import { inTurn } from './in-turn.ts'
import { MaskError } from './mask-error.ts'
import { isBare, scanFields, type FieldScan } from './scan-fields.ts'
import { takeScreenshot, type Screenshot } from './screenshot.ts'
import type { SeenSecrets } from './seen-secrets.ts'

/** A picture in which fields for secrets may be covered. */
export interface MaskedScreenshot extends Screenshot {
  /** Something was covered. */
  readonly masked?: true
}

const mostTries = 3

/**
 * Take a picture with every field for a secret covered.
 *
 * Invariant: fields are found and covered before the picture, and looked for again after it. The picture counts only when
 * every field that is there then was covered, in the documents that were there before; else another is taken, three times at
 * most.
 *
 * @param options.first a look that went out just now, in place of the first one
 * @throws {MaskError} when they would not stay covered
 * @throws what Playwright throws
 */
export async function takeMaskedScreenshot(
  page: Page,
  options: {
    scale: 'css' | 'device'
    timeoutMs: number
    seen: SeenSecrets
    first?: Promise<FieldScan> | undefined
  },
): Promise<MaskedScreenshot> {
  const { scale, timeoutMs, seen } = options
  const deadline = systemClock.monotonicMs() + timeoutMs
  const leftMs = (): number => Math.max(1, deadline - systemClock.monotonicMs())
  for (let tries = 0; tries < mostTries; tries += 1) {
    const shot = await inTurn(page, leftMs(), async (): Promise<MaskedScreenshot | undefined> => {
      const first = await ((tries === 0 ? options.first : undefined) ?? scanFields(page, seen, leftMs()))
      const before = isBare(first) ? first : await scanFields(page, seen, leftMs(), { isIndexed: true })
      const covered = await coverFields(before)
      try {
        const taken = await takeScreenshot(page, { scale, timeoutMs: leftMs(), mask: covered.locators })
        const after = await scanFields(page, seen, leftMs())
        if (!stayedCovered(before, after)) return undefined
        return covered.count > 0 ? { ...taken, masked: true } : taken
      } finally {
        await covered.uncover()
      }
    })
    if (shot) return shot
  }
  throw new MaskError('the fields for secrets did not stay covered')
}

function stayedCovered(before: FieldScan, after: FieldScan): boolean {
  const documents = new Map(before.frames.map(({ frame, documentId }) => [frame, documentId]))
  const hidden = new Set(before.unread)
  return (
    after.frames.every(
      ({ frame, documentId, fields }) =>
        (documents.get(frame) ?? documentId) === documentId && fields.every(({ isCovered }) => isCovered),
    ) && after.unread.every((frame) => hidden.has(frame))
  )
}
