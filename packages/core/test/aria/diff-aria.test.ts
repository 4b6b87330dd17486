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

const cutMark = '[$truncated 7 of 9 characters]'

/** Edits of a page of so many nodes, each of its own name, in lists of lists: some go, and before some others come. */
const edits = fc.array(fc.constantFrom('begins a list', 'begins one in it', 'stays', 'stays', 'goes', 'comes'), {
  minLength: 1,
  maxLength: 30,
})

test('of trees that were cut only that is told which is so', () => {
  fc.assert(
    fc.property(edits, fc.nat(1), fc.nat(1), fc.nat(30), fc.nat(30), (lines, cutsBefore, cutsAfter, ...cuts) => {
      const lineOf = (depth: number, name: string): string => `${'  '.repeat(depth)}- link "${name}"`
      const depthOf = (edit: string): number => (edit === 'begins a list' ? 0 : edit === 'begins one in it' ? 1 : 2)
      const before = lines.map((edit, at) => lineOf(depthOf(edit), `old ${at}`))
      const after = lines.flatMap((edit, at) => [
        ...(edit === 'comes' ? [lineOf(2, `new ${at}`)] : []),
        ...(edit === 'goes' ? [] : [lineOf(depthOf(edit), `old ${at}`)]),
      ])
      const cutAt = (all: readonly string[], cut: number): string =>
        [...all.slice(0, cut), `- link "cut in the mid${cutMark}`].join('\n')
      const { added, removed, changed } = diffAria(
        cutsBefore ? cutAt(before, cuts[0]) : before.join('\n'),
        cutsAfter ? cutAt(after, cuts[1]) : after.join('\n'),
      )
      const [gone, come] = [before, after].map((all) => new Set(all.map((text) => text.trim())))
      const lineFor = ({ name }: AriaPlace): string => `- link "${name}"`
      const isUntrue = [
        ...[...removed, ...changed.map((change) => change.before)].filter((place) => come!.has(lineFor(place))),
        ...[...added, ...changed.map((change) => change.after)].filter((place) => gone!.has(lineFor(place))),
      ]
      expect(isUntrue).toEqual([])
    }),
    { numRuns: 1_000 },
  )
})

test('an alert at the top of a page is told, and not the rows that it pushes behind the cut', () => {
  const rows = Array.from({ length: 500 }, (_, at) => `  - row "Row ${at}":\n    - button "Buy"`)
  const [before, after] = [rows, ['  - alert: Wait.', ...rows]].map(
    (lines) => `${['- main:', ...lines].join('\n').slice(0, 9_000)}\n\n[TRUNCATED: the first 9 of about 99 tokens]`,
  )
  const { added, removed, changed, moved } = diffAria(before!, after!)
  expect(added).toMatchObject([{ role: 'alert', text: 'Wait.' }])
  expect([removed, changed, moved]).toEqual([[], [], []])
})

test('hostile pages cost time in proportion to their lines', () => {
  const before = process.threadCpuUsage()
  const lines = (of: (at: number) => string): string => Array.from({ length: 10_000 }, (_, at) => of(at)).join('\n')
  const texts = lines((at) => `  - text: ${at}`)
  diffAria(
    `- link "${'a'.repeat(1_000_000)}":\n${texts}`,
    lines((at) => `- text: ${10_000 - at}`),
  )
  diffAria(
    texts,
    lines((at) => `${' '.repeat(at % 600)}- link "${at % 7}"`),
  )
  // Half a second on a quiet machine; what compares each line with each other takes a minute.
  const { user, system } = process.threadCpuUsage(before)
  expect((user + system) / 1000).toBeLessThan(15_000)
})
