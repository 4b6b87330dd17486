import { Usage } from '@contrail/core'

// Single values of a recording as everybody may see them. A recording may come from anybody, so what is kept is known by what it
// is, and not by the field it stands in.

/** Stands where there was something. */
export const leftOut = '(left out)'

const methods: ReadonlySet<string> = new Set('GET HEAD POST PUT PATCH DELETE OPTIONS TRACE CONNECT'.split(' '))
const resourceTypes: ReadonlySet<string> = new Set(
  'document stylesheet image media font script texttrack xhr fetch eventsource websocket manifest ping other'.split(
    ' ',
  ),
)
/** The reasons of gaps that Contrail gives itself. */
const gapReasons: ReadonlySet<string> = new Set([
  ...'timeout late failed page_closed page_crashed page_too_large dialog_open view_changed no_body mask_failed'.split(
    ' ',
  ),
  ...'queue_full invalid_event invalid_step duplicate_step missing_step step_unreadable journal_hole aria_missing'.split(
    ' ',
  ),
  ...'frame_missing frame_write_failed attachment_missing attachment_too_large attachment_write_failed'.split(' '),
  ...'text_cut data_cut episode_aborted episode_mismatch step_after_done final_tree_missing page_start_missed'.split(
    ' ',
  ),
])
const usageKeys: ReadonlySet<string> = new Set(Object.keys(Usage.shape))

/** The name of an action: up to three words. Of what says more only the first word. */
export function publicAction(name: string): string {
  if (/^[\p{L}\p{N}_.-]{1,40}(?: [\p{L}\p{N}_.-]{1,40}){0,2}$/u.test(name)) return name
  const [word] = /^[\p{L}\p{N}_.-]{1,40}/u.exec(name) ?? []
  return word === undefined ? leftOut : `${word}…`
}

/** A role of a node, which is one word in small letters. */
export function publicRole(role: unknown): string | undefined {
  if (role === undefined) return undefined
  return typeof role === 'string' && /^[a-z]{1,30}$/.test(role) ? role : leftOut
}

/** A word of a request that is one of HTTP's. */
export function publicMethod(method: string): string {
  return methods.has(method) ? method : leftOut
}

/** The kind of what was asked for, as browsers name it. */
export function publicResourceType(type: string): string {
  return resourceTypes.has(type) ? type : 'other'
}

/** A reason that captures and recorders give; others may be words of anybody. */
export function publicReason(reason: string): string {
  return gapReasons.has(reason) ? reason : leftOut
}

/** A moment in ISO form, and nothing that only stands in its place. */
export function publicMoment(moment: unknown): string | undefined {
  const isMoment =
    typeof moment === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/.test(moment)
  return isMoment ? moment : undefined
}

/** A number that is one. */
export function publicNumber(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}

/** The numbers of an object under the given names, and nothing else of it; undefined where one is missing. */
export function publicNumbers<Name extends string>(
  value: unknown,
  names: readonly Name[],
): Record<Name, number> | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const kept = names.flatMap((name) => {
    const number = publicNumber((value as Record<string, unknown>)[name])
    return number === undefined ? [] : [[name, number] as const]
  })
  return kept.length === names.length ? (Object.fromEntries(kept) as Record<Name, number>) : undefined
}

/** Counts of tokens under the names that they are known by. */
export function publicUsage(usage: unknown): Record<string, number> {
  if (typeof usage !== 'object' || usage === null) return {}
  return publicCounts(usage, usageKeys)
}

/** Counts under names that are known. */
export function publicCounts(counts: object, known: ReadonlySet<string>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(counts).filter(([name, value]) => known.has(name) && typeof value === 'number'),
  )
}

/** Plain data with every text in it, keys too, said in another way. */
export function withTexts(value: unknown, say: (text: string) => string): unknown {
  if (typeof value === 'string') return say(value)
  if (Array.isArray(value)) return value.map((item) => withTexts(item, say))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [say(key), withTexts(item, say)]))
}
