import { present, type ImageReference, type Step } from '@contrail/core'
import type { PageEventView } from './model.ts'

type Fields = Readonly<Record<string, unknown>>
const textLimit = 4_000

/** Tell what the page did by itself during a step. What it is not known to be is told by its kind. */
export function pageEventsOf(step: Step<ImageReference>, atMs: (time: string) => number | undefined): PageEventView[] {
  const { environment } = step as { environment?: unknown }
  if (!Array.isArray(environment)) return []
  return environment.flatMap((event: unknown): PageEventView[] => {
    if (typeof event !== 'object' || event === null) return []
    const fields = event as Fields
    const { kind, count, at } = fields
    if (typeof kind !== 'string') return []
    return [
      present({
        kind,
        failed: isFailure(kind, fields),
        text: textOf(kind, fields).slice(0, textLimit),
        count: typeof count === 'number' ? count : undefined,
        atMs: typeof at === 'string' ? atMs(at) : undefined,
      }),
    ]
  })
}

function isFailure(kind: string, { status, level, failure }: Fields): boolean {
  if (kind === 'response' || kind === 'navigation') return typeof status === 'number' && status >= 400
  if (kind === 'console') return level === 'error'
  if (kind === 'download') return failure !== undefined
  return ['request_failed', 'page_error', 'page_crashed'].includes(kind)
}

function textOf(kind: string, fields: Fields): string {
  const say = (...keys: readonly string[]): string =>
    keys
      .flatMap((key) => (['string', 'number', 'boolean'].includes(typeof fields[key]) ? [String(fields[key])] : []))
      .filter((text) => text !== '')
      .join(' ')
  const took = typeof fields['durationMs'] === 'number' ? ` in ${Math.round(fields['durationMs'])} ms` : ''
  if (kind === 'navigation') return [say('from'), say('to')].filter(Boolean).join(' → ')
  if (kind === 'response') return `${say('method', 'requestUrl', 'status', 'statusText')}${took}`
  if (kind === 'request_failed') return `${say('method', 'requestUrl')}: ${say('failure')}`
  if (kind === 'console') return `${say('level')}: ${say('text')}`
  if (kind === 'page_error') return say('message')
  if (kind === 'download') return say('suggestedName', 'requestUrl', 'failure')
  if (kind === 'websocket') return say('state', 'requestUrl')
  if (kind === 'omitted') return `left out: ${countsOf(fields['counts'])}`
  return say('pageId', 'url')
}

function countsOf(counts: unknown): string {
  if (typeof counts !== 'object' || counts === null) return 'more'
  return Object.entries(counts)
    .map(([kind, count]) => `${String(count)} ${kind}`)
    .join(', ')
}
