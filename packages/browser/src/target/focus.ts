import type { Page } from 'playwright'
import { openSession } from '../page/cdp-session.ts'
import type { Box } from '../page/page-tools.ts'
import { callInWorld, mainFrameOf, type WorldFunction } from '../page/world.ts'
import { createFieldReader, type FieldFacts, type FieldReader } from '../fields/field-facts.ts'
import { fieldSelector } from '../secrets/sensitive-fields.ts'
import { createElementReader, type ElementFacts, type FoundElements } from './element-facts.ts'

/** The element of a page's own document that has the focus. */
interface Focus {
  /** The same for one element as long as its document is there. */
  readonly id: string
  readonly facts: ElementFacts
  /** Null for what is no field. */
  readonly field: FieldFacts | null
  /** It may have a field in a closed shadow root. */
  readonly isHidden: boolean
  readonly box: Box
}

/**
 * Read what has the focus, in one call to our own world.
 *
 * @returns undefined where it may be in a frame, where the page is pinched, and in a browser without a session of ours
 * @throws what the browser says
 */
export async function readFocus(page: Page): Promise<Focus | 'nowhere' | undefined> {
  const session = await openSession(page)
  if (!session) return undefined
  return (await callInWorld(session, await mainFrameOf(session), focusOf, fieldSelector)) ?? undefined
}

type ElementReader = (elements: readonly Element[]) => FoundElements

const focusOf: WorldFunction<string, Focus | 'nowhere' | null, [FieldReader, ElementReader]> = {
  name: 'focusOf',
  using: [createFieldReader, createElementReader],
  create: ({ documentOf, focusedIn, matches, rectOf, tagOf, view }, { factsOf, mayHideField }, readElements) => {
    const prefix = String(Math.random())
    const ids = new WeakMap<Element, string>()
    let count = 0
    return (selector) => {
      const focused = focusedIn(document)
      if (!focused) return 'nowhere'
      if (/^(iframe|frame|object|embed)$/.test(tagOf(focused))) return null
      const isHidden = mayHideField(focused)
      if (!isHidden && !matches(focused, ':focus')) return 'nowhere'
      if (documentOf(focused) !== document || view().zoom !== 1) return null
      const id = ids.get(focused) ?? `${prefix} ${(count += 1)}`
      ids.set(focused, id)
      const { x, y, width, height } = rectOf(focused)
      return {
        id,
        facts: readElements([focused]).first!,
        field: matches(focused, selector) ? factsOf(focused) : null,
        isHidden,
        box: { x, y, width, height },
      }
    }
  },
}
