import type { ComponentChildren } from 'preact'
import { isHelpOpen } from '../state/state.ts'
import { theme, toggleTheme } from '../state/theme.ts'

/** The line at the top of every view: where one is, what there is to know, and the two buttons that are always there. */
export function TopBar({ children, facts }: { children: ComponentChildren; facts: ComponentChildren }) {
  const other = theme.value === 'dark' ? 'light' : 'dark'
  return (
    <header class="top">
      <a class="logo" href="#/" aria-label="Contrail, all recordings">
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <rect width="20" height="20" rx="5" fill="#f0560a" />
          <path
            d="M4 14.500 15.500 5M4.500 10.500 9 7M9.500 15.500 16 10"
            fill="none"
            stroke="#fff"
            stroke-width="2"
            stroke-linecap="round"
          />
        </svg>
        <span class="optional">Contrail</span>
      </a>
      {children}
      <span class="grow" />
      <div class="facts num">{facts}</div>
      <button type="button" class="icon" onClick={toggleTheme} aria-label={`Use ${other} colours`}>
        <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
          <circle cx="7" cy="7" r="5.8" fill="none" stroke="currentColor" stroke-width="1.6" />
          <path d="M7 1.200a5.800 5.800 0 0 1 0 11.600z" fill="currentColor" />
        </svg>
      </button>
      <button type="button" class="icon optional" onClick={() => (isHelpOpen.value = true)} aria-label="Keys">
        <kbd>?</kbd>
      </button>
    </header>
  )
}

/** A fact of the line at the top: a number and what it counts. */
export function Fact({ value, of, kind }: { value: string; of?: string; kind?: 'bad' | 'gap' | undefined }) {
  return (
    <span class={kind ?? ''}>
      <b>{value}</b>
      {of ? ` ${of}` : ''}
    </span>
  )
}

const kinds: Readonly<Record<string, string>> = {
  complete: 'good',
  recording: 'warn live',
  killed: 'bad',
  error: 'bad',
  stalled: 'warn',
  aborted: 'warn',
  unreadable: 'bad',
}

/** The status of a recording. */
export function StatusPill({ status, testId }: { status: string; testId?: string }) {
  return (
    <span class={`pill ${kinds[status] ?? ''}`} data-testid={testId}>
      {status}
    </span>
  )
}
