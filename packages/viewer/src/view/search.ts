import type { ImageReference, Trajectory } from '@contrail/core'
import type { RunView, StepDetail } from './model.ts'

/** Searches a run: the indexes of steps that hold a text, in any case. An empty text is held by all. */
export type RunSearch = (text: string) => number[]

/** Of one part of a step no more characters are searched. */
const partLimit = 1_000_000

/**
 * Make the search of a run over actions, arguments, reasoning, results, errors, addresses and trees. Nothing is prepared
 * before the first question; equal trees are kept once.
 */
export function createRunSearch(trajectory: Trajectory<ImageReference>): RunSearch {
  return createSearch(() => textsOf(trajectory))
}

/** The same over what is said of a run and of its steps, where there is no trajectory. */
export function createViewSearch(view: RunView, details: () => readonly StepDetail[]): RunSearch {
  return createSearch(() =>
    details().map(({ index, args, reasoning, result, error, look, tree, target }) => {
      const step = view.steps[index]
      const { url, title } = look
      const said = view.turns[step?.turn ?? -1]?.text
      return [step?.action, ...leavesOf(args), reasoning, ...leavesOf(result), error, url, title, tree].concat(
        target?.name,
        target?.selector,
        said,
      )
    }),
  )
}

function createSearch(textsOfSteps: () => (string | undefined)[][]): RunSearch {
  let parts: string[][] | undefined
  return (text) => {
    parts ??= fold(textsOfSteps())
    const wanted = text.trim().toLowerCase()
    return parts.flatMap((ofStep, index) => (ofStep.some((part) => part.includes(wanted)) ? [index] : []))
  }
}

/** Texts in lower case; equal ones are one. */
function fold(texts: (string | undefined)[][]): string[][] {
  const known = new Map<string, string>()
  const folded = (text: string): string => {
    const cut = text.slice(0, partLimit)
    const lower = known.get(cut) ?? cut.toLowerCase()
    known.set(cut, lower)
    return lower
  }
  return texts.map((ofStep) => ofStep.flatMap((text) => (text ? [folded(text)] : [])))
}

function textsOf({ steps, turns }: Trajectory<ImageReference>): (string | undefined)[][] {
  const said = new Map(turns.flatMap(({ steps: chosen, text }) => (text ? chosen.map((index) => [index, text]) : [])))
  return steps.map((step, index) => {
    const { actionName, actionArgs, reasoning, toolOutput, probeEvidence: look, target } = step
    const { result, error } = toolOutput
    return [
      actionName,
      ...leavesOf(actionArgs),
      reasoning,
      ...leavesOf(result),
      error,
      look.url,
      look.title,
      look.ariaTree,
      target?.name,
      target?.selector,
      said.get(index),
    ]
  })
}

/** List texts and numbers of plain data, with the keys they stand under. */
export function leavesOf(value: unknown): string[] {
  const leaves: string[] = []
  const waiting: unknown[] = [value]
  while (waiting.length > 0) {
    const next = waiting.pop()
    if (typeof next === 'string' || typeof next === 'number') leaves.push(String(next))
    else if (typeof next === 'object' && next !== null) {
      for (const [key, item] of Object.entries(next)) {
        if (!Array.isArray(next)) leaves.push(key)
        waiting.push(item)
      }
    }
  }
  return leaves
}
