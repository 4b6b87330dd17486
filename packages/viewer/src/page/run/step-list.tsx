import { moveAmong } from '../state/navigate.ts'
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import type { GapView, RunView, StepView, TurnView } from '../../view/model.ts'
import { formatCount, formatMs } from '../parts/format.ts'
import { shownLine } from '../parts/shown.ts'
import { ClaimChip } from '../parts/text.tsx'
import { rowsInSight, useSight } from '../parts/virtual.ts'
import { matches, search, searchText, select, selected } from '../state/state.ts'

type SaidRowData = { readonly kind: 'said'; readonly turn: TurnView; readonly number: number }

type Row =
  | { readonly kind: 'step'; readonly step: StepView; readonly isFirstOfTurn: boolean }
  | SaidRowData
  | { readonly kind: 'gap'; readonly gap: GapView }

/** The steps with what the model said between them and what is missing. Only rows in sight are on the page. */
export function StepList({ view }: { view: RunView }) {
  const { ref, sight } = useSight<HTMLDivElement>()
  const { rows, offsets, rowOf } = useMemo(() => layOut(view), [view])
  const index = selected.value
  const total = offsets.at(-1) ?? 0
  const last = useRef<number | undefined>(undefined)
  useLayoutEffect(() => {
    const list = ref.current
    const at = rowOf[index ?? -1]
    if (!list || at === undefined || last.current === index) return
    last.current = index
    const [top = 0, bottom = 0] = [offsets[at], offsets[at + 1]]
    if (top < list.scrollTop + 30) list.scrollTop = top - 60
    else if (bottom > list.scrollTop + list.clientHeight - 30) list.scrollTop = bottom - list.clientHeight + 60
  }, [index, rowOf])
  const [from, to] = rowsInSight(offsets, sight)
  return (
    <section class="steps" aria-label="Steps">
      <div class="find">
        <svg width="13" height="13" viewBox="0 0 13 13" aria-hidden="true">
          <circle cx="5.500" cy="5.500" r="4" fill="none" stroke="currentColor" stroke-width="1.500" />
          <path d="M8.500 8.500l3.500 3.500" stroke="currentColor" stroke-width="1.500" stroke-linecap="round" />
        </svg>
        <input
          type="text"
          data-testid="search"
          aria-label="Search steps and pages"
          placeholder="Search steps and pages"
          value={searchText.value}
          onInput={(event) => void search(event.currentTarget.value)}
          onKeyDown={(event) => event.key === 'Enter' && moveAmong(matches.value ?? [], event.shiftKey ? -1 : 1)}
        />
        <kbd>/</kbd>
      </div>
      <p class="found" role="status" hidden={matches.value === undefined}>
        {matches.value &&
          `${formatCount(matches.value.length, 'step')} of ${view.steps.length}. Enter goes to the next.`}
      </p>
      <div class="columns" aria-hidden="true">
        <span>turn</span>
        <span>step</span>
      </div>
      <div
        ref={ref}
        class="list"
        role="listbox"
        aria-label="Steps"
        tabIndex={0}
        aria-activedescendant={index === undefined ? undefined : `step-${index + 1}`}
        style={{ '--step-digits': digitsOf(view.steps.length), '--turn-digits': digitsOf(view.turns.length) }}
      >
        <div style={{ height: `${total + 12}px` }} />
        {rows.slice(from, to).map((row, at) => {
          const top = offsets[from + at]!
          const style = { top: `${top}px`, height: `${offsets[from + at + 1]! - top}px` }
          if (row.kind === 'step')
            return <StepRow key={`s${row.step.index}`} row={row} count={view.steps.length} style={style} />
          if (row.kind === 'said') return <SaidRow key={`t${row.number}`} row={row} style={style} />
          return <GapRow key={`g${from + at}`} gap={row.gap} style={style} />
        })}
      </div>
    </section>
  )
}

/** Columns of numbers are as wide as the longest of them. */
function digitsOf(count: number): string {
  return String(String(count).length)
}

type Style = { top: string; height: string }

