import { useState } from 'preact/hooks'
import type { RunView } from '../../view/model.ts'
import { ClaimChip, Text } from '../parts/text.tsx'

/** The task beside the answer: what was asked, and what the agent claims. */
export function Band({ view }: { view: RunView }) {
  const [all, setAll] = useState(false)
  const { instruction, finalAnswer, status } = view
  const isAnswered = finalAnswer !== undefined && finalAnswer !== ''
  const kind = all ? 'whole' : 'short'
  // What is not shown of a long text is not made either.
  const cut = (text: string): string => (all ? text : text.slice(0, 2_000))
  const moreOf = (text: string | undefined) =>
    (text?.length ?? 0) > 140 && (
      <button type="button" class="link more" onClick={() => setAll(!all)}>
        {all ? 'less' : 'more'}
      </button>
    )
  return (
    <div class="band">
      <section aria-label="Task">
        <h2 class="label">Task</h2>
        <div class={kind} tabIndex={all ? 0 : undefined}>
          {instruction === '' ? (
            <span class="none">No instruction was recorded.</span>
          ) : (
            <Text text={cut(instruction)} />
          )}
        </div>
        {moreOf(instruction)}
      </section>
      <section aria-label="Final answer">
        <h2 class={`label ${isAnswered ? 'claim' : ''}`}>Answer {isAnswered && <ClaimChip />}</h2>
        <div class={isAnswered ? kind : ''} tabIndex={all ? 0 : undefined} data-testid="final-answer">
          {isAnswered ? (
            <Text text={cut(finalAnswer)} />
          ) : (
            <span class="none">{noAnswer[status] ?? 'The agent gave no answer.'}</span>
          )}
        </div>
        {moreOf(finalAnswer)}
      </section>
    </div>
  )
}

const noAnswer: Readonly<Partial<Record<RunView['status'], string>>> = {
  recording: 'None yet: the run is being recorded.',
  killed: 'None: the run was killed. It never said how it ended; what stands here is all that reached the disk.',
  stalled: 'None: the run stalled.',
  aborted: 'None: the run was aborted.',
}
