import {
  collectFrames,
  present,
  type EnvironmentEntry,
  type Modality,
  type Observation,
  type PlainValue,
  type Step,
  type Target,
  type Trajectory,
  type Turn,
} from '@contrail/core'
import type { NamedVerdict } from '@contrail/recorder'
import type { PublicPart } from './public-parts.ts'
import { createSites } from './sites.ts'

const leftOut = '(left out)'

/** Turns a recording into one that may be seen by everybody. */
interface Filter {
  readonly allows: (part: PublicPart) => boolean
  /** A text that is allowed, without addresses where these are not. */
  readonly say: (text: string) => string
  readonly url: (url: string) => string
}

/**
 * Make a trajectory that holds nothing but action names, roles, status, times and counts, and the parts that are allowed. It is
 * built from what stays, so that a field nobody thought of is not in it.
 */
export function leaveOut(trajectory: Trajectory, allowed: ReadonlySet<PublicPart>): Trajectory {
  const allows = (part: PublicPart): boolean => allowed.has(part)
  const sites = createSites()
  const filter: Filter = {
    allows,
    url: allows('urls') ? (url) => url : sites.nameOf,
    say: allows('urls') ? (text) => text : sites.withoutUrls,
  }
  const { url, say } = filter
  const { task, status, timing, usage, gaps, turns, steps, formatVersion, finalScore, redactions = {} } = trajectory
  const { initialObservation, finalObservation, finalAnswer, finalAgentEvidence } = trajectory
  return present({
    formatVersion,
    runId: allows('task') ? trajectory.runId : 'run',
    task: present({
      id: allows('task') ? task.id : 'task',
      instruction: allows('task') ? say(task.instruction) : leftOut,
      initUrl: task.initUrl === undefined ? undefined : url(task.initUrl),
    }),
    status,
    timing,
    usage: countsOf(usage) as typeof usage,
    steps: steps.map((step, index) => toPublicStep(step, index, filter)),
    turns: turns.map((turn, at) => toPublicTurn(turn, at, filter)),
    gaps: gaps.map(({ what, reason, stepIndex, at }) => ({
      what,
      // A word of ours says what is missing; a sentence may say anything.
      reason: /^[a-z]{1,20}(?:_[a-z]{1,20}){0,4}$/.test(reason) ? reason : leftOut,
      ...present({ stepIndex, at }),
    })),
    initialObservation: initialObservation && toPublicLook(initialObservation, filter),
    finalObservation: finalObservation && toPublicLook(finalObservation, filter),
    finalAgentEvidence: finalAgentEvidence && { modalities: framesOf(finalAgentEvidence.modalities, [], filter) },
    finalAnswer: finalAnswer === undefined ? undefined : allows('answer') ? say(finalAnswer) : leftOut,
    finalScore,
    redactions: { all: Object.values(redactions).reduce((sum, count) => sum + count, 0) },
  })
}

/** Make verdicts that say yes or no and how much, and no word. */
export function leaveOutOfVerdicts(verdicts: readonly NamedVerdict[]): NamedVerdict[] {
  return verdicts.map(({ verdict }, at) => {
    const name = `verdict-${at + 1}`
    if (!verdict) return { name, problem: leftOut }
    const { outcomeSuccess, processScore } = verdict
    return { name, verdict: { outcomeSuccess, ...present({ processScore }) } }
  })
}

function toPublicStep(step: Step, index: number, filter: Filter): Step {
  const { allows, say } = filter
  const { actionName, actionArgs, reasoning, toolOutput, target, episode, environment, agentEvidence } = step
  const { ok, result, error } = toolOutput
  const returned = collectFrames((result ?? null) as PlainValue).map(({ $frame }) => $frame)
  const { startedAt, finishedAt, durationMs, executed, sensitive } = step
  const { reward, cumulativeReward, done, testPassRate } = episode ?? {}
  return present({
    id: `s${index}`,
    actionName,
    actionArgs: allows('arguments') ? (withTexts(actionArgs, say) as Step['actionArgs']) : {},
    reasoning: reasoning === '' || !allows('reasoning') ? leftOutOf(reasoning) : say(reasoning),
    agentEvidence: { modalities: framesOf(agentEvidence.modalities, returned, filter) },
    probeEvidence: toPublicLook(step.probeEvidence, filter),
    toolOutput: {
      ok,
      ...present({
        result: result === undefined ? undefined : allows('results') ? withTexts(result, say) : leftOut,
        error: error === undefined ? undefined : allows('results') ? say(error) : leftOut,
      }),
    },
    startedAt,
    finishedAt,
    durationMs,
    executed,
    sensitive,
    target: target && toPublicTarget(target, filter),
    episode: episode && present({ reward, cumulativeReward, done, testPassRate }),
    environment: environment?.map((entry) => toPublicEvent(entry, filter)),
  }) as Step
}

