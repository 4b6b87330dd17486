import { signal } from '@preact/signals'

const storageKey = 'contrail-theme'
const systemDark = matchMedia('(prefers-color-scheme: dark)')

/** The colours of the page: as the system has them until somebody chooses. */
export const theme = signal<'light' | 'dark'>(chosenTheme() ?? systemTheme())

/** Keep `html[data-theme]` what the theme is. */
export function followTheme(): void {
  theme.subscribe((value) => document.documentElement.setAttribute('data-theme', value))
  systemDark.addEventListener('change', () => {
    if (!chosenTheme()) theme.value = systemTheme()
  })
}

/** Change from light to dark, or back, for good. */
export function toggleTheme(): void {
  theme.value = theme.value === 'dark' ? 'light' : 'dark'
  try {
    localStorage.setItem(storageKey, theme.value)
  } catch {
    // A browser that stores nothing forgets the choice with the page.
  }
}

function systemTheme(): 'light' | 'dark' {
  return systemDark.matches ? 'dark' : 'light'
}

function chosenTheme(): 'light' | 'dark' | undefined {
  try {
    const value = localStorage.getItem(storageKey)
    return value === 'light' || value === 'dark' ? value : undefined
  } catch {
    return undefined
  }
}
