import { signal } from '@preact/signals'

/** The place that the address names: the list, or a step (from 1) of a recording. */
export type Route = { readonly run: string; readonly task: string; readonly step: number | undefined } | undefined

/** The place as it stands in the address. */
export const route = signal<Route>(undefined)

/** Read a fragment: `#/`, `#/<run>/<task>`, `#/<run>/<task>/<step>`; a token may follow. */
export function readFragment(fragment: string): { route: Route; token: string | undefined } {
  const [path = '', query = ''] = fragment.replace(/^#/, '').split('?', 2)
  const token = new URLSearchParams(query).get('token') ?? undefined
  const [run, task, step] = path.split('/').filter(Boolean).map(decode)
  if (run === undefined || task === undefined) return { route: undefined, token }
  const number = /^\d{1,7}$/.test(step ?? '') ? Number(step) : undefined
  return { route: { run, task, step: number === 0 ? undefined : number }, token }
}

/** The fragment of a place. */
export function toFragment(place: Route): string {
  if (!place) return '#/'
  const path = [place.run, place.task, ...(place.step === undefined ? [] : [String(place.step)])]
  return `#/${path.map(encodeURIComponent).join('/')}`
}

/** Go to a place; `replace` leaves no way back to the one before. */
export function goTo(place: Route, replace = false): void {
  const fragment = toFragment(place)
  if (fragment !== location.hash) history[replace ? 'replaceState' : 'pushState'](null, '', fragment)
  route.value = place
}

/**
 * Hear of the browser's own back and forward, and of what is typed into the address.
 *
 * @param hearToken is given the token of a link; it has left the address by then
 */
export function followAddress(hearToken: (token: string) => void): void {
  const read = (): void => {
    const asked = readFragment(location.hash)
    route.value = asked.route
    if (asked.token === undefined) return
    history.replaceState(null, '', toFragment(asked.route))
    hearToken(asked.token)
  }
  addEventListener('popstate', read)
  addEventListener('hashchange', read)
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    // What is no encoding is taken as it stands.
    return part
  }
}
