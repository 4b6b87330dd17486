import type { PageEventView } from '../../view/model.ts'
import { Text } from '../parts/text.tsx'

/** The list of what the page did by itself during a step. */
export function PageEvents({ events }: { events: readonly PageEventView[] }) {
  return (
    <section>
      <h3 class="label">The page by itself</h3>
      <ul class="events">
        {events.map(({ kind, failed, text, count }, at) => (
          <li key={at} class={failed ? 'bad' : ''}>
            <span>{kind.replaceAll('_', ' ')}</span>
            <span>
              <Text text={text} />
            </span>
            <span class="num">{count === undefined || count < 2 ? '' : `× ${count}`}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
