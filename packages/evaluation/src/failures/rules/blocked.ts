import { parseAria, type EnvironmentEntry } from '@contrail/core'
import { evidenceId, lookId } from '../../run/evidence.ts'
import type { Run, StepFacts } from '../../run/run.ts'
import { oneLine } from '../../run/texts.ts'
import type { Finding } from '../finding.ts'
import { isRefusal, refusedStatusOf } from './refused-status.ts'

/**
 * BLOCKED: a result, an error or a response of a document, fetch or XHR with a status that refuses, or words on the last page that ask for
 * a proof of being human, refuse access or force a login. A response that the same request got over later blocked nothing.
 */
export function blocked(run: Run): Finding | undefined {
  const found = [statusOfSteps(run), refusalOfPage(run)].filter((finding) => finding !== undefined)
  return found.toSorted((one, other) => (one.critical ?? 0) - (other.critical ?? 0))[0]
}

function statusOfSteps({ steps, trajectory }: Run): Finding | undefined {
  const passed = requestsThatPassed(steps)
  const passedSteps = actionsThatPassed(steps)
  const before = refusedResponse(trajectory.initialEnvironment, (key) => passed.has(key))
  if (before !== undefined) return { critical: steps.length > 0 ? 0 : null, steps: [], evidence: [], cause: before }
  for (const facts of steps) {
    const { step, index } = facts
    const response = refusedResponse(step.environment, (key) => (passed.get(key) ?? -1) >= index)
    if (response !== undefined)
      return { critical: index, steps: [index], evidence: [lookId(step, index)], cause: response }
    const status = refusedStatusOf(step)
    if (status !== undefined && (passedSteps.get(facts.key) ?? -1) < index) {
      const cause = `${facts.label} was answered with ${status}`
      return { critical: index, steps: [index], evidence: [evidenceId(index, 'result')], cause }
    }
  }
  return undefined
}

/** The actions that went well, with the last step in which they did. */
function actionsThatPassed(steps: readonly StepFacts[]): Map<string, number> {
  const well = steps.filter(({ ok, step }) => ok && refusedStatusOf(step) === undefined)
  return new Map(well.map(({ key, index }) => [key, index]))
}

interface Response {
  readonly key: string
  readonly status: number
}

/** The documents and data that a page asked for; what it merely shows, e.g. a picture, blocks nobody. */
function responsesIn(environment: readonly EnvironmentEntry[] = []): Response[] {
  return environment.flatMap((event) => {
    if (event.kind !== 'response' || !['document', 'fetch', 'xhr'].includes(event.resourceType)) return []
    return [{ key: `${event.method} ${event.requestUrl}`, status: event.status }]
  })
}

function refusedResponse(
  environment: readonly EnvironmentEntry[] | undefined,
  isPassed: (key: string) => boolean,
): string | undefined {
  const refused = responsesIn(environment).find(({ key, status }) => isRefusal(status) && !isPassed(key))
  return refused && `${oneLine(refused.key, 120)} answered ${refused.status}`
}

/** The requests that were answered well, with the last step in which they were. */
function requestsThatPassed(steps: readonly StepFacts[]): Map<string, number> {
  const passed = new Map<string, number>()
  for (const { step, index } of steps)
    for (const { key, status } of responsesIn(step.environment)) {
      if (status < 400) passed.set(key, index)
      else passed.delete(key)
    }
  return passed
}

