import type { ImageReference, Observation, Step, Trajectory } from '@contrail/core'
import { commandOf, createSorter, type ActionKind } from './action-kinds.ts'
import { createPageComparer, pageOf, type PageComparer, type PageState } from './page.ts'
import { normalizePath } from './paths.ts'
import { fieldOf, oneLine, textOf } from './texts.ts'
import { wholeTrajectory } from './whole.ts'

/** One step as rules read it. */
export interface StepFacts {
  /** From 0. */
  readonly index: number
  readonly step: Step<ImageReference>
  readonly kind: ActionKind | undefined
  readonly ok: boolean
  /** It was carried out, and is of a kind that changes a page. */
  readonly acts: boolean
  /** The same for equal actions with equal arguments on equal targets. */
  readonly key: string
  /** A few words for it: `click "Load more"`. What was recorded is in them. */
  readonly label: string
  /** The file it reads or writes, with `/` and without `.` and `..`. */
  readonly path: string | undefined
  /** The command of a shell. */
  readonly command: string | undefined
  readonly before: PageState | undefined
  readonly after: PageState | undefined
}

/** A trajectory with what several rules want to know of it. */
export interface Run {
  readonly trajectory: Trajectory<ImageReference>
  readonly steps: readonly StepFacts[]
  readonly pages: PageComparer
  /** The page that was seen last. */
  readonly lastPage: PageState | undefined
}

/** Read a trajectory for rules. Pure and linear in its length. */
export function readRun(given: Trajectory<ImageReference>, actionKinds?: Readonly<Record<string, ActionKind>>): Run {
  const trajectory = wholeTrajectory(given)
  const sort = createSorter(actionKinds)
  const places = pagesAround(trajectory)
  const steps = trajectory.steps.map((step, index): StepFacts => {
    const kind = sort(step)
    const { actionName, actionArgs, target } = step
    const aim = target && { role: target.role, name: target.name, selector: target.selector }
    return {
      index,
      step,
      kind,
      ok: step.toolOutput.ok,
      acts: step.executed !== 'skipped' && changesPages(kind, step),
      key: JSON.stringify([actionName, toSorted(actionArgs), aim]),
      get label() {
        return labelOf(step)
      },
      path: pathOf(actionArgs),
      command: commandOf(step),
      before: places[index]?.before,
      after: places[index]?.after,
    }
  })
  const last = trajectory.steps.findLast(({ probeEvidence }) => pageOf(probeEvidence) !== undefined)
  const lastPage = pageOf(trajectory.finalObservation) ?? pageOf(last?.probeEvidence)
  return { trajectory, steps, pages: createPageComparer(), lastPage }
}

/** Arguments by name, whatever their order. */
function toSorted(args: Readonly<Record<string, unknown>>): unknown {
  const keys = Object.keys(args)
  return keys.length < 2 ? args : keys.toSorted().map((key) => [key, args[key]])
}

/** To hand in a form is an action on a page, to hand in an answer is none. */
function changesPages(kind: ActionKind | undefined, step: Step<ImageReference>): boolean {
  const { actionName, actionArgs, target } = step
  const isOnPage =
    /form/i.test(actionName) || target !== undefined || targetArguments.some((name) => name in actionArgs)
  return kind === 'act' || kind === 'navigate' || (kind === 'submit' && isOnPage)
}

const targetArguments = ['selector', 'element', 'ref', 'locator', 'x', 'coordinate']

/**
 * The pages before and after each step, by what the captures of its source saw. Steps that share one look have it after all
 * of them and the look before all of them: which of them changed the page nobody saw.
 */
function pagesAround({
  steps,
  initialObservation,
}: Trajectory<ImageReference>): { before: PageState | undefined; after: PageState | undefined }[] {
  const seen = new Map<string | undefined, { look: Observation<ImageReference>; before: PageState | undefined }>()
  const initial = pageOf(initialObservation)
  return steps.map(({ source, probeEvidence: look }) => {
    const last = seen.get(source)
    const isShared = last !== undefined && look.startedAt !== undefined && look.startedAt === last.look.startedAt
    const before = isShared ? last.before : last ? pageOf(last.look) : seen.size === 0 ? initial : undefined
    seen.set(source, { look, before })
    return { before, after: pageOf(look) }
  })
}

const labelArguments = [
  'name',
  'text',
  'selector',
  'element',
  'label',
  'url',
  'path',
  'query',
  'command',
  'value',
  'key',
]

function labelOf({ actionName, actionArgs, target, sensitive }: Step<ImageReference>): string {
  const named = target?.name ?? target?.selector
  const argument = labelArguments
    .map((key) => textOf(actionArgs[key]))
    .find((text) => text !== undefined && text !== '')
  const { x, y } = actionArgs
  const point = typeof x === 'number' && typeof y === 'number' ? `at ${x}, ${y}` : ''
  const what = named ?? (sensitive ? undefined : argument)
  return oneLine(`${actionName} ${what === undefined ? point : JSON.stringify(oneLine(what, 60))}`, 100)
}

const pathKeys = ['path', 'file_path', 'filePath', 'file', 'filename', 'file_name']

function pathOf(args: Readonly<Record<string, unknown>>): string | undefined {
  const path = pathKeys.map((key) => textOf(fieldOf(args, key))).find((text) => text !== undefined && text !== '')
  return path === undefined ? undefined : normalizePath(path)
}
