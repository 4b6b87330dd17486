import type { AriaChange, AriaDifference, AriaPlace } from '@contrail/core'
import { useState } from 'preact/hooks'
import { shownLine } from '../parts/shown.ts'
import { absent } from '../state/state.ts'

const firstPart = 14

/** The difference of two aria trees as lines of a diff, what changed before what came and went. */
export function Changes({ changes }: { changes: AriaDifference | undefined }) {
  const [all, setAll] = useState(false)
  if (!changes)
    return (
      <p class="none">{absent('Unknown: there are no two aria trees, from before and after, that can be compared.')}</p>
    )
  const lines = [
    ...changes.changed.flatMap((change) => describeChange(change)),
    ...changes.added.filter(isTelling).map((place) => ({ kind: 'add', text: `+ ${nameOf(place)}`, path: place.path })),
    ...changes.removed
      .filter(isTelling)
      .map((place) => ({ kind: 'del', text: `− ${nameOf(place)}`, path: place.path })),
    ...changes.moved.map(({ before, after }) => ({
      kind: 'chg',
      text: `↷ ${nameOf(after)}`,
      path: `moved from ${before.path} to ${after.path}`,
    })),
  ]
  if (lines.length === 0) return <p class="none">Nothing that the aria tree tells.</p>
  const cut = all ? lines : lines.slice(0, firstPart)
  return (
    <ul class="diff">
      {cut.map(({ kind, text, path }, at) => (
        <li key={at} class={kind} title={shownLine(path, 400)}>
          {shownLine(text, 400)}
        </li>
      ))}
      {cut.length < lines.length && (
        <li class="more">
          <button type="button" class="link" onClick={() => setAll(true)}>
            {lines.length - cut.length} more
          </button>
        </li>
      )}
    </ul>
  )
}

/** Nodes without a name or a text only hold others. */
function isTelling({ name, text }: AriaPlace): boolean {
  return name !== '' || text !== ''
}

function nameOf({ role, name, text }: AriaPlace): string {
  return `${role}${name === '' ? '' : ` "${name}"`}${text === '' ? '' : `: ${text}`}`
}

function describeChange({ before, after }: AriaChange) {
  const path = after.path
  if (nameOf(before) === nameOf(after)) return [{ kind: 'chg', text: `~ ${nameOf(after)} is in another state`, path }]
  return [
    { kind: 'del', text: `− ${nameOf(before)}`, path: before.path },
    { kind: 'add', text: `+ ${nameOf(after)}`, path },
  ]
}
