import type { PageTools } from '../page/page-tools.ts'

/** Role and name of an element as they are guessed in its page, to be verified. */
export interface ElementFacts {
  readonly role?: string | undefined
  readonly name?: string | undefined
}

/** Make what guesses the role and name of an element. Runs in the page, so everything it needs stands inside it. */
// oxlint-disable-next-line max-lines-per-function -- all of it goes to the page as one text
export function createElementReader({ textOf }: PageTools): (element: Element) => ElementFacts {
  const oneLine = (text: string | null | undefined): string => (text ?? '').replace(/\s+/g, ' ').trim()
  const attribute = (element: Element, name: string): string => (element.getAttribute(name) ?? '').toLowerCase().trim()

  const implicitRole = (element: Element): string | undefined => {
    const tag = element.tagName.toLowerCase()
    if (tag === 'a') return element.hasAttribute('href') ? 'link' : undefined
    if (tag === 'select') return element.hasAttribute('multiple') ? 'listbox' : 'combobox'
    if (tag === 'input') {
      const type = attribute(element, 'type')
      if (['button', 'submit', 'reset', 'image'].includes(type)) return 'button'
      if (['checkbox', 'radio'].includes(type)) return type
      if (type === 'range') return 'slider'
      if (type === 'number') return 'spinbutton'
      if (['hidden', 'file', 'color', 'date', 'time', 'month', 'week', 'datetime-local'].includes(type))
        return undefined
      if (element.hasAttribute('list')) return 'combobox'
      return type === 'search' ? 'searchbox' : 'textbox'
    }
    if (/^h[1-6]$/.test(tag)) return 'heading'
    const roles: Record<string, string> = {
      button: 'button',
      textarea: 'textbox',
      option: 'option',
      img: 'img',
      li: 'listitem',
      ul: 'list',
      ol: 'list',
      nav: 'navigation',
      main: 'main',
      dialog: 'dialog',
      table: 'table',
      tr: 'row',
      td: 'cell',
      th: 'columnheader',
      p: 'paragraph',
    }
    return Object.hasOwn(roles, tag) ? roles[tag] : undefined
  }

  const labelText = (element: Element): string =>
    [...((element as HTMLInputElement).labels ?? [])].map((label) => textOf(label)).join(' ')

  const accessibleName = (element: Element, role: string | undefined): string => {
    const named = (element.getAttribute('aria-labelledby') ?? '').split(/\s+/).filter(Boolean)
    const root = element.getRootNode() as Document | ShadowRoot
    const labelledBy = oneLine(named.map((id) => root.getElementById(id)?.textContent ?? '').join(' '))
    const isInputButton = element.tagName === 'INPUT' && role === 'button'
    const byContent = [
      'button',
      'link',
      'heading',
      'option',
      'checkbox',
      'radio',
      'tab',
      'menuitem',
      'cell',
      'row',
      'columnheader',
      'switch',
      'treeitem',
    ]
    return (
      labelledBy ||
      oneLine(element.getAttribute('aria-label')) ||
      labelText(element) ||
      oneLine(element.getAttribute('alt')) ||
      (isInputButton ? oneLine((element as HTMLInputElement).value) : '') ||
      (role && byContent.includes(role) ? oneLine(element.textContent) : '') ||
      oneLine(element.getAttribute('title')) ||
      oneLine(element.getAttribute('placeholder'))
    )
  }

  return (element) => {
    const role = attribute(element, 'role').split(/\s+/)[0] || implicitRole(element)
    return { role, name: accessibleName(element, role) }
  }
}
