import { useState } from 'preact/hooks'

/** The filters of the list. Texts are in lower case. */
export interface ListFilters {
  readonly text: string
  readonly task: string
  readonly status: string
  readonly onlyFailed: boolean
  readonly judged: boolean | undefined
}

const statuses = ['recording', 'complete', 'aborted', 'stalled', 'error', 'killed', 'unreadable']
let kept: ListFilters = { text: '', task: '', status: '', onlyFailed: false, judged: undefined }

/** Filters that are the same when one comes back to the list. */
export function useFilters(): [ListFilters, (filters: ListFilters) => void] {
  const [filters, setFilters] = useState(kept)
  return [
    filters,
    (changed) => {
      kept = changed
      setFilters(changed)
    },
  ]
}

/** The line of filters above the list. */
export function Filters({ filters, change }: { filters: ListFilters; change: (filters: ListFilters) => void }) {
  const { text, task, status, onlyFailed, judged } = filters
  const isPlain = status === '' && !onlyFailed && judged === undefined
  const press = (name: string, isOn: boolean, part: Partial<ListFilters>) => (
    <button type="button" class="filter" aria-pressed={isOn} onClick={() => change({ ...filters, ...part })}>
      {name}
    </button>
  )
  return (
    <div class="filters" role="search" aria-label="Recordings">
      <div class="find">
        <input
          type="text"
          data-testid="search"
          aria-label="Search task, run or answer"
          placeholder="Search task, run or answer"
          value={text}
          onInput={(event) => change({ ...filters, text: event.currentTarget.value.toLowerCase() })}
        />
        <kbd>/</kbd>
      </div>
      <div class="find task">
        <input
          type="text"
          aria-label="Task"
          placeholder="Task"
          value={task}
          onInput={(event) => change({ ...filters, task: event.currentTarget.value.toLowerCase() })}
        />
      </div>
      <select
        aria-label="Status"
        value={status}
        onChange={(event) => change({ ...filters, status: event.currentTarget.value })}
      >
        <option value="">any status</option>
        {statuses.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
      {press('All', isPlain, { status: '', onlyFailed: false, judged: undefined })}
      {press('With failures', onlyFailed, { onlyFailed: !onlyFailed })}
      {press('Judged', judged === true, { judged: judged === true ? undefined : true })}
      {press('Unjudged', judged === false, { judged: judged === false ? undefined : false })}
    </div>
  )
}
