import type { RunView } from '../../view/model.ts'
import { detail, shownTab, shownTabs, step, tab } from '../state/state.ts'
import { LabelForm } from './label-form.tsx'
import { PageTab } from './page-tab.tsx'
import { RawTab } from './raw-tab.tsx'
import { StoryTab } from './story-tab.tsx'
import { VerdictTab } from './verdict-tab.tsx'

/** One column that tells the step: as a story, and what it rests on. Without a step, what is said of the run. */
export function DetailPanel({ view }: { view: RunView }) {
  const current = step.value
  const active = shownTab.value
  const tabs = shownTabs.value
  return (
    <aside class="detail" aria-label={current ? `Step ${current.index + 1}` : 'Run'}>
      <div class="tabs" role="tablist" aria-label={`About this ${current ? 'step' : 'run'}`}>
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
          {current && name === 'Story' && <StoryTab view={view} step={current} detail={detail.value} />}
          {name === 'Labels' && <LabelForm view={view} step={current} />}
          {current && name === 'Page' && active === name && <PageTab step={current} detail={detail.value} />}
          {name === 'Verdict' && active === name && <VerdictTab view={view} />}
          {current && name === 'Raw' && active === name && <RawTab index={current.index} />}
        </div>
      ))}
    </aside>
  )
}