function StepRow({ row, count, style }: { row: Extract<Row, { kind: 'step' }>; count: number; style: Style }) {
  const { step, isFirstOfTurn } = row
  const isSelected = step.index === selected.value
  const isMiss = matches.value !== undefined && !matches.value.includes(step.index)
  const state = step.ok ? (step.executed === 'skipped' ? 'skipped' : '') : 'bad'
  return (
    <div
      id={`step-${step.index + 1}`}
      class={`steprow ${isMiss ? 'miss' : ''}`}
      role="option"
      data-testid="step"
      data-step={step.index + 1}
      data-ok={step.ok}
      aria-selected={isSelected}
      aria-posinset={step.index + 1}
      aria-setsize={count}
      style={style}
      onClick={() => select(step.index)}
    >
      <span class="turn num">{isFirstOfTurn && step.turn !== undefined ? step.turn + 1 : ''}</span>
      <span class="n num">{step.index + 1}</span>
      <span
        class={`dot ${state}`}
        title={step.ok ? (step.executed === 'skipped' ? 'skipped' : 'it went well') : 'failed'}
      />
      <span class="what">
        <span class="verb">{shownLine(step.action, 40)}</span> <span class="aim">{shownLine(step.aim, 80)}</span>
      </span>
      <span class="ms num">{step.durationMs === undefined ? 'unknown' : formatMs(step.durationMs)}</span>
      {!step.ok && <span class="err">{shownLine(step.error ?? '', 120)}</span>}
    </div>
  )
}

function SaidRow({ row, style }: { row: SaidRowData; style: Style }) {
  return (
    <div
      class={`said ${row.turn.steps.length === 0 ? '' : 'one'}`}
      style={style}
      title={shownLine(row.turn.text ?? '', 600)}
    >
      <span class="turn num">{row.number}</span>
      <p>
        <ClaimChip />
        {shownLine(row.turn.text ?? '', 220)}
      </p>
    </div>
  )
}

function GapRow({ gap, style }: { gap: GapView; style: Style }) {
  const { what, reason, detail } = gap
  return (
    <div class="gaprow" data-testid="gap" style={style} title={shownLine(detail ?? '', 300)}>
      <span />
      <p>gap: {shownLine(`${what} ${reason}`, 60)}</p>
    </div>
  )
}

/** Rows in order with their offsets: `offsets[n]` is the top of row n, the last one the end. */
function layOut(view: RunView): { rows: Row[]; offsets: number[]; rowOf: number[] } {
  const rows: Row[] = []
  const saidBefore = new Map<number, SaidRowData[]>()
  for (const [at, turn] of view.turns.entries()) {
    if (!turn.text || turn.repeatsReasoning) continue
    saidBefore.set(turn.before, [...(saidBefore.get(turn.before) ?? []), { kind: 'said', turn, number: at + 1 }])
  }
  const gapsOf = new Map<number, Row[]>()
  for (const gap of view.gaps) {
    const step = Math.min(gap.stepIndex ?? -1, view.steps.length - 1)
    const known = gapsOf.get(step)
    if (known) known.push({ kind: 'gap', gap })
    else gapsOf.set(step, [{ kind: 'gap', gap }])
  }
  const rowOf: number[] = []
  rows.push(...(gapsOf.get(-1) ?? []))
  for (const step of view.steps) {
    const said = saidBefore.get(step.index) ?? []
    const saidTurns = new Set(said.map((row) => row.number - 1))
    rows.push(...said)
    rowOf[step.index] = rows.length
    rows.push({
      kind: 'step',
      step,
      isFirstOfTurn: step.turn !== view.steps[step.index - 1]?.turn && !saidTurns.has(step.turn ?? -1),
    })
    rows.push(...(gapsOf.get(step.index) ?? []))
  }
  rows.push(...(saidBefore.get(view.steps.length) ?? []))
  const offsets = [0]
  for (const row of rows) offsets.push(offsets.at(-1)! + heightOf(row))
  return { rows, offsets, rowOf }
}

function heightOf(row: Row): number {
  if (row.kind === 'gap') return 26
  if (row.kind === 'said') return row.turn.steps.length === 0 && (row.turn.text?.length ?? 0) > 30 ? 42 : 26
  return row.step.ok ? 30 : 48
}
