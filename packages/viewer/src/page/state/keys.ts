import { goTo, route } from './route.ts'
import { moveBy, moveTab, moveToFailure, togglePlay } from './navigate.ts'
import { isHelpOpen, mode, role, run, select, tab } from './state.ts'

/** The keys of the page and what each does, as the help tells them. */
export const keyHelp: readonly (readonly [string, string])[] = [
  ['j k ↓ ↑ → ←', 'next and previous step'],
  ['f F', 'next and previous failure'],
  ['Home End', 'first and last step'],
  ['Space', 'play at the recorded speed'],
  ['/', 'search'],
  ['a p d', 'agent frame, probe frame, difference'],
  ['b n', 'before, after'],
  ['t T', 'next and previous tab'],
  ['l', 'label; then 1-9 choose, Enter saves'],
  ['g', 'all recordings'],
  ['?', 'this help; Esc closes it'],
]

/** Asks of the label form that keys can make. */
export const labelKeys = new EventTarget()

/** Hear keys on the whole page. None of them acts where somebody writes. */
export function followKeys(): void {
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
    if (event.key === 'Escape') {
      escape(event)
      return
    }
    if (isWriting(event.target) || isHelpOpen.value) return
    if ((event.key === ' ' || event.key === 'Enter') && isPressable(event.target)) return
    const act = actionOf(event.key)
    if (!act) return
    event.preventDefault()
    act()
  })
}

function escape(event: KeyboardEvent): void {
  if (isHelpOpen.value) isHelpOpen.value = false
  else if (isWriting(event.target)) (event.target as HTMLElement).blur()
}

function actionOf(key: string): (() => void) | undefined {
  const common: Record<string, () => void> = {
    '?': () => (isHelpOpen.value = true),
    '/': () => document.querySelector<HTMLInputElement>('[data-testid=search]')?.focus(),
  }
  if (!route.value) return common[key]
  if (key === 'g') return () => goTo(undefined)
  if (!run.value) return common[key]
  if (tab.value === 'Labels' && (/^[1-9]$/.test(key) || key === 'Enter'))
    return () => labelKeys.dispatchEvent(new CustomEvent(key))
  const keys: Record<string, () => void> = {
    j: () => moveBy(1),
    k: () => moveBy(-1),
    ArrowDown: () => moveBy(1),
    ArrowUp: () => moveBy(-1),
    ArrowRight: () => moveBy(1),
    ArrowLeft: () => moveBy(-1),
    Home: () => select(0),
    End: () => select(Infinity),
    f: () => moveToFailure(1),
    F: () => moveToFailure(-1),
    ' ': togglePlay,
    a: () => (role.value = 'agent'),
    p: () => (role.value = 'probe'),
    d: () => (mode.value = mode.value === 'difference' ? 'before' : 'difference'),
    b: () => (mode.value = 'before'),
    n: () => (mode.value = 'after'),
    t: () => moveTab(1),
    T: () => moveTab(-1),
    l: () => {
      tab.value = 'Labels'
      requestAnimationFrame(() => document.querySelector<HTMLElement>('[data-testid=label-form]')?.focus())
    },
  }
  return keys[key] ?? common[key]
}

function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName)
}

function isPressable(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('button, a, summary') !== null
}