/** Whole titles, headings and names of frames. An article about any of this has a heading that says more. */
const refusals: readonly RegExp[] = [
  /^(?:please )?(?:verify|verifying|confirm|prove)(?: that)? you(?:'re| are) (?:a )?(?:human|not a (?:ro)?bot)(?:\. this may take .{1,40}| by .{1,60})?$/,
  /^(?:are you|i'?m not) a (?:ro)?bot$/,
  /^(?:please )?(?:complete|solve|enter|pass) (?:the|this) (?:captcha|security check|challenge)(?: to continue| below)?$/,
  /^(?:robot|bot|human|security) (?:check|verification|challenge)$/,
  /^(?:just a moment|attention required|checking your browser(?: before accessing .*)?|one more step|press (?:&|and) hold)$/,
  /^(?:our systems have|we(?: have|'ve)?) detected unusual (?:traffic|activity).*$/,
  /^unusual traffic(?: detected| from your .*)?$/,
  /^(?:sorry, )?(?:you have been|you are|you've been) (?:temporarily )?blocked$/,
  /^(?:http )?(?:error )?(?:401|403|407|429|451|50[0-4])(?:[: -]{1,3}(?:error|unauthorized|forbidden|access (?:is )?denied|proxy authentication required|too many requests|unavailable for legal reasons|internal server error|bad gateway|service (?:temporarily )?unavailable|gateway time-?out))?$/,
  /^(?:access|permission) (?:is |to this page (?:is |has been )?|has been )?(?:denied|restricted|forbidden)$/,
  /^(?:forbidden|unauthori[sz]ed|not authori[sz]ed|too many requests|service unavailable)$/,
  /^you (?:don't|do not) have (?:permission|access)\b.{0,60}$/,
  /^(?:please |you (?:must|need to|have to) (?:be )?)(?:sign|log|logged|signed)[ -]?in(?: first| again)?(?: to .{1,60})?$/,
  /^(?:sign|log)[ -]?in to (?:continue|proceed|view|see|access|use|read|keep|check ?out)\b.{0,60}$/,
  /^(?:log-?in|sign-?in|authentication|authorization)(?: is)? required$/,
  /^(?:your )?session (?:has )?(?:expired|timed out)(?:[.,] .{0,60})?$/,
]
const challengeFrame = /captcha|turnstile|cloudflare security challenge/i
/** A page with one word over it and hardly anything below is a challenge. */
const bareChallenge = /^(?:re|h)?captcha$/
const fewestNodesOfArticle = 25

function refusalOfPage({ trajectory, steps, pages, lastPage }: Run): Finding | undefined {
  if (!lastPage) return undefined
  const words = refusalIn(lastPage.title, lastPage.tree)
  if (words === undefined) return undefined
  const since = steps.findLastIndex(({ after }) => after !== undefined && pages.isSame(after, lastPage) !== true) + 1
  const at = Math.min(since, steps.length - 1)
  const cause = `the last page says “${oneLine(words, 80)}”`
  const step = trajectory.steps[at]
  return step
    ? { critical: at, steps: [at], evidence: [lookId(step, at)], cause }
    : { critical: null, steps: [], evidence: [], cause }
}

function refusalIn(title: string | undefined, tree: string | undefined): string | undefined {
  const nodes = parseAria(tree ?? '')
  const isBare = nodes.length < fewestNodesOfArticle && !nodes.some(({ role }) => role === 'paragraph')
  const says = (text: string): boolean =>
    titleParts(text).some(
      (part) => refusals.some((refusal) => refusal.test(part)) || (isBare && bareChallenge.test(part)),
    )
  if (title !== undefined && says(title)) return title
  for (const { role, name, text } of nodes) {
    const words = name === '' ? text : name
    if (role === 'heading' && says(words)) return words
    if (role === 'iframe' && challengeFrame.test(words)) return words
  }
  return undefined
}

/** A title whole, and without the name of the site behind it; without marks at its end. */
function titleParts(title: string): string[] {
  const plain = title.slice(0, 200).replaceAll(/\s+/g, ' ').replaceAll('’', "'").toLowerCase().trim()
  const separator = [' | ', ' - ', ' – ', ' — ', ' · '].find((mark) => plain.includes(mark))
  const parts = separator === undefined ? [plain] : [plain, plain.slice(0, plain.lastIndexOf(separator))]
  return parts.map((part) => part.replace(/[\s.!?…:]+$/, '').trim())
}
