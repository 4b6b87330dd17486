import type { Page } from 'playwright'
import { scanFields, valuesOf } from './scan-fields.ts'
import type { SeenSecret, SeenSecrets } from './seen-secrets.ts'

/** How long a step may be held, before and after it, to look at the fields for secrets. */
const limitMs = 1_000
/** A shorter value stands in too many texts to say anything. */
const shortestTelling = 4

const mostTexts = 10_000
const deepest = 20

/** The values in the fields for secrets. Best effort, within a second at most: none where the page does not answer. */
export async function lookForSecrets(page: Page, seen: SeenSecrets, timeoutMs: number): Promise<readonly SeenSecret[]> {
  try {
    return valuesOf(await scanFields(page, seen, Math.min(limitMs, timeoutMs)))
  } catch {
    return [] // the step goes on, and the probe after it says what is wrong with the page
  }
}

/**
 * Whether the arguments of a step hold what stands in a field for a secret before or after it: a whole value, or, where the
 * step changed the value, a part of it.
 */
export function typesSecret(actionArgs: unknown, before: readonly SeenSecret[], after: readonly SeenSecret[]): boolean {
  if (before.length === 0 && after.length === 0) return false
  const texts = textsOf(actionArgs)
  const stood = new Set(before.map(({ value }) => value))
  const isHeld = ({ value }: SeenSecret): boolean =>
    texts.some((text) => text === value || (value.length >= shortestTelling && text.includes(value)))
  const isChangedBy = ({ value }: SeenSecret): boolean =>
    !stood.has(value) && texts.some((text) => text !== '' && (value.includes(text) || text.includes(value)))
  return before.some(isHeld) || after.some((secret) => isHeld(secret) || isChangedBy(secret))
}

/** Every text and number in a value. */
export function textsOf(value: unknown): string[] {
  const texts: string[] = []
  const collect = (item: unknown, depth: number): void => {
    if (texts.length >= mostTexts || depth > deepest) return
    if (typeof item === 'string' || typeof item === 'number') texts.push(String(item))
    if (typeof item !== 'object' || item === null || ArrayBuffer.isView(item)) return
    for (const inner of Object.values(item)) collect(inner, depth + 1)
  }
  try {
    collect(value, 0)
  } catch {
    // A getter that throws hides its own text only from this look; the recorder marks it.
  }
  return texts
}
