import { messageOf } from '@contrail/core'
import { batch, computed, signal } from '@preact/signals'
import type { RunView, StepDetail, StepView } from '../../view/model.ts'
import {
  applyPatch,
  type Judgements,
  type ListPatch,
  type RecordingList,
  type RecordingRow,
  type RunPatch,
} from '../../view/protocol.ts'
import { goTo, route } from './route.ts'
import type { Source } from './source.ts'

/** The tabs beside a step, in their order. */
const tabs = ['Story', 'Page', 'Verdict', 'Labels', 'Raw'] as const
type Tab = (typeof tabs)[number]

/** The recordings, newest first; undefined until they are there. */
export const rows = signal<readonly RecordingRow[] | undefined>(undefined)
export const annotator = signal('me')
/** Set where nothing can be shown at all. */
export const failure = signal<string | undefined>(undefined)

/** The run that is open, and its key. */
export const run = signal<RunView | undefined>(undefined)
export const runKey = signal<string | undefined>(undefined)
export const runError = signal<string | undefined>(undefined)

export const mode = signal<'before' | 'after' | 'both' | 'difference'>('before')
/** The frame somebody chose; undefined for the one that each moment is judged by. */
export const role = signal<'agent' | 'probe' | undefined>(undefined)
/** CSS pixels of the screen for one of the page; undefined fits it to the room. */
export const zoom = signal<number | undefined>(undefined)
export const tab = signal<Tab>('Story')
export const isHelpOpen = signal(false)
export const isPlaying = signal(false)
export const searchText = signal('')
/** Indexes of steps that hold the text; undefined where nothing is searched. */
export const matches = signal<readonly number[] | undefined>(undefined)
export const judgements = signal<Judgements | undefined>(undefined)
/** Reasons why frames of the run cannot be shown, by hash, as far as somebody tried. */
export const unshown = signal<ReadonlyMap<string, string>>(new Map())
/** The part of the time axis that is shown; undefined for all. */
export const timeRange = signal<{ fromMs: number; toMs: number } | undefined>(undefined)

/** Index of the selected step; undefined in a run without any. */
export const selected = computed<number | undefined>(() => {
  const steps = run.value?.steps.length ?? 0
  if (steps === 0) return undefined
  const asked = route.value?.step
  return Math.min(steps - 1, asked === undefined ? (run.value?.failed[0] ?? 0) : asked - 1)
})
export const step = computed<StepView | undefined>(() => run.value?.steps[selected.value ?? -1])

/** The tabs that there is something to show in: without a step those that are about the whole run. */
export const shownTabs = computed<readonly Tab[]>(() => (step.value ? tabs : ['Verdict', 'Labels']))
export const shownTab = computed<Tab>(() => (shownTabs.value.includes(tab.value) ? tab.value : shownTabs.value[0]!))

const details = signal<ReadonlyMap<number, StepDetail>>(new Map())
/** All of the selected step, once it is there. */
export const detail = computed(() => details.value.get(selected.value ?? -1))

let source: Source | undefined
let stopRun: (() => void) | undefined

/** Give the page its data. */
export function connect(given: Source): void {
  source = given
}

/** The data of the page. */
export function data(): Source {
  if (!source) throw new Error('the page is not connected yet')
  return source
}

let listVersion = ''

/** Show a list. */
export function takeList(list: RecordingList): void {
  listVersion = list.version
  rows.value = list.rows
}

/** Keep the list as it is from now on. The server is told which one is there, so it is not asked for again. */
export function followList(): () => void {
  return data().followList(() => listVersion, receiveList)
}

function receiveList({ version, rows: changed, gone, whole }: ListPatch): void {
  const keys = new Set([...gone, ...changed.map(({ key }) => key)])
  const kept = whole ? [] : (rows.value ?? []).filter(({ key }) => !keys.has(key))
  takeList({
    version,
    rows: [...changed, ...kept].toSorted((a, b) => ((a.startedAt ?? '') < (b.startedAt ?? '') ? 1 : -1)),
  })
}

/** Words for what is not there: as they are, or that it may have been left out of a file. */
export function absent(words: string): string {
  return data().isPartial ? 'Left out of this file, or not recorded.' : words
}

/** Select a step by its index. */
export function select(index: number, replace = false): void {
  const place = route.value
  const count = run.value?.steps.length ?? 0
  if (!place || count === 0) return
  goTo({ ...place, step: Math.max(0, Math.min(count - 1, index)) + 1 }, replace)
}

/** Open a run by its key, and follow it while it is written. */
export async function openRun(key: string): Promise<void> {
  closeRun()
  runKey.value = key
  try {
    const view = await data().run(key)
    if (runKey.value !== key) return
    run.value = view
    if (view.status === 'recording') stopRun = data().followRun(key, receive)
    await refreshJudgements(false)
  } catch (error) {
    if (runKey.value === key) runError.value = messageOf(error)
  }
}

/** Leave the run that is open. */
export function closeRun(): void {
  stopRun?.()
  stopRun = undefined
  batch(() => {
    run.value = undefined
    runKey.value = undefined
    runError.value = undefined
    details.value = new Map()
    unshown.value = new Map()
    judgements.value = undefined
    matches.value = undefined
    searchText.value = ''
    timeRange.value = undefined
    isPlaying.value = false
    role.value = undefined
    mode.value = 'before'
    zoom.value = undefined
  })
}

/** Who stands at the last step goes with the run. */
function receive(patch: RunPatch): void {
  const before = run.value
  if (!before) return
  const wasLast = route.value?.step !== undefined && before.steps.length > 1 && route.value.step === before.steps.length
  batch(() => {
    run.value = applyPatch(before, patch)
    details.value = new Map([...details.value].filter(([index]) => index < patch.steps.from))
    if (wasLast) select(run.value.steps.length - 1, true)
  })
}

/** Fetch what is not there yet of a step, and then of its neighbours. */
export async function fetchDetail(index: number): Promise<void> {
  const key = runKey.value
  if (key === undefined) return
  for (const wanted of [index, index + 1, index - 1]) {
    if (wanted < 0 || wanted >= (run.value?.steps.length ?? 0) || details.value.has(wanted)) continue
    // A step that cannot be had stays open; the next look asks again.
    const found = await data()
      .step(key, wanted)
      .catch(() => undefined)
    if (!found || runKey.value !== key) return
    details.value = new Map([...details.value, [wanted, found] as const].slice(-60))
  }
}

/** Ask again for what judges and people said. */
export async function refreshJudgements(reveal: boolean): Promise<void> {
  const key = runKey.value
  if (key === undefined) return
  const found = await data()
    .judgements(key, annotator.value, reveal)
    .catch(() => undefined)
  if (runKey.value === key) judgements.value = found
}

/** Search the run; an empty text ends the search. */
export async function search(text: string): Promise<void> {
  searchText.value = text
  const key = runKey.value
  if (key === undefined || text.trim() === '') {
    matches.value = undefined
    return
  }
  const found = await data()
    .search(key, text)
    .catch(() => [])
  if (searchText.value !== text || runKey.value !== key) return
  matches.value = found
}
