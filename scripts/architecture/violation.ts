/** One breach of a rule. */
export interface Violation {
  /** from the root of the repository */
  path: string
  /** from 1 */
  line: number
  /** a short name, e.g. `wrong-arrow` */
  rule: string
  /** what is wrong and what to do */
  advice: string
}

/** One line for a person, which editors and terminals turn into a link: `file:line rule: what to do`. */
export function toLine({ path, line, rule, advice }: Violation): string {
  return `${path}:${line} ${rule}: ${advice}`
}
