import {
  joinDialogs,
  pageFailuresIn,
  type Dialog,
  type EnvironmentEntry,
  type Observation,
  type Step,
  type Trajectory,
} from '@contrail/core'
import { formatCount } from '../../terminal/format.ts'
import { shortUrl } from '../facts/words.ts'

/** Tell what went wrong on the page during a step, each in a few words; what happened several times is said once. */
export function tellPageFailures({ environment = [] }: Step): string[] {
  const told = pageFailuresIn(environment).map(describe)
  // The console repeats what the answer itself says better.
  const own = told.filter((words) => !words.startsWith('console error "Failed to load resource: '))
  return [...new Set(own)]
}

function describe(event: EnvironmentEntry): string {
  const times = 'count' in event && event.count !== undefined ? ` × ${event.count}` : ''
  return `${inWords(event)}${times}`
}

function inWords(event: EnvironmentEntry): string {
  switch (event.kind) {
    case 'response': {
      const { method, requestUrl, status, durationMs } = event
      return `${method} ${shortUrl(requestUrl)} ${status} in ${Math.round(durationMs)} ms`
    }
    case 'request_failed':
      return `${event.method} ${shortUrl(event.requestUrl)} ${event.failure}`
    case 'navigation':
      return `${shortUrl(event.to)} ${event.status}`
    case 'console':
      return `console error "${event.text}"`
    case 'page_error':
      return `script error "${event.message}"`
    case 'download':
      return `download ${event.suggestedName} ${event.failure}`
    case 'websocket':
      return `socket ${event.requestUrl} failed`
    case 'page_crashed':
      return 'the page crashed'
    case 'page_opened':
    case 'page_closed':
    case 'unknown':
    case 'omitted':
      return event.kind
  }
}

/**
 * Tell the dialogs of looks, in their order, each in a few words; one that a later look saw answered is told once, and one of
 * another page than was looked at says which.
 */
export function tellDialogs(looks: readonly (Pick<Observation, 'dialogs' | 'pageId'> | undefined)[]): string[] {
  const told = looks.reduce<readonly Dialog[]>((before, look) => joinDialogs(before, look?.dialogs) ?? [], [])
  const beside = new Set(
    looks.flatMap((look) => look?.dialogs?.filter(({ pageId = look.pageId }) => pageId !== look.pageId) ?? []),
  )
  return told.map((dialog) => {
    const { type, message, answered = 'open', text, pageId } = dialog
    const typed = text === undefined ? '' : ` with "${text}"`
    return `${type} "${message}" ${answered}${typed}${beside.has(dialog) ? ` on ${pageId}` : ''}`
  })
}

/** Sum up what the pages did in a whole run: requests, how many failed, errors on the console and in scripts, tabs. */
export function sumPageEvents({ initialEnvironment = [], initialObservation, steps }: Trajectory): string[] {
  const events = [...initialEnvironment, ...steps.flatMap(({ environment = [] }) => environment)]
  if (events.length === 0) return []
  const sum = { request: 0, failed: 0, console: 0, script: 0, left: 0 }
  const tabs = new Set(
    [initialObservation, ...steps.map(({ probeEvidence }) => probeEvidence)].flatMap(
      (look) => look?.tabs?.map(({ pageId }) => pageId) ?? [],
    ),
  )
  const failures = new Set(pageFailuresIn(events))
  for (const event of events) {
    if (event.kind === 'omitted') {
      for (const [kind, count] of Object.entries(event.counts)) {
        if (kind === 'response' || kind === 'request_failed') sum.request += count
        else sum.left += count
      }
      continue
    }
    if (event.pageId) tabs.add(event.pageId)
    const count = event.count ?? 1
    const isRequest = event.kind === 'response' || event.kind === 'request_failed'
    if (isRequest) sum.request += count
    if (isRequest && failures.has(event)) sum.failed += count
    if (event.kind === 'console' && event.level === 'error') sum.console += count
    if (event.kind === 'page_error') sum.script += count
  }
  return [
    formatCount(sum.request, 'request'),
    `${sum.failed} failed`,
    formatCount(sum.console, 'console error'),
    sum.script > 0 ? formatCount(sum.script, 'script error') : '',
    formatCount(tabs.size, 'tab'),
    sum.left > 0 ? `${sum.left} more events` : '',
  ].filter(Boolean)
}
