import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { messageOf, type HumanLabel } from '@contrail/core'
import type { RunView, StepView } from '../../view/model.ts'
import { labelKeys } from '../state/keys.ts'
import { formatCount } from '../parts/format.ts'
import { shownLine } from '../parts/shown.ts'
import { Text } from '../parts/text.tsx'
import { annotator, data, judgements, refreshJudgements, runKey } from '../state/state.ts'

type Draft = Pick<HumanLabel, 'outcome' | 'process' | 'comment' | 'steps'>
type Flag = HumanLabel['steps'][number]['flag']

const outcomes = ['success', 'failure', 'unsure'] as const
const flags = ['good', 'bad', 'unsure'] as const
const shares = [0, 0.5, 1] as const
const nothing: Draft = { outcome: null, process: null, comment: '', steps: [] }

/** The form in which one person labels the run and its steps. Keys 1 to 9 choose in the order of the buttons. */
export function LabelForm({ view, step }: { view: RunView; step: StepView | undefined }) {
  const told = judgements.value
  // Signals change at once: keys that come fast each see what the one before has chosen.
  const kept = useSignal<Draft>(nothing)
  const says = useSignal<{ text: string; isGood: boolean } | undefined>(undefined)
  const draft = kept.value
  const mine = told?.mine
  useEffect(() => {
    kept.value = mine ?? nothing
  }, [mine?.savedAt, runKey.value])
  const change = (part: Partial<Draft>): void => {
    kept.value = { ...kept.value, ...part }
    says.value = undefined
  }
  const flagOf = ({ steps }: Draft): Flag | undefined => steps.find(({ index }) => index === step?.index)?.flag
  const setFlag = (chosen: Flag): void => {
    if (!step) return
    change({ steps: withFlag(kept.value.steps, step.index, flagOf(kept.value) === chosen ? undefined : chosen) })
  }
  const save = async (): Promise<void> => {
    try {
      await data().saveLabel(runKey.value ?? '', {
        ...kept.value,
        annotator: annotator.value.trim(),
        blind: told?.hidden !== false || told.counts.verdicts + told.counts.labels === 0,
        verdictsSeen: told?.hidden === false ? told.verdicts.map(({ name }) => name) : [],
      })
      says.value = { text: data().savedWords, isGood: true }
      await refreshJudgements(false)
    } catch (error) {
      says.value = { text: messageOf(error), isGood: false }
    }
  }
  useLabelKeys((key) => {
    if (key === 'Enter') void save()
    else if (key <= '3') change({ outcome: outcomes[Number(key) - 1]! })
    else if (key <= '6') setFlag(flags[Number(key) - 4]!)
    else change({ process: shares[Number(key) - 7]! })
  })
  return (
    <>
      <form
        class="form"
        data-testid="label-form"
        tabIndex={-1}
        onSubmit={(event) => event.preventDefault()}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !isChoice(event.target)) return
          // Enter saves, whatever was chosen last; the space bar presses a button.
          event.preventDefault()
          void save()
        }}
      >
        <p class="head">Your label</p>
        <label>
          <span class="label">Annotator</span>
          <input
            type="text"
            name="annotator"
            maxLength={80}
            value={annotator.value}
            onChange={(event) => {
              annotator.value = event.currentTarget.value
              void refreshJudgements(false)
            }}
          />
        </label>
        <Choices title="Did the run reach its goal?" firstKey={1}>
          {outcomes.map((outcome) => [outcome, draft.outcome === outcome, () => change({ outcome })])}
        </Choices>
        {step && (
          <Choices title={`Step ${step.index + 1}`} firstKey={4}>
            {flags.map((one) => [one, flagOf(draft) === one, () => setFlag(one)])}
          </Choices>
        )}
        <Choices title="How much of the work was done well?" firstKey={7}>
          {shares.map((share) => [
            share === 0 ? 'none' : share === 1 ? 'all' : 'half',
            draft.process === share,
            () => change({ process: share }),
          ])}
        </Choices>
        <label>
          <span class="label">Comment</span>
          <textarea
            rows={3}
            name="comment"
            maxLength={20_000}
            value={draft.comment}
            onInput={(event) => change({ comment: event.currentTarget.value })}
          />
        </label>
        {step && (
          <p class="sub">
            {draft.steps.length === 0
              ? 'No step is flagged.'
              : `${formatCount(draft.steps.length, 'step')} of ${view.steps.length} flagged.`}
          </p>
        )}
        <p class="choices">
          <button type="button" class="button main" onClick={() => void save()}>
            Save
          </button>
          <span role="status" class={says.value?.isGood === false ? 'failed' : 'saved'}>
            {says.value
              ? shownLine(says.value.text, 400)
              : mine
                ? `Saved ${mine.savedAt.slice(0, 16).replace('T', ' ')} UTC`
                : ''}
          </span>
        </p>
      </form>
      <Others />
    </>
  )
}

function isChoice(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.hasAttribute('aria-pressed')
}

function withFlag(steps: HumanLabel['steps'], index: number, flag: Flag | undefined): HumanLabel['steps'] {
  const others = steps.filter((one) => one.index !== index)
  return flag === undefined ? others : [...others, { index, flag }].toSorted((a, b) => a.index - b.index)
}

function Choices({
  title,
  firstKey,
  children,
}: {
  title: string
  firstKey: number
  children: readonly (readonly [string, boolean, () => void])[]
}) {
  return (
    <fieldset>
      <legend class="label">{title}</legend>
      <div class="choices">
        {children.map(([name, isChosen, choose], at) => (
          <button key={name} type="button" class="button" aria-pressed={isChosen} onClick={choose}>
            {name} <kbd aria-hidden="true">{firstKey + at}</kbd>
          </button>
        ))}
      </div>
    </fieldset>
  )
}

/** Labels of others show once one's own is saved. */
function Others() {
  const told = judgements.value
  if (told?.labelsProblem)
    return <p class="sub">Labels of this recording cannot be read: {shownLine(told.labelsProblem, 400)}</p>
  if (!told || told.counts.labels === 0) return null
  if (told.hidden)
    return <p class="sub">{formatCount(told.counts.labels, 'label')} of others show once yours is saved.</p>
  return (
    <section>
      <h3 class="label">Others said</h3>
      {told.labels.map((label) => (
        <div key={label.annotator} class="criterion">
          <header>
            <b>{shownLine(label.annotator, 80)}</b>
            <span>{label.outcome ?? 'not judged'}</span>
          </header>
          {label.comment !== '' && (
            <p>
              <Text text={label.comment} />
            </p>
          )}
        </div>
      ))}
    </section>
  )
}

function useLabelKeys(act: (key: string) => void): void {
  useEffect(() => {
    const hear = (event: Event): void => act(event.type)
    const names = ['Enter', ...Array.from({ length: 9 }, (_, at) => String(at + 1))]
    for (const name of names) labelKeys.addEventListener(name, hear)
    return () => {
      for (const name of names) labelKeys.removeEventListener(name, hear)
    }
  })
}
