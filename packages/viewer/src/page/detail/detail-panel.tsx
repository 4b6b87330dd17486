import type { RunView } from '../../view/model.ts'
import { detail, step, tab, tabs } from '../state/state.ts'
import { LabelForm } from './label-form.tsx'
import { PageTab } from './page-tab.tsx'
import { RawTab } from './raw-tab.tsx'
import { StoryTab } from './story-tab.tsx'
import { VerdictTab } from './verdict-tab.tsx'

/** One column that tells the step: as a story, and what it rests on. */
export function DetailPanel({ view }: { view: RunView }) {
  const current = step.value!
  const active = tab.value
  return (
    <aside class="detail" aria-label={`Step ${current.index + 1}`}>
      <div class="tabs" role="tablist" aria-label="About this step">
        {tabs.map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${name}`}
            aria-selected={active === name}
            aria-controls={`panel-${name}`}
            onClick={() => (tab.value = name)}
          >
            {name}
          </button>
        ))}
      </div>
      {tabs.map((name) => (
        <div
          key={name}
          class="panel"
          role="tabpanel"
          id={`panel-${name}`}
          aria-labelledby={`tab-${name}`}
          tabIndex={active === name ? 0 : -1}
          hidden={active !== name}
        >
          {name === 'Story' && <StoryTab view={view} step={current} detail={detail.value} />}
          {name === 'Labels' && <LabelForm view={view} step={current} />}
          {name === 'Page' && active === name && <PageTab step={current} detail={detail.value} />}
          {name === 'Verdict' && active === name && <VerdictTab view={view} />}
          {name === 'Raw' && active === name && <RawTab index={current.index} />}
        </div>
      ))}
    </aside>
  )
}
