import { describeLastEvent } from '@contrail/core'
import { useEffect } from 'preact/hooks'
import type { InFlight } from '../../view/in-flight.ts'
import type { RunView } from '../../view/model.ts'
import { DetailPanel } from '../detail/detail-panel.tsx'
import { formatCount, formatMs, formatNumber } from '../parts/format.ts'
import { shown } from '../parts/shown.ts'
import { Fact, StatusPill, TopBar } from '../chrome/top-bar.tsx'
import { goTo, route } from '../state/route.ts'
import { data, fetchDetail, judgements, run, selected } from '../state/state.ts'
import { Band } from './band.tsx'
import { EmptyRun } from './empty-run.tsx'
import { FilmStrip } from './film-strip.tsx'
import { Stage } from './stage.tsx'
import { StepList } from './step-list.tsx'

/** One run: the question and the answer, time, and one step in three columns. */
export function RunPage() {
  const view = run.value!
  const index = selected.value
  const drawn = route.value
  useEffect(() => {
    if (index === undefined) return
    void fetchDetail(index)
    // A link without a step names the one that is shown, so that it can be handed on.
    // Asked anew: keys that came since this was drawn have led further.
    const now = selected.peek()
    const place = route.peek()
    // A link to another run may have been followed before this came to be done.
    const isHere = place?.run === drawn?.run && place?.task === drawn?.task
    if (place && isHere && now !== undefined && place.step !== now + 1) goTo({ ...place, step: now + 1 }, true)
  }, [index, view])
  return (
    <div class="run">
      <TopBar facts={<RunFacts view={view} />}>
        <div class="crumbs">
          <span>{shown(route.value?.run ?? view.runId)}</span>
          <span aria-hidden="true">/</span>
          <h1 title={shown(view.taskId)}>{shown(view.taskId)}</h1>
        </div>
        <StatusPill status={view.status} testId="status" />
        <VerdictPill />
      </TopBar>
      <Notes notes={data().notes} />
      <Band view={view} />
      {view.inFlight && <UnderWay inFlight={view.inFlight} status={view.status} />}
      <FilmStrip view={view} />
      <div class="body">
        {index === undefined ? (
          <EmptyRun view={view} />
        ) : (
          <>
            <StepList view={view} />
            <Stage view={view} />
          </>
        )}
        <DetailPanel view={view} />
      </div>
    </div>
  )
}

/** Sentences about the file that this is, above all that was left out of it. */
function Notes({ notes }: { notes: readonly string[] }) {
  if (notes.length === 0) return null
  return (
    <ul class="notes" aria-label="About this file" data-testid="notes">
      {notes.map((note) => (
        <li key={note}>{shown(note)}</li>
      ))}
    </ul>
  )
}

/** The end of what is known of a run that has not said its own. */
function UnderWay({ inFlight, status }: { inFlight: InFlight; status: RunView['status'] }) {
  return (
    <dl class="underway" data-testid="in-flight">
      <dt class="label">Last event</dt>
      <dd class="num">{shown(describeLastEvent(inFlight.lastEvent))}</dd>
      <dt class="label">{status === 'recording' ? 'Under way' : 'Was under way'}</dt>
      <dd>{inFlight.underWay}</dd>
    </dl>
  )
}

function RunFacts({ view }: { view: RunView }) {
  const { steps, failed, turns, gaps, durationMs, inputTokens, outputTokens, cost } = view
  const tokens = inputTokens === undefined ? undefined : inputTokens + (outputTokens ?? 0)
  return (
    <>
      <Fact value={formatNumber(steps.length)} of={steps.length === 1 ? 'step' : 'steps'} />
      <Fact value={formatNumber(failed.length)} of="failed" kind={failed.length > 0 ? 'bad' : undefined} />
      <Fact value={formatNumber(turns.length)} of={turns.length === 1 ? 'turn' : 'turns'} />
      <Fact value={durationMs === undefined ? 'time unknown' : formatMs(durationMs)} />
      <Fact
        value={tokens === undefined ? 'tokens unknown' : formatNumber(tokens)}
        {...(tokens === undefined ? {} : { of: 'tokens' })}
      />
      <Fact value={shown(cost ?? 'cost unknown')} />
      <Fact
        value={formatNumber(gaps.length)}
        of={gaps.length === 1 ? 'gap' : 'gaps'}
        kind={gaps.length > 0 ? 'gap' : undefined}
      />
    </>
  )
}

/** Verdicts are hidden from who has not judged yet; that there are some is not. */
function VerdictPill() {
  const told = judgements.value
  if (!told || told.counts.verdicts === 0) return null
  if (told.hidden) return <span class="pill judged">{formatCount(told.counts.verdicts, 'verdict')}, hidden</span>
  const outcomes = told.verdicts.flatMap(({ verdict }) => verdict?.outcomeSuccess ?? [])
  const isGood = outcomes.length > 0 && outcomes.every(Boolean)
  const word = outcomes.length === 0 ? 'broken' : isGood ? 'yes' : 'no'
  return <span class={`pill judged ${isGood ? 'good' : 'bad'}`}>verdict {word}</span>
}
