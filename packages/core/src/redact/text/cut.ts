/**
 * The marks at the end of a text that was cut before it came here: an error or an aria tree of ours, one of
 * Stagehand's.
 */
const marks = ['... [truncated]', '\n\n[TRUNCATED: ', '\n\n[CONTENT TRUNCATED at ']
const longestMark = 120
/** Behind these a word begins, in prose and in JSON. No token has a character beyond ASCII, so one may end behind any. */
const boundary = /[\s,{[\u0080-\ud7ff\udc00-\uffff]/

/**
 * The beginning of a text, cut between words and never inside one: half of a token is known by nothing any more, and would
 * be stored. A secret that holds spaces is known by what is left of it, where the cut is marked; see {@link endBeforeCut}.
 *
 * @param longest in UTF-16 units; what comes out is as long at most, and empty where the first word is longer
 */
export function beginningOf(text: string, longest: number): string {
  if (text.length <= longest) return text
  let end = Math.floor(longest)
  if (/\s/.test(text[end] ?? '')) return text.slice(0, end)
  while (end > 0 && !boundary.test(text[end - 1]!)) end -= 1
  return text.slice(0, end)
}

/** The end of a text that was cut, before the mark that says so; `undefined` for a whole one. */
export function endBeforeCut(text: string): number | undefined {
  if (!text.endsWith(']')) return undefined
  const tail = text.slice(-longestMark)
  const at = Math.max(...marks.map((mark) => tail.lastIndexOf(mark)))
  return at < 0 ? undefined : text.length - tail.length + at
}
