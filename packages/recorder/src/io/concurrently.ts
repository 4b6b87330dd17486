/** As many as keep the threads of the disk busy, and few enough that a failure is told soon. */
const together = 16

/**
 * Do something with every item, several at a time and in no certain order: for work on a disk of which each part waits
 * far longer than it works. After a failure nothing more is begun, and the failure is told when everything that was begun
 * is over.
 */
export async function severalAtOnce<T>(items: Iterable<T>, work: (item: T) => Promise<void>): Promise<void> {
  const left = items[Symbol.iterator]()
  let hasFailed = false
  let failure: unknown
  const worker = async (): Promise<void> => {
    for (let next = left.next(); !next.done && !hasFailed; next = left.next()) {
      try {
        await work(next.value)
      } catch (cause) {
        if (!hasFailed) failure = cause
        hasFailed = true
      }
    }
  }
  await Promise.all(Array.from({ length: together }, worker))
  if (hasFailed) throw failure
}
