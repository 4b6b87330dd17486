/**
 * Do something with each item, some at a time, in their order. When it is aborted none is begun any more, and those under way are waited for.
 *
 * @throws the reason of the signal, or what the work threw first
 */
export async function forEachOf<Item>(
  items: Iterable<Item>,
  atOnce: number,
  signal: AbortSignal,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = items[Symbol.iterator]()
  const failures: unknown[] = []
  const worker = async (): Promise<void> => {
    for (let next = left.next(); next.done !== true; next = left.next()) {
      if (signal.aborted || failures.length > 0) return
      await work(next.value).catch((cause: unknown) => failures.push(cause))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  signal.throwIfAborted()
  if (failures.length > 0) throw failures[0]
}
