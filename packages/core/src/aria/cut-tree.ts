/** The note of a look that has a budget, ours or Stagehand's, and the mark of an event that was too large. */
const cutMark = /(?:\n\n\[(?:CONTENT )?TRUNCATED[^\n]{1,100}\]|\[\$truncated (?:\d{1,15} of )?\d{1,15} characters\])$/

const markLength = 150

/** Tell if an aria tree was cut: then it says of nothing that the page has it not. */
export function isCutTree(tree: string): boolean {
  return cutMark.test(tree.slice(-markLength))
}

/** Give the lines of a cut tree that are whole. */
export function wholeLinesOf(tree: string): string {
  const mark = cutMark.exec(tree.slice(-markLength))
  if (!mark) return tree
  const text = tree.slice(0, tree.length - mark[0].length)
  return text.slice(0, Math.max(text.lastIndexOf('\n'), 0))
}
