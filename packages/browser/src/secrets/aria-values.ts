import type { Page } from 'playwright'
import { LookError } from '../page/failure.ts'
import { scanFields, valuesOf, type FieldScan } from './scan-fields.ts'
import { placeholderOf, type SeenSecret, type SeenSecrets } from './seen-secrets.ts'

const mostTries = 3

/**
 * Read an aria tree without the values of the fields for secrets, which Playwright prints: in the line of the field, and in the
 * name of a row or cell around it.
 *
 * Invariant: the values are read before the tree and after it, there of all frames, and are the same: nothing was typed in
 * between. For a tree of what shows the fields that show do.
 *
 * @param options.first a look at the fields that went out just now, in place of the first one
 * @throws {LookError} `mask_failed` when they would not stay the same, three times
 * @throws what `read` or the browser throws
 */
export async function readMaskedAriaTree<T extends { tree: string; isPartial: boolean }>(
  page: Page,
  read: (scan: FieldScan) => Promise<T>,
  { seen, timeoutMs, first }: { seen: SeenSecrets; timeoutMs: number; first?: Promise<FieldScan> | undefined },
): Promise<T & { title: string | undefined }> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const before = await ((tries === 0 ? first : undefined) ?? scanFields(page, seen, timeoutMs))
    const found = await read(before)
    const after = await scanFields(page, seen, timeoutMs)
    const isRead = found.isPartial ? before.isShownRead && after.isShownRead : after.isAllRead
    const values = valuesOf(after)
    if (isRead && JSON.stringify(valuesOf(before)) === JSON.stringify(values)) {
      return { ...found, tree: maskAriaTree(found.tree, values, seen), title: after.title }
    }
  }
  throw new LookError('mask_failed', 'the fields for secrets kept changing, or could not all be read')
}

/**
 * A tree that somebody else has read just now, without the values that stand in fields for secrets.
 *
 * @returns undefined when not all fields could be read
 */
export function maskGivenAriaTree(ariaTree: string, scan: FieldScan, seen: SeenSecrets): string | undefined {
  return scan.isAllRead ? maskAriaTree(ariaTree, valuesOf(scan), seen) : undefined
}

/** Replace values in an aria tree: short ones, too, where one is all that stands in a field. The tree stays one. */
function maskAriaTree(ariaTree: string, values: readonly SeenSecret[], seen: SeenSecrets): string {
  const short = new Map(values.filter(({ value }) => value.length <= 3).map((secret) => [secret.value, secret]))
  const lines =
    short.size === 0
      ? ariaTree
      : ariaTree
          .split('\n')
          .map((line) => maskShortValue(line, short))
          .join('\n')
  // A value that begins with a bracket has quotes, else it would be a list.
  return seen.mask(lines, values).replace(/: (\[redacted:[a-z_]+:0{8}\])$/gm, ': "$1"')
}

function maskShortValue(line: string, short: ReadonlyMap<string, SeenSecret>): string {
  const isField = /^ *- '?(?:textbox|searchbox|spinbutton|combobox|text)\b/.test(line)
  const colon = isField ? line.lastIndexOf(': ') : -1
  if (colon < 0) return line
  const value = line.slice(colon + 2).replace(/^(["'])(.*)\1$/, '$2')
  const secret = short.get(value)
  return secret ? `${line.slice(0, colon)}: "${placeholderOf(secret)}"` : line
}
