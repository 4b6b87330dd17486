import { useAnswer } from '../parts/asked.ts'
import type { Verdict } from '@contrail/core'
import type { RunView } from '../../view/model.ts'
import type { FailureClass } from '../../view/protocol.ts'
import { formatCount } from '../parts/format.ts'
import { shownLine } from '../parts/shown.ts'
import { Text } from '../parts/text.tsx'
import { data, judgements, mode, refreshJudgements, role, runKey, select, tab } from '../state/state.ts'

/** The verdicts of judges, criterion by criterion, with the evidence that each rests on. */
export function VerdictTab({ view }: { view: RunView }) {
  const told = judgements.value
  if (!told) return <p class="none">…</p>
  if (told.counts.verdicts === 0) {
    return (
      <>
        <p class="head">No verdict yet</p>
        <p class="sub">Nobody has judged this recording.</p>
        <ClassOfFailure />
      </>
    )
  }
  if (told.hidden) {
    return (
      <>
        <p class="head">{formatCount(told.counts.verdicts, 'verdict')}, hidden</p>
        <p class="sub">So that your own judgement is not led, verdicts show once your label is saved.</p>
        <p class="choices" style={{ marginTop: '14px' }}>
          <button type="button" class="button main" onClick={() => (tab.value = 'Labels')}>
            Label it first
          </button>
          <button type="button" class="button" onClick={() => void refreshJudgements(true)}>
            Show them now
          </button>
        </p>
      </>
    )
  }
  return (
    <>
      {told.verdicts.map(({ name, verdict, problem }) => (
        <div key={name}>
          <p class="head">
            {shownLine(name, 80)}{' '}
            {verdict && (
              <span class={`pill ${verdict.outcomeSuccess ? 'good' : 'bad'}`}>
                {verdict.outcomeSuccess ? 'yes' : 'no'}
              </span>
            )}
          </p>
          {verdict ? (
            <OneVerdict verdict={verdict} count={view.steps.length} />
          ) : (
            <p class="none">It cannot be read: {shownLine(problem, 400)}</p>
          )}
        </div>
      ))}
      <ClassOfFailure />
    </>
  )
}

/**
 * The class that rules give to a failure; nothing where the run went well, or nobody can say how it failed. They read the
 * newest verdict too: it shows where that does.
 */
function ClassOfFailure() {
  const key = runKey.value
  const ask = async (): Promise<FailureClass | null> => (key === undefined ? null : data().failureClass(key))
  const found = useAnswer(() => ask().catch(() => null), [key])
  if (!found || found.confidence === null) return null
  return (
    <section data-testid="failure-class">
      <h3 class="label">Class of the failure</h3>
      <p>{`${shownLine(found.name, 80)}, confidence ${Number(found.confidence.toFixed(4))}`}</p>
    </section>
  )
}

function OneVerdict({ verdict, count }: { verdict: Verdict; count: number }) {
  const { processScore, explanation, perCriterion = [], firstPointOfFailure, findings = [] } = verdict
  return (
    <>
      <p class="sub num">
        {processScore === undefined ? 'process score unknown' : `process ${Number(processScore.toFixed(3))}`}
        {firstPointOfFailure && ` · first failure at step ${firstPointOfFailure.stepIndex + 1}`}
      </p>
      {explanation !== undefined && explanation !== '' && (
        <p style={{ marginTop: '8px' }}>
          <Text text={explanation} />
        </p>
      )}
      {firstPointOfFailure && (
        <div class="criterion">
          <b>
            First point of failure: {shownLine(`${firstPointOfFailure.errorCode} ${firstPointOfFailure.category}`, 120)}
          </b>
          <p>{firstPointOfFailure.description !== undefined && <Text text={firstPointOfFailure.description} />}</p>
          <EvidenceLinks ids={[`${firstPointOfFailure.stepIndex}:frame`]} count={count} />
        </div>
      )}
      {perCriterion.map((criterion, at) => {
        const { earnedPoints, maxPoints, explanation: why } = criterion
        return (
          <div key={at} class="criterion">
            <header>
              <b>{shownLine(criterion.criterion, 400)}</b>
              <span class="num">
                {earnedPoints === null ? `unknown of ${maxPoints}` : `${earnedPoints} of ${maxPoints}`}
              </span>
            </header>
            {why !== undefined && (
              <p>
                <Text text={why} />
              </p>
            )}
            <EvidenceLinks ids={citedIn(criterion)} count={count} />
          </div>
        )
      })}
      {findings.map(({ severity, description, relatedSteps = [] }, at) => (
        <div key={at} class="criterion">
          <header>
            <span class={`chip ${severity === 'blocking' ? 'warn' : ''}`}>{severity}</span>
            <b>
              <Text text={description} />
            </b>
          </header>
          <EvidenceLinks ids={relatedSteps.map((index) => `${index}:frame`)} count={count} />
        </div>
      ))}
    </>
  )
}

/** Ids of evidence, `4:aria`, wherever a criterion cites them: as a list of its own, or in its words. */
function citedIn(criterion: Readonly<Record<string, unknown>>): string[] {
  const texts = Object.values(criterion)
    .flatMap((value) => (Array.isArray(value) ? (value as unknown[]) : [value]))
    .filter((value) => typeof value === 'string')
  const ids = texts.flatMap((text) => text.slice(0, 20_000).match(/\b\d{1,6}:(?:frame|aria|result)\b/g) ?? [])
  return [...new Set(ids)].slice(0, 40)
}

function EvidenceLinks({ ids, count }: { ids: readonly string[]; count: number }) {
  const known = ids.filter((id) => Number(id.split(':', 1)[0]) < count)
  if (known.length === 0) return null
  return (
    <ul class="chips">
      {known.map((id) => (
        <li key={id}>
          <button type="button" class="chip" onClick={() => showEvidence(id)}>
            {describe(id)}
          </button>
        </li>
      ))}
    </ul>
  )
}

function describe(id: string): string {
  const [index, kind] = id.split(':')
  const names: Readonly<Record<string, string>> = { frame: 'frame', aria: 'aria tree', result: 'result' }
  return `step ${Number(index) + 1}, ${names[kind ?? ''] ?? ''}`
}

function showEvidence(id: string): void {
  const [index, kind] = id.split(':')
  select(Number(index))
  if (kind === 'aria') tab.value = 'Page'
  if (kind === 'result') tab.value = 'Story'
  if (kind === 'frame') {
    mode.value = 'after'
    role.value = undefined
  }
}
