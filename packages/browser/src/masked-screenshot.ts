import type { Frame, Page } from 'playwright'
import { coverFields, type Covered } from './cover-fields.ts'
import { systemClock } from './page/system.ts'
import { inTurn } from './in-turn.ts'
import { MaskError } from './mask-error.ts'
import { isBare, scanFields, type FieldScan } from './secrets/scan-fields.ts'
import { takeScreenshot, type Screenshot } from './picture/screenshot.ts'
import type { SeenSecrets } from './secrets/seen-secrets.ts'

/** A picture in which fields for secrets may be covered. */
export interface MaskedScreenshot extends Screenshot {
  /** Something was covered. */
  readonly masked?: true
}

const mostTries = 3
/** A look that is older when the picture's turn comes is taken again. */
const freshMs = 50

/**
 * Take a picture with every field for a secret covered.
 *
 * Invariant: fields are found and covered before the picture, and looked for again after it. The picture counts only when
 * every field that is there then was covered, in the documents that were there before; else another is taken, three times at
 * most.
 *
 * @param options.first a look at the fields that went out just now, in place of the first one
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
  const calledMs = systemClock.monotonicMs()
  const deadline = calledMs + timeoutMs
  const leftMs = (): number => Math.max(1, deadline - systemClock.monotonicMs())
  const take = async (first: Promise<FieldScan> | undefined): Promise<MaskedScreenshot | undefined> => {
    const scan = (): Promise<FieldScan> => scanFields(page, seen, leftMs())
    let found: FieldScan | undefined
    let covered: Covered | undefined
    let covering: Promise<{ isStill: boolean }> | undefined
    let after: FieldScan | undefined
    const cover = async (): Promise<{ isStill: boolean }> => {
      found = await (first ?? scan())
      if (isBare(found)) return found
      covered = await coverFields(found)
      return { isStill: false }
    }
    const lookAgain = async (): Promise<void> => {
      after = await scan()
    }
    try {
      const before = (): Promise<{ isStill: boolean }> => (covering = cover())
      const taken = await takeScreenshot(page, { scale, timeoutMs: leftMs(), before, after: lookAgain })
      if (!found || !after || !stayedCovered(found, after, covered?.hidden)) return undefined
      return covered ? { ...taken, masked: true } : taken
    } finally {
      await covering?.catch(() => {}) // told already; what is being covered still must be uncovered
      await covered?.uncover()
    }
  }

  for (let tries = 0; tries < mostTries; tries += 1) {
    try {
      const shot = await inTurn(page, leftMs(), () => {
        const isFresh = tries === 0 && systemClock.monotonicMs() - calledMs < freshMs
        return take(isFresh ? options.first : undefined)
      })
      if (shot) return shot
    } catch (error) {
      if (!(error instanceof MaskError)) throw error
    }
  }
  throw new MaskError('the fields for secrets did not stay covered')
}

/** @param hidden frames that nothing is to be seen of */
function stayedCovered(before: FieldScan, after: FieldScan, hidden: ReadonlySet<Frame> = new Set()): boolean {
  const documents = new Map(before.frames.map(({ frame, documentId }) => [frame, documentId]))
  return (
    after.frames.every(
      ({ frame, documentId, fields }) =>
        hidden.has(frame) ||
        ((documents.get(frame) ?? documentId) === documentId && fields.every(({ isCovered }) => isCovered)),
    ) && after.unread.every((frame) => hidden.has(frame))
  )
}
