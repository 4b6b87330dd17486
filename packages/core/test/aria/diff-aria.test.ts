import fc from 'fast-check'
import { expect, test } from 'vitest'
import { diffAria, parseAria, type AriaChange, type AriaPlace } from '../../src/index.ts'

const shop = [
  '- banner:',
  '  - link "Lamps" [ref=e2]',
  '- main:',
  '  - heading "Your cart" [level=1] [ref=e5]',
  '  - list "Cart":',
  '    - listitem:',
  '      - text: Ada desk lamp',
  '      - button "Remove"',
  '    - listitem:',
  '      - text: Paper pendant',
  '      - button "Remove"',
  '  - button "Pay" [active] [ref=e9]',
].join('\n')

test('a page that was only looked at again is the same, whatever its references and its focus', () => {
  const again = shop.replaceAll(/ \[ref=e\d\]/g, ' [ref=f1e77]').replace(' [active]', '')
  expect(diffAria(shop, again)).toEqual({ added: [], removed: [], changed: [], moved: [] })
})

test('what came, went and changed is told with its place', () => {
  const after = shop
    .replace('    - listitem:\n      - text: Ada desk lamp\n      - button "Remove"\n', '')
    .replace('button "Pay" [active] [ref=e9]', 'button "Pay" [disabled]')
    .concat('\n  - alert: Ada was removed')
  const { added, removed, changed, moved } = diffAria(shop, after)
  expect(removed.map(({ path }) => path)).toEqual([
    'main > list "Cart" > listitem 1',
    'main > list "Cart" > listitem 1 > text',
    'main > list "Cart" > listitem 1 > button "Remove"',
  ])
  expect(added).toEqual([{ role: 'alert', name: '', text: 'Ada was removed', path: 'main > alert' }])
  expect(changed.map(({ after: { name } }) => name)).toEqual(['Pay'])
  expect(moved).toEqual([])
})

test('a text that became another is one change, not one node gone and one come', () => {
  const { changed, ...rest } = diffAria(shop, shop.replace('Your cart', 'Your cart (1)'))
  expect(changed).toEqual([
    {
      before: { role: 'heading', name: 'Your cart', text: '', path: 'main > heading "Your cart"' },
      after: { role: 'heading', name: 'Your cart (1)', text: '', path: 'main > heading "Your cart (1)"' },
    },
  ])
  expect(rest).toEqual({ added: [], removed: [], moved: [] })
})

test('a subtree that stands elsewhere has moved, within its list or out of a part that went', () => {
  const swapped = diffAria(
    '- list:\n  - listitem: a\n  - listitem: b\n  - listitem: c',
    '- list:\n  - listitem: c\n  - listitem: a\n  - listitem: b',
  )
  expect(swapped).toMatchObject({ added: [], removed: [], changed: [], moved: [{ after: { text: 'c' } }] })
  const closed = diffAria(
    '- dialog "Basket":\n  - list "Items":\n    - listitem: lamp\n- main:\n  - text: hello',
    '- main:\n  - text: hello\n  - list "Items":\n    - listitem: lamp',
  )
  expect(closed.moved).toMatchObject([
    { before: { path: 'dialog "Basket" > list "Items"' }, after: { path: 'main > list "Items"' } },
  ])
  expect([closed.added, closed.removed, closed.changed]).toMatchObject([[], [{ role: 'dialog' }], []])
})

test('what a move leaves behind is not taken for what came to its place', () => {
  const { moved, added, changed } = diffAria(
    '- list "A":\n  - link "one"\n- list "B":\n  - text: x',
    '- list "A":\n  - link "two"\n- list "B":\n  - text: x\n  - link "one"',
  )
  expect(moved).toMatchObject([{ after: { name: 'one' } }])
  expect(added).toMatchObject([{ name: 'two' }])
  expect(changed).toEqual([])
})

const line = fc
  .tuple(
    fc.nat(4),
    fc.constantFrom('link', 'button', 'listitem', 'text'),
    fc.constantFrom('', ' "a"', ' "b"'),
    fc.constantFrom('', ' [checked]'),
    fc.constantFrom('', ': x', ': y'),
  )
  .map(([depth, role, name, state, text]) => `${'  '.repeat(depth)}- ${role}${name}${state}${text}`)
const page = fc.array(line, { maxLength: 30 }).map((lines) => lines.join('\n'))

test('the difference turns the nodes of any page into those of any other', () => {
  fc.assert(
    fc.property(page, page, (before, after) => {
      const { added, removed, changed, moved } = diffAria(before, after)
      const count = new Map<string, number>()
      const add = ({ role, name, text }: Pick<AriaPlace, 'role' | 'name' | 'text'>, by: number): void => {
        const key = JSON.stringify([role, name, text])
        count.set(key, (count.get(key) ?? 0) + by)
      }
      const turn = (change: AriaChange): void => {
        add(change.before, -1)
        add(change.after, 1)
      }
      for (const node of parseAria(before)) add(node, 1)
      for (const place of removed) add(place, -1)
      for (const place of added) add(place, 1)
      changed.forEach(turn)
      for (const node of parseAria(after)) add(node, -1)
      expect([...count.values()].every((number) => number === 0)).toBe(true)
      for (const { before: from, after: to } of moved) expect({ ...from, path: '' }).toEqual({ ...to, path: '' })
    }),
    { numRuns: 500 },
  )
})

test('hostile pages cost time in proportion to their lines', () => {
  const startedMs = performance.now()
  const lines = (of: (at: number) => string): string => Array.from({ length: 20_000 }, (_, at) => of(at)).join('\n')
  const texts = lines((at) => `  - text: ${at}`)
  diffAria(
    `- link "${'a'.repeat(1_000_000)}":\n${texts}`,
    lines((at) => `- text: ${20_000 - at}`),
  )
  diffAria(
    texts,
    lines((at) => `${' '.repeat(at % 600)}- link "${at % 7}"`),
  )
  // A second on a quiet machine; what compares each line with each other takes minutes.
  expect(performance.now() - startedMs).toBeLessThan(15_000)
})
