import type { PageTools } from '../page/page-tools.ts'
import { inPage } from '../page/in-page.ts'

/** Guesses role and name of elements by what tags and attributes say. */
export type WordGuesser = ReturnType<typeof createWordGuesser>

/** Make what guesses role and name. Runs in a page, so everything it needs stands inside it. */
// oxlint-disable-next-line max-lines-per-function -- all of it goes to the page as one text
export const createWordGuesser = inPage(({ attributeOf, getter, method, oneLine, tagOf, textOf }: PageTools) => {
  const roles = new Map(
    Object.entries({
      a: 'link',
      article: 'article',
      button: 'button',
      dialog: 'dialog',
      fieldset: 'group',
      footer: 'contentinfo',
      form: 'form',
      header: 'banner',
      iframe: 'iframe',
      img: 'img',
      input: 'textbox',
      li: 'listitem',
      main: 'main',
      nav: 'navigation',
      ol: 'list',
      option: 'option',
      p: 'paragraph',
      select: 'combobox',
      table: 'table',
      tbody: 'rowgroup',
      td: 'cell',
      textarea: 'textbox',
      th: 'columnheader',
      thead: 'rowgroup',
      tr: 'row',
      ul: 'list',
      h1: 'heading',
      h2: 'heading',
      h3: 'heading',
      h4: 'heading',
      h5: 'heading',
      h6: 'heading',
    }),
  )
  const inputRoles = new Map(
    Object.entries({
      button: 'button',
      submit: 'button',
      reset: 'button',
      image: 'button',
      checkbox: 'checkbox',
      radio: 'radio',
      range: 'slider',
      number: 'spinbutton',
      search: 'searchbox',
    }),
  )
  const namedByContent = /^(button|link|heading|option|tab|menuitem|checkbox|radio|switch|treeitem)$/
  const typeOf = getter<string>(HTMLInputElement.prototype, 'type')
  const byId = method<[string], Element | null>(Document.prototype, 'getElementById')
  const valueOf = getter<string>(HTMLInputElement.prototype, 'value')

  const roleOf = (element: Element): string | undefined => {
    const said = oneLine(attributeOf(element, 'role')).split(' ')[0]
    if (said) return /^[a-z]{1,30}$/.test(said) && !/^(none|presentation|generic)$/.test(said) ? said : undefined
    const tag = tagOf(element)
    if (tag === 'a') return attributeOf(element, 'href') === null ? undefined : 'link'
    return tag === 'input' ? (inputRoles.get(typeOf(element)) ?? 'textbox') : roles.get(tag)
  }
  const nameOf = (element: Element, role: string): string => {
    const ids = oneLine(attributeOf(element, 'aria-labelledby')).split(' ').filter(Boolean).slice(0, 10)
    const labelled = ids
      .map((id) => {
        const named = byId(document, id)
        return named ? textOf(named) : ''
      })
      .join(' ')
    const isButton = tagOf(element) === 'input' && role === 'button'
    return (
      oneLine(labelled) ||
      oneLine(attributeOf(element, 'aria-label')) ||
      oneLine(attributeOf(element, 'alt')) ||
      (isButton ? oneLine(valueOf(element)) : '') ||
      (namedByContent.test(role) ? textOf(element) : '') ||
      oneLine(attributeOf(element, 'title')) ||
      oneLine(attributeOf(element, 'placeholder'))
    )
  }
  return { namedByContent, roleOf, nameOf }
})
