import {
  pageEventKinds,
  present,
  type EnvironmentEntry,
  type Image,
  type Modality,
  type Observation,
  type Trajectory,
} from '@contrail/core'
import type { PublicPart } from './public-parts.ts'
import {
  leftOut,
  publicCounts,
  publicMethod,
  publicMoment,
  publicNumbers,
  publicResourceType,
} from './public-values.ts'

/** Turns the parts of a recording into what may be seen by everybody. */
export interface Filter {
  readonly allows: (part: PublicPart) => boolean
  /** A text that is allowed, without addresses where these are not. */
  readonly say: (text: string) => string
  readonly url: (url: string) => string
}

const kinds: ReadonlySet<string> = new Set(pageEventKinds)

/** Make a look that holds times and what is allowed. */
export function toPublicLook(look: Observation, { allows, say, url }: Filter): Observation {
  const { title, screenshot, ariaTree, viewport, scale, masked, startedAt, finishedAt, late, navigated } = look
  const tree = ariaTree !== undefined && allows('trees') ? say(ariaTree) : undefined
  return present({
    url: look.url === undefined ? undefined : url(look.url),
    title: title !== undefined && allows('trees') ? say(title) : undefined,
    screenshot: screenshot && allows('frames') ? publicImage(screenshot) : undefined,
    // A path says as much of a site as its address.
    ariaTree: allows('urls') ? tree : tree?.replaceAll(/^(\s*- \/url:).*$/gm, '$1 …'),
    viewport: publicNumbers(viewport, ['width', 'height']),
    scale,
    masked,
    startedAt: publicMoment(startedAt),
    finishedAt: publicMoment(finishedAt),
    late,
    navigated,
  })
}

/** Choose the frames of the page that the model was given; a picture that a tool returned is a result. */
export function publicFrames(
  modalities: readonly Modality[],
  returned: readonly string[],
  { allows, url }: Filter,
): Modality[] {
  if (!allows('frames')) return []
  return modalities.flatMap((modality) => {
    if (modality.type !== 'image') return []
    const { image, viewport, scale, masked } = modality
    if (modality.url === undefined && returned.includes(image.sha256)) return []
    return present({
      type: 'image' as const,
      image: publicImage(image),
      viewport: publicNumbers(viewport, ['width', 'height']),
      scale,
      masked,
      url: modality.url === undefined ? undefined : url(modality.url),
    })
  })
}

/** An image under a type that is one. */
function publicImage(image: Image): Image {
  const isKnown = /^image\/(?:png|jpeg|webp|gif|avif|bmp|svg\+xml)$/.test(image.mediaType)
  return isKnown ? image : { ...image, mediaType: 'application/octet-stream' }
}

/** Make an event of a page that tells its kind, its status and its times. */
export function toPublicEvent(event: EnvironmentEntry, { url }: Filter): EnvironmentEntry {
  if (event.kind === 'omitted') return { kind: 'omitted', counts: publicCounts(event.counts, kinds) }
  const at = publicMoment(event.at)
  const common = { url: url(event.url), pageId: 'p', ...present({ at, count: event.count }) }
  switch (event.kind) {
    case 'navigation': {
      const { kind, from, to, sameDocument, status } = event
      return { ...common, kind, from: url(from), to: url(to), sameDocument, ...present({ status }) }
    }
    case 'response': {
      const { kind, requestUrl, status, durationMs } = event
      return { ...common, ...requestOf(event), kind, requestUrl: url(requestUrl), status, statusText: '', durationMs }
    }
    case 'request_failed':
      return { ...common, ...requestOf(event), kind: event.kind, requestUrl: url(event.requestUrl), failure: leftOut }
    case 'console':
      return { ...common, kind: event.kind, level: event.level, text: leftOut }
    case 'page_error':
      return { ...common, kind: event.kind, message: leftOut }
    case 'download': {
      const failure = event.failure === undefined ? undefined : leftOut
      const requestUrl = url(event.requestUrl)
      return { ...common, kind: event.kind, requestUrl, suggestedName: leftOut, ...present({ failure }) }
    }
    case 'websocket':
      return { ...common, kind: event.kind, requestUrl: url(event.requestUrl), state: event.state }
    case 'page_opened':
    case 'page_closed':
    case 'page_crashed':
      return { ...common, kind: event.kind }
    case 'unknown':
    // Also one of a kind that nobody here knows, as others may have written it.
    default:
      return { ...common, kind: 'unknown', extra: {} }
  }
}

function requestOf(event: { method: string; resourceType: string }): { method: string; resourceType: string } {
  return { method: publicMethod(event.method), resourceType: publicResourceType(event.resourceType) }
}

/** List the addresses that a recording says are some. */
export function addressesOf(trajectory: Trajectory): string[] {
  const { task, steps, initialObservation, initialEnvironment, finalObservation } = trajectory
  const looks = [initialObservation, ...steps.map(({ probeEvidence }) => probeEvidence), finalObservation]
  const events = [...(initialEnvironment ?? []), ...steps.flatMap(({ environment }) => environment ?? [])]
  return [
    task.initUrl,
    ...looks.flatMap((look) => [look?.url, ...(look?.tabs ?? []).map(({ url }) => url)]),
    ...events.flatMap((event) => (event.kind === 'omitted' ? [] : [event.url, ...requestUrlOf(event)])),
  ].filter((url) => typeof url === 'string')
}

function requestUrlOf(event: object): string[] {
  return 'requestUrl' in event && typeof event.requestUrl === 'string' ? [event.requestUrl] : []
}
