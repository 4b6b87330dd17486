import type { AgentEvidence, ImageReference, Observation, Step, Trajectory, Turn } from '@contrail/core'

type Look = Observation<ImageReference>

/** A page in short: its address, and its tree or the picture of it. */
export function page(url: string, tree?: string, title?: string): Look {
  return {
    url: `https://shop.test${url}`,
    ...(tree === undefined ? {} : { ariaTree: tree }),
    ...(title ? { title } : {}),
  }
}

/** A picture that differs by its name. */
export function picture(name: string): ImageReference {
  return { sha256: name.padEnd(64, '0'), mediaType: 'image/png', sizeBytes: 100 }
}

export interface StepInShort {
  readonly action: string
  readonly args?: Record<string, unknown>
  readonly on?: string
  readonly role?: string
  readonly after?: Look
  readonly result?: unknown
  readonly error?: string
  readonly ok?: boolean
  /** The page that the model was given a picture of before it chose this. */
  readonly frame?: { readonly name: string; readonly url: string }
  readonly more?: Partial<Step<ImageReference>>
}

function toStep(short: StepInShort, index: number): Step<ImageReference> {
  const { action, args = {}, on, role, after = {}, result, error, ok = error === undefined, frame, more } = short
  const agentEvidence: AgentEvidence<ImageReference> = {
    modalities: frame ? [{ type: 'image', image: picture(frame.name), url: `https://shop.test${frame.url}` }] : [],
  }
  return {
    id: `s${index}`,
    actionName: action,
    actionArgs: args,
    reasoning: '',
    agentEvidence,
    probeEvidence: after,
    toolOutput: { ok, ...(result === undefined ? {} : { result }), ...(error === undefined ? {} : { error }) },
    ...(on === undefined ? {} : { target: { name: on, ...(role ? { role } : {}) } }),
    ...more,
  }
}

export type RunInShort = Partial<Omit<Trajectory<ImageReference>, 'steps' | 'task'>> & {
  readonly steps?: readonly StepInShort[]
  readonly task?: Record<string, unknown>
  readonly turns?: readonly Turn[]
}

/** A trajectory of which only what matters is said. It is complete and has an answer that claims nothing. */
export function trajectory({ steps = [], task, ...more }: RunInShort): Trajectory<ImageReference> {
  return {
    formatVersion: 1,
    runId: 'run',
    task: { id: 'task', instruction: 'Look around.', ...task },
    status: 'complete',
    steps: steps.map(toStep),
    turns: [],
    gaps: [],
    timing: {},
    usage: { input_tokens: 0, output_tokens: 0 },
    finalAnswer: 'I looked around.',
    ...more,
  }
}

/** The same step some times. */
export function times(count: number, make: (index: number) => StepInShort): StepInShort[] {
  return Array.from({ length: count }, (_, index) => make(index))
}
