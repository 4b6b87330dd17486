import { evidenceId, lookId } from '../../run/evidence.ts'
import type { Run } from '../../run/run.ts'
import { shellVerbs } from '../../run/shell-verbs.ts'
import { familyOf, stemsOf, verbsOf } from '../../run/verbs.ts'
import { fieldOf, textOf, textsIn } from '../../run/texts.ts'
import { givenBy, seenAfter, type Finding, type Judging } from '../finding.ts'

const fullShare = 0.95
const tooLong =
  /context[_ -]?(?:length|window|size|limit)[_ -]?(?:exceed|is exceed|was exceed|too|of|overflow)|maximum context|exceed(?:s|ed|ing)? (?:the |your |its )?(?:model'?s? )?(?:maximum )?(?:context|token limit|maximum number of tokens|max(?:imum)? tokens)|(?:prompt|input|conversation|context|request) (?:is |was )?too (?:long|large|many tokens)|too many (?:input )?tokens|token limit (?:was |is )?(?:exceeded|reached)|context_length_exceeded|reduce the length of the (?:messages|prompt)/i

/** CONTEXT_OVERFLOW: the input of a model call is 95 % of the limit or more, or an error says that the context is too long. */
export function contextOverflow(run: Run, { contextLimitTokens }: Judging): Finding | undefined {
  const { steps, trajectory } = run
  const failed = steps.find(({ step }) => tooLong.test((step.toolOutput.error ?? '').slice(0, 4_000)))
  const full = fullTurn(run, contextLimitTokens)
  if (failed && (!full || failed.index <= (full.critical ?? 0)))
    return givenBy([failed], 'an error says that the context is too long')
  if (full) return full
  const last = steps.length > 0 ? steps.length - 1 : null
  const errors = [
    ...trajectory.turns.map(({ extra, steps: own }) => ({ text: errorIn(extra), at: own[0] ?? last })),
    ...trajectory.gaps.map(({ detail, stepIndex }) => ({
      text: textsIn(detail, 20).join('\n'),
      at: stepIndex ?? last,
    })),
  ]
  const told = errors.find(({ text }) => tooLong.test(text.slice(0, 4_000)))
  if (!told) return undefined
  const at = told.at !== null && told.at < steps.length ? told.at : last
  return {
    critical: at,
    steps: at === null ? [] : [at],
    evidence: [],
    cause: 'an error says that the context is too long',
  }
}

function errorIn(extra: unknown): string {
  const error = fieldOf(extra, 'error')
  return textOf(error) ?? textOf(fieldOf(error, 'message')) ?? ''
}

function fullTurn({ trajectory, steps }: Run, limit: number | undefined): Finding | undefined {
  if (limit === undefined || !(limit > 0)) return undefined
  let before = 0
  for (const { steps: own, usage } of trajectory.turns) {
    const tokens = usage?.input_tokens ?? 0
    const at = own[0] ?? Math.min(before, Math.max(steps.length - 1, 0))
    before = Math.max(before, (own.at(-1) ?? before - 1) + 1)
    if (tokens < limit * fullShare) continue
    const step = steps[at]
    const cause = `a model call was given ${tokens} tokens of ${limit}`
    return { critical: step ? at : null, steps: step ? [at] : [], evidence: step ? [lookId(step.step, at)] : [], cause }
  }
  return undefined
}

const forbidding =
  /\b(?:do not|don't|does not|must not|mustn't|should not|shouldn't|may not|never|without|instead of|stop (?:right |just )?before|refrain from|avoid|not to)\s+([^.;!?\n]{2,120})/gi
const fillers =
  /^(?:actually|ever|yet|really|even|you|then|to|be|being|the agent|please|also|have|by|proceed(?: to| with)?|continue to|go to|make (?:an?|any|the)|complete (?:the|your)|finali[sz]e (?:the|your))\s+/i
const between = /\s*(?:,\s*(?:(?:and|or|nor)\b)?|\b(?:and|or|nor)\b)\s*/i

/** Verbs that say little alone, and what is not to be done to a thing says which. */
const asksObject = new Set([
  'add',
  'delete',
  'cancel',
  'edit',
  'close',
  'create',
  'rename',
  'download',
  'upload',
  'apply',
  'click',
  'accept',
])
const anything = new Set([
  'anyth',
  'any',
  'it',
  'them',
  'this',
  'that',
  'someth',
  'everyth',
  'noth',
  'one',
  'these',
  'those',
  'so',
])
const small = new Set([
  'the',
  'a',
  'an',
  'your',
  'my',
  'our',
  'any',
  'thi',
  'that',
  'all',
  'new',
  'from',
  'to',
  'in',
  'on',
  'for',
  'of',
  'with',
  'at',
  'actual',
])

interface Forbidden {
  readonly verb: string
  /** Stems of what it is forbidden to be done to; empty for anything. */
  readonly object: readonly string[]
}

/** CRITICAL_POINT_VIOLATION: the task forbids something, and a step that went well does it. */
export function criticalPoint({ steps, trajectory }: Run): Finding | undefined {
  const forbidden = forbiddenIn(trajectory.task.instruction)
  if (forbidden.length === 0) return undefined
  for (const facts of steps) {
    if (!facts.ok || facts.step.executed === 'skipped' || facts.kind === 'navigate' || facts.kind === 'look') continue
    const verbs = [...verbsOf(facts), ...(facts.command === undefined ? [] : shellVerbs(facts.command))]
    const done = forbidden.find(
      (one) => namesOf(one.verb).some((verb) => verbs.includes(verb)) && concerns(one, facts.command ?? facts.label),
    )
    if (!done) continue
    const finding = seenAfter([facts], `${facts.label}, and the task says not to ${done.verb}`)
    return { ...finding, evidence: [...finding.evidence, evidenceId(facts.index, 'result')].slice(0, 1) }
  }
  return undefined
}

/** A checkout that is forbidden is an order that is, and so is one that comes before the payment. */
function namesOf(verb: string): readonly string[] {
  return verb === 'check out' ? [verb, 'order', 'pay'] : verb === 'payment' ? ['pay', 'order'] : [verb]
}

function forbiddenIn(instruction: string): Forbidden[] {
  const text = instruction.slice(0, 20_000).replaceAll('’', "'")
  return [...text.matchAll(forbidding)].flatMap(([, rest = '']) => {
    // `Do not pay, but save the draft`: what follows is asked for.
    const sentence = rest.split(/\s*(?:,\s*|\s)(?:but|until|unless|before|after|then|just|only|instead)\b/i, 1)[0] ?? ''
    // A comma parts a list only where the list ends with a word for it; else what follows is asked for again.
    const clause = /,(?=.*\b(?:and|or|nor)\b)/i.test(sentence) ? sentence : sentence.split(',', 1)[0]!
    const found: Forbidden[] = []
    for (const part of clause.split(between)) {
      const stems = stemsOf(withoutFillers(part))
      const verb = stems[0] === 'payment' ? 'payment' : familyOf(stems)
      if (verb === undefined && found.length === 0) break
      if (verb !== undefined) found.push({ verb, object: objectOf(verb, stems) })
    }
    return found
  })
}

function withoutFillers(text: string): string {
  let rest = text.trim()
  for (let cut = fillers.exec(rest); cut; cut = fillers.exec(rest)) rest = rest.slice(cut[0].length)
  return rest
}

function objectOf(verb: string, stems: readonly string[]): string[] {
  if (!asksObject.has(verb)) return []
  const object = stems.slice(1).filter((one) => !small.has(one))
  return object.some((one) => anything.has(one)) ? [] : object.slice(0, 4)
}

/** A bare `Delete` may be of what is meant; `Delete draft` is not of the report. */
function concerns({ verb, object }: Forbidden, label: string): boolean {
  const stems = stemsOf(label).slice(1)
  const named = stems.slice(1).filter((one) => !small.has(one))
  // A click says nothing without what is clicked.
  if (verb !== 'click' && (object.length === 0 || named.length === 0)) return true
  return object.some((one) => stems.includes(one) || stems.includes(one.replace(/s$/, '')))
}
