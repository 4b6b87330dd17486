import type { ImageReference, Observation, Step, Trajectory } from '@contrail/core'
import { evidenceId } from '../run/evidence.ts'
import { textsIn } from '../run/texts.ts'
import { plainWords } from './claims.ts'
import { dataLines } from './data-lines.ts'

/** One text that a run saw. */
export interface Passage {
  /** `3:aria`, or `initial` and `final` in place of a step. */
  readonly id: string
  /** The step after which it was there; -1 before the first, the number of steps at the end. */
  readonly step: number
  readonly text: string
  /** The kind of place it was in. An `address` shows addresses alone: words in it may be the agent's. */
  readonly part: PassagePart
  /** The value that the text was made of, where it is no text itself. */
  readonly value?: unknown
  /** The text that the agent gave the tool that gave this: words of it are its own. `''` where it is no result. */
  given(): string
  /** Tells whether a place is in a field, in what the agent typed there. */
  isTyped(at: number): boolean
}

/** The kinds of places in which a text is seen. */
type PassagePart = 'tree' | 'title' | 'address' | 'result' | 'error' | 'given'

/** More characters of one text are not looked at. */
const longestText = 400_000

/** Gather what a run saw, in order: results, trees, titles, addresses and texts that the model was given. A text that stays as it was stands there once. */
export function gatherPassages(trajectory: Trajectory<ImageReference>): Passage[] {
  const { steps, initialObservation, finalObservation } = trajectory
  const last = new Map<PassagePart, string>()
  const typed = typedTexts(steps)
  const passages: Passage[] = []
  const add = (part: PassagePart, id: string, step: number, value: unknown, args?: unknown): void => {
    const text = typeof value === 'string' || value === undefined ? value : dataLines(value)
    if (text === undefined || text === '' || last.get(part) === text) return
    last.set(part, text)
    const cut = text.slice(0, longestText)
    const given = (): string => (args === undefined ? '' : plainWords(JSON.stringify(args)))
    passages.push({
      id,
      step,
      part,
      value,
      text: cut,
      given,
      isTyped: (at) => typed.size > 0 && isTyped(cut, at, typed),
    })
  }
  const addLook = (id: string, step: number, look: Observation<ImageReference> | undefined): void => {
    add('tree', id, step, look?.ariaTree)
    add('title', id, step, look?.title)
    add('address', id, step, look?.url)
  }
  addLook('initial:aria', -1, initialObservation)
  steps.forEach((step, index) => {
    const id = evidenceId(index, 'result')
    const { actionArgs, toolOutput, agentEvidence, reasoning } = step
    add('result', id, index, toolOutput.result, actionArgs)
    add('error', id, index, toolOutput.error, actionArgs)
    for (const modality of agentEvidence.modalities) {
      // What the agent thought is a claim of its own.
      if (modality.type === 'text' && modality.content !== reasoning)
        add('given', id, index, modality.content, actionArgs)
      if (modality.type === 'json') add('given', id, index, modality.content, actionArgs)
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

/** The line of a field that holds what the agent typed into it proves nothing but that. */
function isTyped(text: string, at: number, typed: ReadonlySet<string>): boolean {
  const start = text.lastIndexOf('\n', at) + 1
  const end = text.indexOf('\n', at)
  const line = text.slice(start, end === -1 ? text.length : end)
  const [, field = '', value = ''] = /^(\s*- (?:textbox|searchbox|combobox)\b.*?): (.*)$/.exec(line) ?? []
  return field !== '' && at - start > field.length && typed.has(plainWords(value.replace(/^"|"$/g, '')))
}

function typedTexts(steps: readonly Step<ImageReference>[]): Set<string> {
  return new Set(
    steps.flatMap(({ actionName, actionArgs }) =>
      /fill|type|input|press/i.test(actionName) ? textsIn(actionArgs, 10).map((text) => plainWords(text)) : [],
    ),
  )
}
