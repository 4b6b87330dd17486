import { countEach } from '@contrail/core'
import { isSamePath } from '../../run/paths.ts'
import type { Run, StepFacts } from '../../run/run.ts'
import { seenAfter, givenBy, type Finding } from '../finding.ts'

const fewestRepeats = 3
const fewestStill = 5
const fewestErrors = 3

/**
 * LOOPING_BEHAVIOR: one action with equal arguments 3 or more times on one page that none of them changed, or 3 or more reads of one
 * part of one file with neither a write to it nor a test between. Looks count in a row only, since each action may have its look.
 */
export function looping(run: Run): Finding | undefined {
  const groups = [...repeatsOnPages(run), ...repeatedReads(run)]
  const [first] = groups.toSorted((one, other) => one[0]!.index - other[0]!.index)
  if (!first) return undefined
  const { label, path, kind } = first[0]!
  const where = kind === 'read' && path !== undefined ? 'with nothing changed between' : 'on an unchanged page'
  return seenAfter(first, `${first.length}x ${label} ${where}`)
}

function repeatsOnPages({ steps, pages }: Run): StepFacts[][] {
  const groups = new Map<string, StepFacts[]>()
  const counts = countEach(steps.map(({ key }) => key))
  const found: StepFacts[][] = []
  let row: StepFacts[] = []
  const endRow = (): void => {
    if (row.length >= fewestRepeats) found.push(row)
    row = []
  }
  for (const facts of steps) {
    const { kind, key, before, after, step } = facts
    const isRepeated = counts.get(key)! >= fewestRepeats && step.executed !== 'skipped'
    const isStill = isRepeated && pages.isSame(before, after) === true
    if (kind === 'look') {
      const isRepeat = isStill && sameFrame(facts) && (row.length === 0 || row[0]!.key === key)
      if (!isRepeat) endRow()
      if (isStill && sameFrame(facts)) row.push(facts)
      continue
    }
    endRow()
    // Reads of a file are counted by the file.
    if (!isStill || !after || ((kind === 'read' || kind === 'search') && facts.path !== undefined)) continue
    const id = `${pages.fingerprint(after)} ${key}`
    const group = groups.get(id)
    if (group) group.push(facts)
    else groups.set(id, [facts])
  }
  endRow()
  return [...found, ...[...groups.values()].filter((group) => group.length >= fewestRepeats)]
}

/** A scroll leaves the tree as it is and shows something else. */
function sameFrame({ before, after, step: { actionName } }: StepFacts): boolean {
  const isMove = /scroll|move|hover|zoom/i.test(actionName)
  if (before?.frame === undefined || after?.frame === undefined) return !isMove
  return before.frame === after.frame
}

function repeatedReads({ steps }: Run): StepFacts[][] {
  /** By file, then by the part of it. */
  const open = new Map<string, Map<string, StepFacts[]>>()
  /** The open files by the last part of their names: only those can be one that is written. */
  const byName = new Map<string, Set<string>>()
  const found: StepFacts[][] = []
  const close = (path: string): void => {
    for (const group of open.get(path)!.values()) if (group.length >= fewestRepeats) found.push(group)
    open.delete(path)
    byName.get(nameOf(path))?.delete(path)
  }
  const closeAll = (): void => {
    for (const path of open.keys()) close(path)
  }
  for (const facts of steps) {
    const { kind, path } = facts
    if (kind === 'test') closeAll()
    if (path === undefined) continue
    const alike = byName.get(nameOf(path)) ?? new Set()
    if (kind === 'write') for (const one of alike) if (isSamePath(one, path)) close(one)
    if (kind !== 'read') continue
    byName.set(nameOf(path), alike.add(path))
    const parts = open.get(path) ?? new Map<string, StepFacts[]>()
    const range = rangeOf(facts)
    const group = parts.get(range) ?? []
    group.push(facts)
    open.set(path, parts.set(range, group))
  }
  closeAll()
  return found
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

const rangeNames = /line|offset|limit|start|end|range|page|from|to$|count|view/i

/** Lines and offsets: a long file that is read part by part is read once. */
function rangeOf({ step: { actionArgs } }: StepFacts): string {
  const parts = Object.entries(actionArgs).filter(
    ([name, value]) => typeof value === 'number' || Array.isArray(value) || rangeNames.test(name),
  )
  return JSON.stringify(parts)
}

/**
 * STAGNATION: 5 or more acting steps in a row that did not fail, are not all equal, and of which none changed the fingerprint. Looks and
 * reads between them break no row, unless the page changed meanwhile.
 */
export function stagnation({ steps, pages }: Run): Finding | undefined {
  let row: StepFacts[] = []
  let found: StepFacts[] | undefined
  const end = (): void => {
    if (row.length >= fewestStill && new Set(row.map(({ key }) => key)).size > 1) found ??= row
    row = []
  }
  for (const facts of steps) {
    const { acts, ok, before, after } = facts
    const isSame = pages.isSame(before, after)
    if (acts && ok && isSame === true) row.push(facts)
    else if (acts || isSame === false) end()
  }
  end()
  return found && seenAfter(found, `${found.length} actions in a row that changed nothing on the page`)
}

/** TOOL_ERROR_CASCADE: 3 or more steps in a row that failed. */
export function errorCascade({ steps }: Run): Finding | undefined {
  let row: StepFacts[] = []
  for (const facts of steps) {
    if (!facts.ok) row.push(facts)
    else if (row.length >= fewestErrors) break
    else row = []
  }
  if (row.length < fewestErrors) return undefined
  return givenBy(row, `${row.length} steps in a row failed, first ${row[0]!.label}`)
}
