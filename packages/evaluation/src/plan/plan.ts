import { fence } from '@contrail/core'
import { oneLine, rounded } from '../run/texts.ts'
import { defaultTemplate, strategyTemplates, unjudgedTemplate, type StrategyTemplate } from './templates.ts'

/**
 * The plan of what the next attempt is to do otherwise, for a program and for a prompt. All that was recorded is fenced
 * in it.
 */
export interface ImprovementPlan {
  episode_id: string
  task: string
  failure_type: string
  /** With 3 digits; null where nobody gave one. */
  original_score: number | null
  what_went_wrong: string
  /** `Step 3: <error>`, from 1, equal ones once with their count, then up to 3 lines of evidence. Each is fenced. */
  specific_errors: string[]
  improved_strategy: string
  step_by_step_plan: string[]
  system_prompt_addon: string
  user_context_addon: string
}

/** A step as a plan looks back at it: a row of an episode, or the part of one that is known. */
export interface PlannedStep {
  readonly action_type: string
  readonly action_path?: string | null | undefined
  readonly reward?: number | null | undefined
  readonly error?: string | null | undefined
  /** From 1. Default its place. */
  readonly step_number?: number | undefined
  /** Words for the action in place of its type and path. */
  readonly label?: string | undefined
}

/** The facts that a plan is made from. */
export interface PlanInput {
  readonly episode_id: string
  readonly task: string
  /** One of `failureClasses`; any other is planned for by the default template. */
  readonly failure_type: string
  readonly failure_evidence?: readonly string[] | undefined
  readonly original_score: number | null
  readonly trajectory_steps: readonly PlannedStep[]
  readonly files_read?: readonly string[] | undefined
  readonly files_written?: readonly string[] | undefined
  /** From 0. Default the first step that failed. */
  readonly critical_step?: number | null | undefined
}

/** Templates by the name of their class, beside or in place of {@link strategyTemplates}. */
export type Templates = Readonly<Record<string, StrategyTemplate>>

const mostErrorCharacters = 300
const mostEvidence = 3
const mostErrors = 20

/**
 * Make the plan for the next attempt from what is known of the last. Pure; the lists are copies, so that changing a plan changes no
 * template.
 *
 * @param templates before the known ones
 */
export function generateImprovementPlan(input: PlanInput, templates: Templates = {}): ImprovementPlan {
  const { episode_id, task, failure_type } = input
  const score = scoreOf(input)
  const template = templateOf(failure_type, score, templates)
  const errors = specificErrors(input)
  return {
    episode_id,
    task,
    failure_type,
    original_score: score === null ? null : rounded(score),
    what_went_wrong: template.what_went_wrong,
    specific_errors: errors,
    improved_strategy: template.strategy,
    step_by_step_plan: [...template.plan],
    system_prompt_addon: template.system_addon,
    user_context_addon: template.strategy === '' ? '' : userContext(input, template, errors),
  }
}

function templateOf(name: string, score: number | null, own: Templates): StrategyTemplate {
  const known: Templates = strategyTemplates
  const isOwn = Object.hasOwn(own, name) && own[name] !== known[name]
  if (isOwn) return own[name]!
  if (name === 'UNKNOWN' && score === null) return unjudgedTemplate
  return Object.hasOwn(known, name) ? known[name]! : defaultTemplate
}

/** Null for a score that nobody gave, whatever stands in its place. */
function scoreOf({ original_score: score }: PlanInput): number | null {
  return typeof score === 'number' && Number.isFinite(score) ? score : null
}

