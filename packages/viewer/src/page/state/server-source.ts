import type { ListPatch, RunPatch } from '../../view/protocol.ts'
import { SourceError, type Source } from './source.ts'

/** Ask the server that the page came from. */
export function createServerSource(): Source {
  const of = (key: string): string => `/api/recordings/${key}`
  return {
    notes: [],
    isPartial: false,
    savedWords: 'Saved.',
    list: (look = false) => get(`/api/recordings${look ? '?look=1' : ''}`),
    run: (key) => get(of(key)),
    step: (key, index) => get(`${of(key)}/steps/${index}`),
    entries: (key, index) => get(`${of(key)}/steps/${index}/entries`),
    search: (key, text) => get(`${of(key)}/search?text=${encodeURIComponent(text)}`),
    glance: (key) => get(`${of(key)}/glance`),
    judgements: (key, annotator, reveal) =>
      get(`${of(key)}/judgements?annotator=${encodeURIComponent(annotator)}${reveal ? '&reveal=1' : ''}`),
    failureClass: (key) => get(`${of(key)}/class`),
    saveLabel: (key, draft) => send(`${of(key)}/labels`, draft, { 'x-contrail': 'label' }),
    frame: (key, sha256, width) => `/frames/${sha256}?of=${key}${width === undefined ? '' : `&width=${width}`}`,
    thumbnail: (key, sha256) => `/thumbnails/${sha256}?of=${key}&width=160`,
    whyMissing: () => undefined,
    problemOf: async (key, sha256) => {
      const answer = await fetch(`/frames/${sha256}?of=${key}&width=160`).catch(() => undefined)
      return answer && !answer.ok ? messageIn(await answer.text()) : undefined
    },
    followList: (since, hear) =>
      follow(
        () => `/api/recordings/events?since=${encodeURIComponent(since())}`,
        'list',
        (patch) => hear(patch as ListPatch),
      ),
    followRun: (key, hear) =>
      follow(
        () => `${of(key)}/events`,
        'run',
        (patch) => hear(patch as RunPatch),
      ),
  }
}

/** Give the token of a link back for a cookie. */
export async function openSession(token: string): Promise<void> {
  await answerOf('/session', {
    method: 'POST',
    body: JSON.stringify({ token }),
    headers: { 'content-type': 'application/json' },
  })
}

async function get<T>(path: string): Promise<T> {
  return (await (await answerOf(path, {})).json()) as T
}

async function send<T>(path: string, body: unknown, headers: Record<string, string>): Promise<T> {
  const init = {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  }
  return (await (await answerOf(path, init)).json()) as T
}

async function answerOf(path: string, init: RequestInit): Promise<Response> {
  const answer = await fetch(path, init).catch(() => undefined)
  if (!answer) throw new SourceError('The viewer is not running any more.', 0)
  if (answer.ok) return answer
  const text = await answer.text()
  throw new SourceError(messageIn(text), answer.status)
}

function messageIn(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: unknown }
    return typeof error === 'string' ? error : text
  } catch {
    return text
  }
}

/** Hear events as long as the page can be seen: a browser has few connections for one server. */
function follow(path: () => string, name: string, hear: (data: unknown) => void): () => void {
  let events: EventSource | undefined
  const stop = (): void => {
    events?.close()
    events = undefined
  }
  const start = (): void => {
    if (events || document.hidden) return
    events = new EventSource(path())
    events.addEventListener(name, (event) => hear(JSON.parse((event as MessageEvent<string>).data)))
    events.addEventListener('over', end)
  }
  const onVisibility = (): void => (document.hidden ? stop() : start())
  const end = (): void => {
    stop()
    document.removeEventListener('visibilitychange', onVisibility)
  }
  document.addEventListener('visibilitychange', onVisibility)
  start()
  return end
}
