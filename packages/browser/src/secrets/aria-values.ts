import type { Page } from 'playwright'
import { LookError } from '../page/failure.ts'
import { scanFields, valuesOf, type FieldScan } from './scan-fields.ts'
import { isStrong, maskText, placeholderOf, type SeenSecret, type SeenSecrets } from './seen-secrets.ts'

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
    if (isRead && JSON.stringify(valuesOf(before)) === JSON.stringify(valuesOf(after))) {
      return { ...found, tree: maskAriaTree(found.tree, after, seen), title: after.title }
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
  return scan.isAllRead ? maskAriaTree(ariaTree, scan, seen) : undefined
}

/** Replace values in an aria tree: weak ones, too, where one is all that stands in a field. The tree stays one. */
function maskAriaTree(ariaTree: string, scan: FieldScan, seen: SeenSecrets): string {
  const values = [...valuesOf(scan), ...scan.texts]
  const weak = new Map(values.filter((secret) => !isStrong(secret)).map((secret) => [secret.value, secret]))
  const tree = weak.size === 0 ? ariaTree : maskWeakValues(ariaTree, weak, scan.alike)
  // A value that begins with a bracket has quotes, else it would be a list.
  return seen.mask(tree, values.filter(isStrong)).replace(/: (\[redacted:[a-z_]+:0{8}\])$/gm, ': "$1"')
}

/** Replace weak values where they are all that stands in a field, and in the names of the rows and cells around it. */
function maskWeakValues(ariaTree: string, weak: ReadonlyMap<string, SeenSecret>, alike: FieldScan['alike']): string {
  const lines = ariaTree.split('\n')
  /** The numbers of the lines around a line, the nearest last. */
  const around: number[] = []
  for (const [at, line] of lines.entries()) {
    const indent = indentOf(line)
    while (around.length > 0 && indentOf(lines[around.at(-1)!]!) >= indent) around.pop()
    const field = fieldIn(isTextLine.test(line) ? `${lines[around.at(-1) ?? -1] ?? ''}:` : line)
    const colon = field === undefined ? -1 : line.lastIndexOf(': ')
    const value = line.slice(colon + 2).replace(/^(["'])(.*)\1$/, '$2')
    const secret = colon < 0 ? undefined : weak.get(value)
    if (secret && !alike.get(value)?.has(field!)) {
      lines[at] = `${line.slice(0, colon)}: "${placeholderOf(secret)}"`
      for (const outer of around) lines[outer] = maskText(lines[outer]!, [secret])
    }
    around.push(at)
  }
  return lines.join('\n')
}

const isTextLine = /^ *- text: /

/** The name of the field of a line; empty for one without, undefined for a line of something else. */
function fieldIn(line: string): string | undefined {
  const [field, name = '""'] =
    /^ *- '?(?:textbox|searchbox|spinbutton|combobox)\b(?: ("(?:[^"\\]|\\.)*"))?/.exec(line) ?? []
  return field === undefined ? undefined : name.slice(1, -1).replaceAll('\\"', '"')
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length
}
