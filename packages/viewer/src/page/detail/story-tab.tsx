import type { RunView, StepDetail, StepView } from '../../view/model.ts'
import { formatAt, formatMs, formatNumber, formatReward } from '../parts/format.ts'
import { shown, shownLine } from '../parts/shown.ts'
import { ClaimChip, Text, Value } from '../parts/text.tsx'
import { absent, mode, role, select, tab } from '../state/state.ts'
import { Changes } from './changes.tsx'
import { PageEvents } from './page-events.tsx'

/** The step as a story: what went wrong, what the agent wanted, what it did, what came back and what changed. */
export function StoryTab({ view, step, detail }: { view: RunView; step: StepView; detail: StepDetail | undefined }) {
  const turn = view.turns[step.turn ?? -1]
  const isSaid = detail !== undefined && detail.reasoning !== ''
  const said = turn?.repeatsReasoning ? undefined : turn?.text
  return (
    <>
      <h2>
        Step {step.index + 1} <code>{shownLine(step.action, 60)}</code>
        <Outcome step={step} />
      </h2>
      <p class="sub num">{summarise(view, step)}</p>
      {detail?.error !== undefined && (
        <section>
          <h3 class="label">Error of the tool</h3>
          <div class="errbox" data-testid="error" tabIndex={0}>
            <Text text={detail.error} />
          </div>
          {step.recoveredAt !== undefined && (
            <button type="button" class="link recovered" onClick={() => select(step.recoveredAt!)}>
              The same action succeeded at step {step.recoveredAt + 1}
            </button>
          )}
        </section>
      )}
      <section>
        <h3 class={`label ${isSaid ? 'claim' : ''}`}>Reasoning {isSaid && <ClaimChip />}</h3>
        <div class={isSaid ? 'claimbox' : ''} data-testid="reasoning">
          {!detail ? (
            '…'
          ) : detail.reasoning === '' ? (
            <span class="none">The agent gave none.</span>
          ) : (
            <Text text={detail.reasoning} />
          )}
        </div>
      </section>
      {said && (
        <section>
          <h3 class="label claim">
            Said in this turn <ClaimChip />
          </h3>
          <div class="claimbox">
            <Text text={said} />
          </div>
        </section>
      )}
      <section>
        <h3 class="label">Action</h3>
        {detail && <Arguments detail={detail} />}
      </section>
      <section>
        <h3 class="label">Result</h3>
        <div class="okbox" data-testid="result" tabIndex={0}>
          {!detail ? (
            '…'
          ) : detail.result === undefined ? (
            <span class="none">The tool gave none.</span>
          ) : detail.result === '' ? (
            <span class="none">An empty text.</span>
          ) : (
            <Value value={detail.result} />
          )}
        </div>
      </section>
      <section>
        <h3 class="label">Changed on the page</h3>
        {detail && <Changes changes={detail.changes} />}
      </section>
      {detail && detail.pageEvents.length > 0 && <PageEvents events={detail.pageEvents} />}
      {detail && <Evidence detail={detail} />}
    </>
  )
}

function Outcome({ step }: { step: StepView }) {
  if (!step.ok) return <span class="pill bad">failed</span>
  if (step.executed === 'skipped') return <span class="pill">skipped</span>
  return step.executed === 'unknown' ? (
    <span class="pill warn">not known if it ran</span>
  ) : (
    <span class="pill good">ok</span>
  )
}

function summarise(view: RunView, { durationMs, turn, span, episode }: StepView): string {
  const took = durationMs === undefined ? 'duration unknown' : formatMs(durationMs)
  const call = turn === undefined ? undefined : view.turns[turn]
  const { inputTokens, outputTokens } = call ?? {}
  const tokens =
    inputTokens === undefined ? 'tokens unknown' : `${formatNumber(inputTokens)} → ${formatNumber(outputTokens)} tokens`
  const model = call?.durationMs === undefined ? '' : `, model ${formatMs(call.durationMs)}`
  return [
    took,
    turn === undefined ? 'no turn' : `turn ${turn + 1} (${tokens}${model})`,
    span === undefined ? (view.axis === 'clock' ? 'time unknown' : '') : `at ${formatAt(span.fromMs)}`,
    episode?.reward === undefined ? '' : `reward ${formatReward(episode.reward)}`,
  ]
    .filter(Boolean)
    .join(' · ')
}

function Arguments({ detail }: { detail: StepDetail }) {
  const { args, target, reasoning } = detail
  // What the agent said stands above, as a claim.
  const entries = Object.entries(args).filter(([key, value]) => !(key === 'reasoning' && value === reasoning))
  const aim = target && Object.entries(target).filter(([key]) => ['role', 'name', 'selector'].includes(key))
  if (entries.length === 0 && !aim?.length)
    return <p class="none">{detail.sensitive ? 'Sensitive.' : absent('Without arguments.')}</p>
  return (
    <dl class="args">
      {[...(aim ?? []), ...entries].slice(0, 100).map(([key, value], at) => (
        <>
          <dt key={at}>{shownLine(key, 60)}</dt>
          <dd>
            <Value value={value} />
          </dd>
        </>
      ))}
    </dl>
  )
}

function Evidence({ detail }: { detail: StepDetail }) {
  const show = (kind: string): void => {
    if (kind === 'aria') tab.value = 'Page'
    if (kind === 'agent' || kind === 'probe') {
      role.value = kind
      mode.value = kind === 'agent' ? 'before' : 'after'
    }
  }
  return (
    <section>
      <h3 class="label">Evidence</h3>
      {detail.evidence.length === 0 && <p class="none">{absent('None was recorded for this step.')}</p>}
      <ul class="chips">
        {detail.evidence.map(({ id, kind, label }) => (
          <li key={kind}>
            {kind === 'result' ? (
              <span class="chip" title={id}>
                {label}
              </span>
            ) : (
              <button
                type="button"
                class={`chip ${kind === 'agent' ? 'agent' : ''}`}
                title={shown(id)}
                onClick={() => show(kind)}
              >
                {label}
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
