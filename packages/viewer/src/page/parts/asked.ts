import { useEffect, useState } from 'preact/hooks'

/**
 * The answer to an asynchronous question; undefined until then. An answer that comes when something else is asked already is passed
 * over.
 *
 * @param of asked anew when one of these is another
 */
export function useAnswer<T>(ask: () => Promise<T>, of: readonly unknown[]): T | undefined {
  const [answer, setAnswer] = useState<T | undefined>(undefined)
  useEffect(() => {
    let isGone = false
    setAnswer(undefined)
    void ask().then((found) => isGone || setAnswer(() => found))
    return () => {
      isGone = true
    }
  }, of)
  return answer
}
