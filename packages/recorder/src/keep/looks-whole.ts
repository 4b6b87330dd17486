/** So many bytes of the beginning and of the end of a file tell whether it looks whole. */
export const edgeBytes = 64

/**
 * Tells whether a `trajectory.json` begins and ends as an object does: a list reads no whole one. It finds what is
 * torn, empty, or nulls after a power cut; the rest is for `check` to find.
 */
export function looksWhole(firstBytes: Uint8Array, lastBytes: Uint8Array): boolean {
  const head = Buffer.from(firstBytes).toString('latin1')
  const tail = Buffer.from(lastBytes).toString('latin1')
  // Where every level is indented, the last brace stands at the beginning of its line.
  return head.startsWith('{') && tail.trimEnd().endsWith(head.startsWith('{\n') ? '\n}' : '}')
}
