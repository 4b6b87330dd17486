/**
 * Hide the caret of a document, by a style sheet on the tree that has the focus. Runs in our own world of that document.
 *
 * Where a page has `transition: all` and a colour of its own for the caret, another colour starts a transition, which is told
 * as events, also when it is cancelled at once. None starts where the durations are 0 in the style that brings the colour: so
 * they are, for as long as that style is computed and no longer. What runs already goes on with the duration it began with.
 *
 * @returns how it is shown again; undefined where nothing that has a caret has the focus, or where the page itself is just
 *   fading it: another colour would end that
 */
export function hideCaret(): (() => void) | undefined {
  let focused = document.activeElement
  while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement
  if (!focused) return undefined
  const isEditable =
    focused.tagName === 'INPUT' || focused.tagName === 'TEXTAREA' || (focused as HTMLElement).isContentEditable
  if (!isEditable) return undefined

  const root = focused.getRootNode() as Document | ShadowRoot
  // To ask for them brings the styles up to date: first what the page changed before, with the durations it wants.
  const computeStyles = (): Animation[] => root.getAnimations()
  const isFading = (one: Animation): boolean => one instanceof CSSTransition && one.transitionProperty === 'caret-color'
  if (computeStyles().some(isFading)) return undefined

  const within = ':is(:focus, :focus *):not(#_#_#_)' // an id that is nowhere outweighs those that are
  const transparent = `${within} { caret-color: transparent !important }`
  const atOnce = ['', '::before', '::after', '::placeholder', '::marker']
    .map((part) => `${within}${part} { transition-duration: 0s !important; transition-delay: 0s !important }`)
    .join('\n')
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(`${transparent}\n${atOnce}`)
  root.adoptedStyleSheets.push(sheet)
  computeStyles()
  sheet.replaceSync(transparent)
  return () => {
    computeStyles()
    sheet.replaceSync(atOnce)
    computeStyles()
    const at = root.adoptedStyleSheets.indexOf(sheet)
    if (at >= 0) root.adoptedStyleSheets.splice(at, 1)
    sheet.replaceSync('') // the page may have copied the list
  }
}
