import {
  parseAria,
  type AriaNode,
  type ImageReference,
  type Observation,
  type Step,
  type Trajectory,
} from '@contrail/core'
import { diffFrames } from '../expand/diff.ts'
import type { ExpandedFrame } from '../expand/expand.ts'
import type { GeneratedTrace } from '../format/frame.ts'
import { parseGeneratedTrace } from '../parse/parse-trace.ts'
import { pythonRepr } from './python-repr.ts'
import { renderFramesToGeneration } from '../write/render.ts'

/** A step as it is read from a recording: also what its page did by itself, where it was recorded. */
type RecordedStep = Step<ImageReference> & {
  readonly environment?: readonly { readonly kind: string; readonly pageId?: string; readonly url?: string }[]
}
type SeenPage = Observation<ImageReference> & { readonly pageId?: string }
type State = ReadonlyMap<string, string>
type Frame = Pick<ExpandedFrame, 'event' | 'scope' | 'source' | 'state' | 'value'>

/**
 * A browser run in the form of an execution trace, for training and judging models of the web.
 *
 * A page is a scope: a new tab is a call, its end a return, and to leave it for another tab is a yield. A line is an action, its
 * state what the page was before: url, title, focused element and the values of its form fields. A failed action is an exception.
 *
 * @experimental The names of the variables and the form of the actions may change.
 */
export function trajectoryToTrace(trajectory: Trajectory<ImageReference>): GeneratedTrace {
  const { task, steps, initialObservation, finalAnswer, status } = trajectory
  const browser = createBrowser()
  const first = pageOf(initialObservation) ?? pageOf(steps[0]?.probeEvidence) ?? onlyPage
  const start = toState(initialObservation ?? {})
  const initUrl = initialObservation?.url ?? task.initUrl
  browser.focus(
    first,
    initUrl === undefined || start.has('url') ? start : new Map([['url', pythonRepr(initUrl)]]),
    initUrl,
  )

  for (const step of steps as readonly RecordedStep[]) {
    const page = pageOf(step.probeEvidence) ?? browser.current() ?? first
    browser.focus(page, new Map())
    browser.act(toAction(step), step.toolOutput.ok ? undefined : (step.toolOutput.error ?? 'failed'))
    if (step.probeEvidence.url !== undefined) browser.look(page, toState(step.probeEvidence))
    for (const { kind, pageId, url } of step.environment ?? []) {
      if (kind === 'page_opened' && pageId !== undefined && url !== undefined) {
        browser.look(pageId, new Map([['url', pythonRepr(url)]]))
      }
      if (kind === 'page_closed' && pageId !== undefined) browser.close(pageId)
    }
  }
  const frames = browser.end(finalAnswer === undefined ? `<${status}>` : pythonRepr(finalAnswer))
  return parseGeneratedTrace(renderFramesToGeneration(diffFrames(frames)))
}

/** The page of a recording that does not tell its pages apart. */
const onlyPage = 'p1'

function pageOf(seen: SeenPage | undefined): string | undefined {
  return seen?.pageId
}

/** The frames of a run while its pages are opened, left and closed. Only the page on top acts; those above it are left. */
function createBrowser(): {
  current: () => string | undefined
  /** Bring a page to the top; one that is new is opened. */
  focus: (page: string, state: State, url?: string) => void
  act: (action: string, error: string | undefined) => void
  /** Note what a page looks like now. */
  look: (page: string, state: State) => void
  close: (page: string) => void
  /** Close what is open; the first page has the answer as its value. */
  end: (answer: string) => readonly Frame[]
} {
  const frames: Frame[] = []
  const open: string[] = []
  const scopes = new Map<string, number>()
  const states = new Map<string, State>()
  const actions = new Map<string, string>()
  const add = (page: string, event: Frame['event'], source: string, value: string | null = null): void => {
    const scope = scopes.get(page) ?? scopes.size
    scopes.set(page, scope)
    actions.set(page, source)
    frames.push({ event, scope, source, state: states.get(page) ?? new Map(), value })
  }
  const leave = (value: string): void => {
    const page = open.pop()
    if (page !== undefined) add(page, 'return', actions.get(page) ?? '', value)
  }
  const current = (): string | undefined => open.at(-1)
  return {
    current,
    focus: (page, state, url) => {
      if (open.includes(page)) while (current() !== page) leave('None')
      if (current() === page) return
      if (!states.has(page)) states.set(page, state)
      open.push(page)
      add(page, 'call', actions.get(page) ?? `open(${url === undefined ? '' : pythonRepr(url)})`)
    },
    act: (action, error) => {
      const page = current() ?? onlyPage
      add(page, 'line', action)
      if (error !== undefined) add(page, 'exception', action, `Error(${pythonRepr(error)})`)
    },
    look: (page, state) => void states.set(page, state),
    close: (page) => {
      if (!open.includes(page)) return
      while (current() !== page) leave('None')
      leave('None')
    },
    end: (answer) => {
      while (open.length > 1) leave('None')
      leave(answer)
      return frames
    },
  }
}

/** `click(name='Buy')`, on one line. */
function toAction({ actionName, actionArgs }: RecordedStep): string {
  const given = Object.entries(actionArgs).map(([name, value]) => {
    return `${name}=${typeof value === 'string' ? pythonRepr(value) : JSON.stringify(value)}`
  })
  return `${actionName}(${given.join(', ')})`.replaceAll(/[\r\n]+/g, ' ')
}

const tickedRoles = ['checkbox', 'radio', 'switch']
const fieldRoles = ['textbox', 'searchbox', 'combobox', 'spinbutton', 'slider', 'listbox', ...tickedRoles]

function toState({ url, title, ariaTree = '' }: Observation<ImageReference>): State {
  const state = new Map<string, string>()
  if (url !== undefined) state.set('url', pythonRepr(url))
  if (title !== undefined) state.set('title', pythonRepr(title))
  const counts = new Map<string, number>()
  for (const node of parseAria(ariaTree)) {
    if ('active' in node.attributes) state.set('focused', pythonRepr(nameOf(node)))
    if (!fieldRoles.includes(node.role)) continue
    const name = nameOf(node)
    const count = (counts.get(name) ?? 0) + 1
    counts.set(name, count)
    state.set(count === 1 ? name : `${name} ${count}`, valueOf(node))
  }
  return state
}

function nameOf({ role, name }: AriaNode): string {
  return name === '' ? role : `${role} ${name}`
}

function valueOf({ role, text, attributes }: AriaNode): string {
  if (!tickedRoles.includes(role)) return pythonRepr(text)
  if (attributes['checked'] === 'mixed') return pythonRepr('mixed')
  return 'checked' in attributes ? 'True' : 'False'
}
