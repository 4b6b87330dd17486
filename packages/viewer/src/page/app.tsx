import { effect, signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { RecordingRow } from '../view/protocol.ts'
import { ListPage } from './list/list-page.tsx'
import { HelpDialog } from './chrome/help-dialog.tsx'
import { Notice } from './parts/notice.tsx'
import { shownLine } from './parts/shown.ts'
import { route, type Route } from './state/route.ts'
import { RunPage } from './run/run-page.tsx'
import { closeRun, data, failure, isHelpOpen, openRun, rows, runError, runKey, run, takeList } from './state/state.ts'

/** The whole page: the list, or one run. */
export function App() {
  useEffect(() => effect(followRoute), [])
  return (
    <>
      <Content />
      {isHelpOpen.value && <HelpDialog />}
    </>
  )
}

function Content() {
  if (failure.value !== undefined) {
    return (
      <Notice title="Nothing can be shown">
        <p>{failure.value}</p>
        <p>
          Start <code>contrail view</code> and open the link that it prints.
        </p>
      </Notice>
    )
  }
  if (!rows.value) return <main aria-busy="true" />
  if (!route.value) return <ListPage />
  const { run: runName, task } = route.value
  if (runError.value !== undefined) {
    return (
      <Notice title={`${runName}/${task} cannot be read`} home>
        <p class="mono">{runError.value}</p>
      </Notice>
    )
  }
  if (runKey.value === undefined) {
    if (soughtPlace.value !== placeOf(route.value)) return <main aria-busy="true" />
    return (
      <Notice title={`There is no recording ${runName}/${task}`} home>
        <p>It may have been removed, or the address is not quite right.</p>
      </Notice>
    )
  }
  return run.value ? <RunPage /> : <main aria-busy="true" />
}

type Place = NonNullable<Route>

/** The place that is not there although the disk was looked at for it. */
const soughtPlace = signal('')

/** Look on the disk for a recording that is younger than the list. */
async function seek(place: Place): Promise<void> {
  if (soughtPlace.peek() === placeOf(place)) return
  const found = await data()
    .list(true)
    .catch(() => undefined)
  soughtPlace.value = placeOf(place)
  if (found) takeList(found)
}

function placeOf({ run: runName, task }: Place): string {
  return JSON.stringify([runName, task])
}

/** A recording by its folders or, where none has such, by the ids it was recorded under. */
function findRow(list: readonly RecordingRow[], { run: runName, task: taskName }: Place): RecordingRow | undefined {
  return (
    list.find(({ run: name, task }) => name === runName && task === taskName) ??
    list.find(({ runId, taskId }) => runId === runName && taskId === taskName)
  )
}

/** Open the run that the address names, once the list is there to know it by. */
function followRoute(): void {
  const place = route.value
  const list = rows.value
  if (!list) return
  const row = place && findRow(list, place)
  if (!row) {
    if (runKey.peek() !== undefined) closeRun()
    if (place) void seek(place)
    document.title = 'Recordings · Contrail'
    return
  }
  if (runKey.peek() === row.key) return
  document.title = `${shownLine(row.taskId, 100)} · Contrail`
  queueMicrotask(() => void openRun(row.key))
}
