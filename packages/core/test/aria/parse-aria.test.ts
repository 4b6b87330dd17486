import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseAria } from '../../src/index.ts'
import { anyCharacter } from '../../../../scripts/arbitraries.ts'

test('roles, names, texts, attributes, nesting and boxes are read', () => {
  const nodes = parseAria(
    [
      '- main:',
      '  - heading "All lamps" [level=1] [box=10,20,300,40]',
      '  - list "Lamps":',
      '    - listitem:',
      '      - link "Ada: brass \\"desk\\" lamp" [disabled] [box=1.5,2,3,4]:',
      '        - /url: /lamps/ada',
      "      - 'button \"Add: it''s\"': Add",
      '      - text: "€79.00: a price"',
      '  - searchbox "Search": paper pendant',
    ].join('\n'),
  )
  expect(nodes).toEqual([
    { role: 'main', name: '', text: '', depth: 0, attributes: {} },
    {
      role: 'heading',
      name: 'All lamps',
      text: '',
      depth: 1,
      attributes: { level: '1', box: '10,20,300,40' },
      box: { x: 10, y: 20, width: 300, height: 40 },
    },
    { role: 'list', name: 'Lamps', text: '', depth: 1, attributes: {} },
    { role: 'listitem', name: '', text: '', depth: 2, attributes: {} },
    {
      role: 'link',
      name: 'Ada: brass "desk" lamp',
      text: '',
      depth: 3,
      attributes: { disabled: '', box: '1.5,2,3,4' },
      box: { x: 1.5, y: 2, width: 3, height: 4 },
    },
    { role: 'button', name: "Add: it's", text: 'Add', depth: 3, attributes: {} },
    { role: 'text', name: '', text: '€79.00: a price', depth: 3, attributes: {} },
    { role: 'searchbox', name: 'Search', text: 'paper pendant', depth: 1, attributes: {} },
  ])
})

const almostAria = fc
  .array(
    fc.constantFrom(
      '- ',
      '  ',
      '"',
      "'",
      '\\',
      ':',
      '\n',
      '[',
      ']',
      'box=',
      ',',
      '1',
      'link',
      '/url',
      '__proto__',
      '💡',
    ),
    {
      maxLength: 60,
    },
  )
  .map((pieces) => pieces.join(''))

test('no text makes it throw, and every node it finds has a role', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: anyCharacter, maxLength: 200 }), almostAria), (text) => {
      for (const node of parseAria(text)) expect(node.role).toMatch(/^[a-z]+$/)
    }),
    { numRuns: 1000 },
  )
})

test('a hostile snapshot costs time in proportion to its length', () => {
  const startedMs = performance.now()
  parseAria(`- link "${'\\"'.repeat(500_000)}`)
  parseAria(`- '${"''".repeat(500_000)}`)
  parseAria(`- link${' ['.repeat(500_000)}`)
  parseAria('- \n'.repeat(300_000))
  expect(performance.now() - startedMs).toBeLessThan(3_000)
})
