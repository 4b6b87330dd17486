import type { EnvironmentEntry, PageEvent } from '@contrail/core'
import { expect } from 'vitest'
import { fold } from '../probe/schedules/fold.ts'
import type { keepEvents } from '../support/live-page.ts'

type Kept = ReturnType<typeof keepEvents>

/** Wait until an event came, however slow the machine is. */
export async function until({ of }: Kept, isIt: (event: PageEvent) => boolean): Promise<void> {
  await expect.poll(() => of('page_event').some(isIt), { timeout: 15_000 }).toBe(true)
}

/** What was told of each step, each event in a few words. */
export function told({ events }: Kept): string[][] {
  return fold(events).trajectory.steps.map(({ environment }) => (environment ?? []).map(inWords))
}

function inWords(event: EnvironmentEntry): string {
  const path = (url: string): string => url.replace(/^https?:\/\/[^/]*/, '')
  switch (event.kind) {
    case 'response':
      return `${event.method} ${path(event.requestUrl)} ${event.status}`
    case 'request_failed':
      return `${path(event.requestUrl)} ${event.failure}`
    case 'navigation':
      return `to ${path(event.to)}${event.sameDocument ? ' within' : ''} ${event.status ?? ''}`.trim()
    case 'console':
      return `${event.level} ${event.text}`
    case 'page_error':
      return `threw ${event.message}`
    case 'download':
      return `download ${event.suggestedName}`
    case 'websocket':
      return `socket ${event.state}`
    case 'page_opened':
    case 'page_closed':
    case 'page_crashed':
    case 'unknown':
    case 'omitted':
      return 'pageId' in event ? `${event.kind} ${event.pageId}` : event.kind
  }
}
