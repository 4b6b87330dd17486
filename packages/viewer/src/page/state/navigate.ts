import { isPlaying, run, select, selected, shownTab, shownTabs, tab } from './state.ts'

/** Go so many steps on, or back. */
export function moveBy(count: number): void {
  if (selected.value !== undefined) select(selected.value + count)
}

/** Go to the next failing step, or the one before; round the end. */
export function moveToFailure(direction: 1 | -1): void {
  moveAmong(run.value?.failed ?? [], direction)
}

/** Go to the next of some steps, or the one before; round the end. */
export function moveAmong(steps: readonly number[], direction: 1 | -1): void {
  const at = selected.value ?? 0
  const next =
    direction === 1
      ? (steps.find((index) => index > at) ?? steps[0])
      : (steps.findLast((index) => index < at) ?? steps.at(-1))
  if (next !== undefined) select(next)
}

/** Show the next tab, or the one before; round the end. */
export function moveTab(direction: 1 | -1): void {
  const tabs = shownTabs.value
  tab.value = tabs[(tabs.indexOf(shownTab.value) + direction + tabs.length) % tabs.length]!
}

const longestPauseMs = 2_000
const shortestPauseMs = 120
let timer: ReturnType<typeof setTimeout> | undefined

/** Play the steps at the speed they were recorded with; a pause of over 2 s becomes one of 2 s. */
export function togglePlay(): void {
  const steps = run.value?.steps ?? []
  isPlaying.value = !isPlaying.value && steps.length > 1
  clearTimeout(timer)
  if (!isPlaying.value) return
  if (selected.value === steps.length - 1) select(0, true)
  wait()
}

function wait(): void {
  const steps = run.value?.steps ?? []
  const at = selected.value ?? 0
  const next = steps[at + 1]
  if (!next) {
    isPlaying.value = false
    return
  }
  const from = steps[at]?.span?.fromMs
  const to = next.span?.fromMs
  const pauseMs = from === undefined || to === undefined ? 600 : to - from
  timer = setTimeout(
    () => {
      if (!isPlaying.value) return
      select(at + 1, true)
      wait()
    },
    Math.max(shortestPauseMs, Math.min(longestPauseMs, pauseMs)),
  )
}
