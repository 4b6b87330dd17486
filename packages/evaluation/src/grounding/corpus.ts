import type { ImageReference, Observation, Step, Trajectory } from '@contrail/core'
import { evidenceId } from '../run/evidence.ts'
import { canonical, textsIn } from '../run/texts.ts'
import { plainUrl, plainWords } from './claims.ts'
import { daysIn, type DayInText } from './dates.ts'
import { figuresIn, type Figure } from './figures.ts'

/** One text that proves something, read as it is asked for. */
export interface Passage {
  /** `3:aria`, or `initial` and `final` in place of a step. */
  readonly id: string
  /** The step after which it was there; -1 before the first, the number of steps at the end. */
  readonly step: number
  /** What the agent gave this step: words of these are its own. */
  readonly given: string
  /** Without marks of elements, and without what the agent typed. */
  readonly text: string
  plain(): string
  figures(): readonly Figure[]
  days(): readonly DayInText[]
  urls(): readonly string[]
}

/** More characters of one text are not looked at. */
const longestText = 400_000

/** Gather what a run saw, in order: results, trees, titles, addresses and texts that the model was given. Equal texts stand there once. */
export function gatherPassages(trajectory: Trajectory<ImageReference>): Passage[] {
  const { steps, initialObservation, finalObservation } = trajectory
  const seen = new Set<string>()
  const typed = typedTexts(steps)
  const passages: Passage[] = []
  const add = (id: string, step: number, text: string | undefined, given = ''): void => {
    if (text === undefined || text === '' || seen.has(text)) return
    seen.add(text)
    passages.push(toPassage(id, step, given, text.slice(0, longestText), typed))
  }
  const addLook = (id: string, step: number, look: Observation<ImageReference> | undefined): void => {
    add(id, step, look?.ariaTree)
    add(id, step, [look?.title, look?.url].filter(Boolean).join('\n'))
  }
  addLook('initial:aria', -1, initialObservation)
  steps.forEach((step, index) => {
    const id = evidenceId(index, 'result')
    const given = plainWords(canonical(step.actionArgs))
    add(id, index, textsIn(step.toolOutput.result).join('\n'), given)
    add(id, index, step.toolOutput.error, given)
    for (const modality of step.agentEvidence.modalities) {
      // What the agent thought is a claim of its own.
      if (modality.type === 'text' && modality.content !== step.reasoning) add(id, index, modality.content, given)
      if (modality.type === 'json') add(id, index, textsIn(modality.content).join('\n'), given)
    }
    if (!isSameLook(step, steps[index + 1])) addLook(evidenceId(index, 'aria'), index, step.probeEvidence)
  })
  addLook('final:aria', steps.length, finalObservation)
  return passages
}

/** A look that two steps share was taken after the second. */
function isSameLook(step: Step<ImageReference>, next: Step<ImageReference> | undefined): boolean {
  const { startedAt } = step.probeEvidence
  return startedAt !== undefined && startedAt === next?.probeEvidence.startedAt && step.source === next.source
}

function toPassage(id: string, step: number, given: string, raw: string, typed: ReadonlySet<string>): Passage {
  const text = memo(() => withoutTyped(raw, typed).replaceAll(/ \[[a-z-]+(?:=[^\]\n]{0,80})?\]/g, ''))
  return {
    id,
    step,
    given,
    get text() {
      return text()
    },
    plain: memo(() => plainWords(text())),
    figures: memo(() => figuresIn(text())),
    days: memo(() => daysIn(text())),
    urls: memo(() => [...text().matchAll(/\b(?:https?:\/\/|www\.)[^\s"'<>]+/gi)].map(([url]) => plainUrl(url))),
  }
}

/** The line of a field that holds what the agent typed into it proves nothing but that. */
function withoutTyped(text: string, typed: ReadonlySet<string>): string {
  if (typed.size === 0 || !/- (?:textbox|searchbox|combobox)\b/.test(text)) return text
  return text.replaceAll(
    /^([ \t]*- (?:textbox|searchbox|combobox)\b[^\n]*?): ([^\n]*)$/gm,
    (line, field: string, value: string) => (typed.has(plainWords(value.replace(/^"|"$/g, ''))) ? field : line),
  )
}

function typedTexts(steps: readonly Step<ImageReference>[]): Set<string> {
  return new Set(
    steps.flatMap(({ actionName, actionArgs }) =>
      /fill|type|input|press/i.test(actionName) ? textsIn(actionArgs, 10).map((text) => plainWords(text)) : [],
    ),
  )
}

function memo<T>(make: () => T): () => T {
  let made: { value: T } | undefined
  return () => (made ??= { value: make() }).value
}
