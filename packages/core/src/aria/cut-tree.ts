/** The note of a look that has a budget, ours or Stagehand's, and the mark of an event that was too large. */
const cutMark = /(?:\n\n\[(?:CONTENT )?TRUNCATED[^\n]{1,100}\]|\[\$truncated \d{1,15} characters\])$/

/** Tell if an aria tree was cut: then it says of nothing that the page has it not. */
export function isCutTree(tree: string): boolean {
  return cutMark.test(tree.slice(-150))
}
