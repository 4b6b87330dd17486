const mostAnswers = 2_000
const longestText = 100

/** Changes texts, and may be told to read each of them again. */
export interface RememberingChange {
  (text: string): string
  /** Forget which texts were left as they were: they may be changed from now on. */
  forget(): void
}

/**
 * Pass over texts that a change has left as they were: names, addresses and labels come back with every event. As
 * {@link remember} has, the memory has a limit, and a full one begins anew.
 */
export function rememberUnchanged(change: (text: string) => string): RememberingChange {
  const unchanged = new Set<string>()
  function read(text: string): string {
    if (text.length > longestText) return change(text)
    if (unchanged.has(text)) return text
    const changed = change(text)
    if (changed === text) {
      if (unchanged.size >= mostAnswers) unchanged.clear()
      unchanged.add(text)
    }
    return changed
  }
  read.forget = (): void => unchanged.clear()
  return read
}

/**
 * Give the same answer to the same text without reading it again: keys and values repeat from event to event.
 * What a page holds is without limit, so the memory has one: 2,000 texts of up to 100 characters. A full one begins
 * anew, so that a page of many names makes no later one slow.
 */
export function remember<T>(read: (text: string) => T): (text: string) => T {
  const answers = new Map<string, T>()
  return (text) => {
    const known = answers.get(text)
    if (known !== undefined || answers.has(text)) return known as T
    const answer = read(text)
    if (text.length > longestText) return answer
    if (answers.size >= mostAnswers) answers.clear()
    answers.set(text, answer)
    return answer
  }
}
