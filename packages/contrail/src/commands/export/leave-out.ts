import {
  collectFrames,
  present,
  type PlainValue,
  type Step,
  type Target,
  type Trajectory,
  type Turn,
} from '@contrail/core'
import type { NamedVerdict } from '@contrail/recorder'
import { addressesOf, publicFrames, toPublicEvent, toPublicLook, type Filter } from './leave-out-page.ts'
import { publicPlace, type PublicPart } from './public-parts.ts'
import {
  leftOut,
  publicAction,
  publicMoment,
  publicNumber,
  publicNumbers,
  publicReason,
  publicRole,
  publicUsage,
  withTexts,
} from './public-values.ts'
import { createSites } from './sites.ts'

/**
 * Make a trajectory that holds nothing but action names, roles, status, times and counts, and the parts that are allowed. It is
 * built from what stays, so that a field nobody thought of is not in it.
 */
export function leaveOut(trajectory: Trajectory, allowed: ReadonlySet<PublicPart>): Trajectory {
  const allows = (part: PublicPart): boolean => allowed.has(part)
  const sites = createSites(addressesOf(trajectory))
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
    runId: allows('task') ? say(trajectory.runId) : publicPlace.run,
    task: present({
      id: allows('task') ? say(task.id) : publicPlace.task,
      instruction: allows('task') ? say(task.instruction) : leftOut,
      initUrl: task.initUrl === undefined ? undefined : url(task.initUrl),
    }),
    status,
    timing: present({
      startedAt: publicMoment(timing.startedAt),
      endedAt: publicMoment(timing.endedAt),
      durationMs: publicNumber(timing.durationMs),
    }),
    usage: publicUsage(usage) as typeof usage,
    steps: steps.map((step, index) => toPublicStep(step, index, filter)),
    turns: turns.map((turn, at) => toPublicTurn(turn, at, filter)),
    gaps: gaps.map(({ what, reason, stepIndex, at }) => ({
      what,
      reason: publicReason(reason),
      ...present({ stepIndex, at: publicMoment(at) }),
    })),
    initialObservation: initialObservation && toPublicLook(initialObservation, filter),
    finalObservation: finalObservation && toPublicLook(finalObservation, filter),
    finalAgentEvidence: finalAgentEvidence && { modalities: publicFrames(finalAgentEvidence.modalities, [], filter) },
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
  const args = allows('reasoning') ? actionArgs : withoutClaims(actionArgs)
  return present({
    id: `s${index}`,
    actionName: publicAction(say(actionName)),
    actionArgs: allows('arguments') ? (withTexts(args, say) as Step['actionArgs']) : {},
    reasoning: reasoning === '' || !allows('reasoning') ? leftOutOf(reasoning) : say(reasoning),
    agentEvidence: { modalities: publicFrames(agentEvidence.modalities, returned, filter) },
    probeEvidence: toPublicLook(step.probeEvidence, filter),
    toolOutput: {
      ok,
      ...present({
        result: result === undefined ? undefined : allows('results') ? withTexts(result, say) : leftOut,
        error: error === undefined ? undefined : allows('results') ? say(error) : leftOut,
      }),
    },
    startedAt: publicMoment(startedAt),
    finishedAt: publicMoment(finishedAt),
    durationMs: publicNumber(durationMs),
    executed,
    sensitive,
    target: target && toPublicTarget(target, filter),
    episode: episode && toPublicEpisode(episode),
    environment: environment?.map((entry) => toPublicEvent(entry, filter)),
  }) as Step
}

/** Names of arguments in which models say why they act. */
const claims = new Set('reasoning reason thought thoughts thinking rationale explanation justification'.split(' '))

function withoutClaims(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutClaims)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([name]) => !claims.has(name.toLowerCase()))
  return Object.fromEntries(kept.map(([name, item]) => [name, withoutClaims(item)]))
}

function leftOutOf(text: string): string {
  return text === '' ? '' : leftOut
}

function toPublicTarget(target: Target, { allows, say }: Filter): Target {
  const { name, selector } = target
  const isAllowed = allows('arguments')
  const isPlaced = isAllowed || allows('frames')
  const sayText = (text: unknown): string | undefined => (isAllowed && typeof text === 'string' ? say(text) : undefined)
  return present({
    role: publicRole(target.role),
    name: sayText(name),
    selector: sayText(selector),
    point: isPlaced ? publicNumbers(target.point, ['x', 'y']) : undefined,
    box: isPlaced ? publicNumbers(target.box, ['x', 'y', 'width', 'height']) : undefined,
  })
}

function toPublicEpisode({ reward, cumulativeReward, done, testPassRate }: NonNullable<Step['episode']>) {
  return present({
    reward: publicNumber(reward),
    cumulativeReward: publicNumber(cumulativeReward),
    done: done === true || done === false ? done : undefined,
    testPassRate: publicNumber(testPassRate),
  })
}

function toPublicTurn(turn: Turn, at: number, { allows, say }: Filter): Turn {
  const { steps, text, usage, startedAt, finishedAt, durationMs } = turn
  return present({
    turnId: `t${at}`,
    steps,
    text: typeof text === 'string' && allows('reasoning') ? say(text) : undefined,
    usage: usage && publicUsage(usage),
    startedAt: publicMoment(startedAt),
    finishedAt: publicMoment(finishedAt),
    durationMs: publicNumber(durationMs),
  })
}
