import { useEffect, useRef } from 'preact/hooks'
import { keyHelp } from '../state/keys.ts'
import { isHelpOpen } from '../state/state.ts'

/** The keys, in a dialog that takes the focus and gives it back. */
export function HelpDialog() {
  const close = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    const before = document.activeElement
    close.current?.focus()
    return () => {
      if (before instanceof HTMLElement) before.focus()
    }
  }, [])
  const shut = (): void => void (isHelpOpen.value = false)
  const keepFocus = (event: KeyboardEvent): void => {
    if (event.key === 'Tab') event.preventDefault()
  }
  return (
    <div class="veil" onClick={(event) => event.target === event.currentTarget && shut()}>
      <div class="dialog" role="dialog" aria-modal="true" aria-labelledby="help-title" onKeyDown={keepFocus}>
        <header>
          <h2 id="help-title">Keys</h2>
          <button type="button" class="button" ref={close} onClick={shut}>
            Close
          </button>
        </header>
        <dl>
          {keyHelp.map(([keys, what]) => (
            <>
              <dt>
                {keys.split(' ').map((key) => (
                  <>
                    <kbd>{key}</kbd>{' '}
                  </>
                ))}
              </dt>
              <dd>{what}</dd>
            </>
          ))}
        </dl>
        <p class="sub">Amber and dashed is what the agent claims. Blue is what the model saw. All else is evidence.</p>
      </div>
    </div>
  )
}