function specificErrors({ trajectory_steps, failure_evidence }: PlanInput): string[] {
  const [steps, evidence] = [trajectory_steps ?? [], failure_evidence ?? []]
  const byError = new Map<string, { at: number; number: number; count: number }>()
  steps.forEach((step, at) => {
    if (typeof step.error !== 'string' || step.error === '') return
    const known = byError.get(step.error)
    if (known) known.count += 1
    else byError.set(step.error, { at, number: step.step_number ?? at + 1, count: 1 })
  })
  const all = [...byError].map(([error, { at, number, count }]) => {
    const line = `Step ${number}: ${error}`
    return fenced(count === 1 ? line : `${line} (${count}x)`, `${at}:result`)
  })
  const more = all.length > mostErrors ? [`${all.length - mostErrors} more errors`] : []
  return [
    ...all.slice(0, mostErrors),
    ...more,
    ...evidence.slice(0, mostEvidence).map((line) => fenced(line, 'evidence')),
  ]
}

/** The count at the end stays: of a long text the middle is cut. A line in it that would pass for a heading begins with spaces. */
function fenced(text: string, id: string): string {
  return fence(text.replaceAll(/[\r\n]+/g, '\n  '), { id, maxChars: mostErrorCharacters })
}

function userContext(input: PlanInput, template: StrategyTemplate, errors: readonly string[]): string {
  const { failure_type: type, files_read, files_written } = input
  const score = scoreOf(input)
  return [
    '[PREVIOUS ATTEMPT REVIEW]',
    `Score: ${score === null ? 'not given' : `${score.toFixed(2)}/1.0`}`,
    // A class of somebody else's may be any text.
    `Primary failure: ${template === unjudgedTemplate ? 'none known' : oneLine(type ?? 'UNKNOWN', 80).replaceAll(/={3,}|[<>]/g, ' ')}`,
    `What went wrong: ${template.what_went_wrong}`,
    ...errors,
    '',
    'Your previous actions:',
    fence(actionLines(input).join('\n') || 'none', { id: 'actions' }),
    ...files('Files read:', files_read ?? []),
    ...files('Files written:', files_written ?? []),
    '',
    '[IMPROVED STRATEGY FOR THIS ATTEMPT]',
    template.strategy,
    ...template.plan.map((line, at) => `${at + 1}. ${line}`),
  ].join('\n')
}

const mostFiles = 50

function files(heading: string, paths: readonly string[]): string[] {
  if (paths.length === 0) return []
  const shown = paths.slice(0, mostFiles).map((path) => oneLine(path, 200))
  const more = paths.length > mostFiles ? [`and ${paths.length - mostFiles} more`] : []
  return [`${heading} ${fence([...shown, ...more].join(', '), { id: 'files' })}`]
}

/** The first 3 actions, those around the critical one and the last 3; the others are counted where they were. */
function actionLines({ trajectory_steps, critical_step }: PlanInput): string[] {
  const steps = trajectory_steps ?? []
  const failed = steps.findIndex(({ error }) => typeof error === 'string' && error !== '')
  const critical = critical_step ?? (failed === -1 ? undefined : failed)
  const around = critical === undefined ? [] : [critical - 1, critical, critical + 1]
  const shown = new Set([0, 1, 2, ...around, steps.length - 3, steps.length - 2, steps.length - 1])
  const lines: string[] = []
  let leftOut = 0
  steps.forEach((step, at) => {
    if (!shown.has(at)) return void (leftOut += 1)
    if (leftOut > 0) lines.push(leftOutLine(leftOut))
    leftOut = 0
    lines.push(actionLine(step, at))
  })
  return lines
}

function leftOutLine(count: number): string {
  return `... ${count} step${count === 1 ? '' : 's'} left out ...`
}

function actionLine({ action_type, action_path, label, reward, error, step_number }: PlannedStep, at: number): string {
  const what = oneLine(label ?? [action_type, action_path ?? ''].join(' '), 160)
  const rewarded =
    typeof reward === 'number' ? ` → reward=${reward <= -0.005 ? '-' : '+'}${Math.abs(reward).toFixed(2)}` : ''
  const failed = typeof error === 'string' && error !== '' ? ' → failed' : ''
  return `Step ${step_number ?? at + 1}: ${what}${rewarded}${failed}`
}