function leftOutOf(text: string): string {
  return text === '' ? '' : leftOut
}

function toPublicTarget({ role, name, selector, point, box }: Target, { allows, say }: Filter): Target {
  if (!allows('arguments')) return present({ role, ...(allows('frames') ? { point, box } : {}) })
  return present({ role, name: name && say(name), selector: selector && say(selector), point, box })
}

function toPublicTurn(turn: Turn, at: number, { allows, say }: Filter): Turn {
  const { steps, text, usage, startedAt, finishedAt, durationMs } = turn
  return present({
    turnId: `t${at}`,
    steps,
    text: text === undefined ? undefined : allows('reasoning') ? say(text) : undefined,
    usage: usage && countsOf(usage),
    startedAt,
    finishedAt,
    durationMs,
  })
}

function toPublicLook(look: Observation, { allows, say, url }: Filter): Observation {
  const { title, screenshot, ariaTree, viewport, scale, masked, startedAt, finishedAt, late, navigated } = look
  const tree = ariaTree !== undefined && allows('trees') ? say(ariaTree) : undefined
  return present({
    url: look.url === undefined ? undefined : url(look.url),
    title: title !== undefined && allows('trees') ? say(title) : undefined,
    screenshot: allows('frames') ? screenshot : undefined,
    // A path says as much of a site as its address.
    ariaTree: allows('urls') ? tree : tree?.replaceAll(/^(\s*- \/url:).*$/gm, '$1 …'),
    viewport,
    scale,
    masked,
    startedAt,
    finishedAt,
    late,
    navigated,
  })
}

/** Frames of the page that the model was given; a picture that a tool returned is a result. */
function framesOf(modalities: readonly Modality[], returned: readonly string[], { allows, url }: Filter): Modality[] {
  if (!allows('frames')) return []
  return modalities.flatMap((modality) => {
    if (modality.type !== 'image') return []
    const { image, viewport, scale, masked } = modality
    if (modality.url === undefined && returned.includes(image.sha256)) return []
    const frame = { type: 'image', image, viewport, scale, masked } as const
    return present({ ...frame, url: modality.url === undefined ? undefined : url(modality.url) })
  })
}

function toPublicEvent(event: EnvironmentEntry, { url }: Filter): EnvironmentEntry {
  if (event.kind === 'omitted') return { kind: 'omitted', counts: event.counts }
  const common = { url: url(event.url), pageId: 'p', ...present({ at: event.at, count: event.count }) }
  switch (event.kind) {
    case 'navigation': {
      const { kind, from, to, sameDocument, status } = event
      return { ...common, kind, from: url(from), to: url(to), sameDocument, ...present({ status }) }
    }
    case 'response': {
      const { kind, method, requestUrl, resourceType, status, durationMs } = event
      return { ...common, kind, method, requestUrl: url(requestUrl), resourceType, status, statusText: '', durationMs }
    }
    case 'request_failed': {
      const { kind, method, requestUrl, resourceType } = event
      return { ...common, kind, method, requestUrl: url(requestUrl), resourceType, failure: leftOut }
    }
    case 'console':
      return { ...common, kind: event.kind, level: event.level, text: leftOut }
    case 'page_error':
      return { ...common, kind: event.kind, message: leftOut }
    case 'download':
      return { ...common, kind: event.kind, requestUrl: url(event.requestUrl), suggestedName: leftOut }
    case 'websocket':
      return { ...common, kind: event.kind, requestUrl: url(event.requestUrl), state: event.state }
    case 'unknown':
      return { ...common, kind: event.kind, extra: {} }
    case 'page_opened':
    case 'page_closed':
    case 'page_crashed':
      return { ...common, kind: event.kind }
  }
}

/** The numbers of an object, and nothing else of it. */
function countsOf(counts: object): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([, value]) => typeof value === 'number'))
}

/** Plain data with every text in it, keys too, said in another way. */
function withTexts(value: unknown, say: (text: string) => string): unknown {
  if (typeof value === 'string') return say(value)
  if (Array.isArray(value)) return value.map((item) => withTexts(item, say))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [say(key), withTexts(item, say)]))
}
