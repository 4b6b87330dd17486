import { isPageFailure, type PageEvent } from '@contrail/core'

/** The most events between two steps, and the most bytes of their JSON: of what failed, and as many again of all else. */
const [mostEvents, mostBytes] = [200, 64 * 1024]

/**
 * Holds back what a page does too much of between two steps of the agent: equal events one after the other are the first one and
 * one more with a count, and of the others those beyond 200 or 64 KB are only counted. What failed has a room of its own.
 */
export interface EventFlow {
  take(event: PageEvent): void
  /** Emit what was counted so far, and begin anew. */
  flush(): void
}

/** Begin with nothing counted. */
export function createEventFlow(emit: (event: PageEvent) => void): EventFlow {
  let rooms = [emptyRoom(), emptyRoom()] as const
  let last: { readonly event: PageEvent; readonly text: string; readonly isKept: boolean } | undefined
  let repeats = 0
  let lastOmitted: PageEvent | undefined
  const omitted = new Map<string, number>()

  const tellRepeats = (): void => {
    if (repeats > 0 && last) emit({ ...last.event, count: repeats })
    repeats = 0
  }
  const omit = (event: PageEvent): void => {
    omitted.set(event.kind, (omitted.get(event.kind) ?? 0) + 1)
    lastOmitted = event
  }

  return {
    take: (event) => {
      const text = JSON.stringify({ ...event, at: undefined })
      if (last?.text === text) {
        if (last.isKept) repeats += 1
        else omit(event)
        return
      }
      tellRepeats()
      const room = rooms[isPageFailure(event) ? 0 : 1]
      const isKept = room.events < mostEvents && room.bytes + text.length <= mostBytes
      last = { event, text, isKept }
      if (!isKept) return omit(event)
      room.events += 1
      room.bytes += text.length
      emit(event)
    },
    flush: () => {
      tellRepeats()
      if (lastOmitted) {
        const { url, pageId, at } = lastOmitted
        emit({ kind: 'omitted', url, pageId, at, counts: Object.fromEntries(omitted) })
      }
      rooms = [emptyRoom(), emptyRoom()]
      last = undefined
      lastOmitted = undefined
      omitted.clear()
    },
  }
}

function emptyRoom(): { events: number; bytes: number } {
  return { events: 0, bytes: 0 }
}
