const mostAnswers = 2_000
const longestText = 100

/**
 * Give the same answer to the same text without reading it again: keys and values repeat from event to event.
 * What a page holds is without limit, so the memory has one: 2,000 texts of up to 100 characters.
 */
export function remember<T>(read: (text: string) => T): (text: string) => T {
  const answers = new Map<string, T>()
  return (text) => {
    const known = answers.get(text)
    if (known !== undefined || answers.has(text)) return known as T
    const answer = read(text)
    if (answers.size < mostAnswers && text.length <= longestText) answers.set(text, answer)
    return answer
  }
}
