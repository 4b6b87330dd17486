import { describe, expect, test } from 'vitest'
import { groundClaims } from '../../src/index.ts'
import { page, trajectory, type RunInShort } from '../support/trajectory.ts'

const seen: RunInShort = {
  steps: [
    {
      action: 'goto',
      after: page(
        '/lamps/cleo',
        [
          '- heading "Cleo paper pendant" [level=1] [ref=e45]',
          '- text: "€1,299.00 or 49,90 €"',
          '- row "Width 45 cm"',
          '- cell "Weight (kg)"',
          '- cell "3.5"',
          '- text: 12 pieces in the warehouse',
          '- text: 4.5/5 stars',
          '- text: Arrives on 28 November 2026',
          '- textbox "Name": Ada Moon',
          '- link "Terms":',
          '  - /url: https://shop.test/terms',
        ].join('\n'),
        'Cleo | Lamp shop',
      ),
    },
    {
      action: 'fill',
      args: { value: 'Bogus Lamp' },
      result: 'filled Bogus Lamp',
      after: page('/lamps', '- textbox "Search": Bogus Lamp'),
    },
    { action: 'read_file', args: { path: 'a' }, result: { note: 'Order LS-1001 is confirmed' } },
  ],
}
const claimsOf = (finalAnswer: string, run: RunInShort = seen) =>
  groundClaims(trajectory({ ...run, finalAnswer })).claims

test.each([
  ['It is 45 cm wide.', 'number', '45 cm', '0:aria'],
  ['Its width is 45 centimetres.', 'number', '45 cm', '0:aria'],
  ['There are 12 pieces.', 'number', '12 piece', '0:aria'],
  ['It has 5 stars.', 'number', '5 star', '0:aria'],
  ['It costs €1299.', 'price', 'EUR 1299', '0:aria'],
  ['It costs EUR 1.299,00 today.', 'price', 'EUR 1299', '0:aria'],
  ['Another costs 49.90 euros.', 'price', 'EUR 49.9', '0:aria'],
  ['It arrives on 2026-11-28.', 'date', '2026-11-28', '0:aria'],
  ['It arrives on November 28.', 'date', '--11-28', '0:aria'],
  ['See https://shop.test/terms.', 'url', 'shop.test/terms', '0:aria'],
  ['See www.shop.test/lamps/cleo/', 'url', 'shop.test/lamps/cleo', '0:aria'],
  ['The page says “12  Pieces in the warehouse”.', 'quote', '12 pieces in the warehouse', '0:aria'],
  ['It is the Cleo.', 'name', 'cleo', '0:aria'],
  ['Order LS-1001 is confirmed.', 'name', 'ls-1001', '2:result'],
  ['The name is Ada Moon.', 'name', 'ada moon', '0:aria'],
])('%s', (answer, kind, normalized, id) => {
  const [claim, ...more] = claimsOf(answer)
  expect(more).toEqual([])
  expect(claim).toMatchObject({ kind, normalized, grounded: true })
  expect(claim?.evidence[0]).toMatchObject({ id, excerpt: expect.stringMatching(/\S/) as string })
})

test.each([
  ['It is 46 cm wide.', '46 cm'],
  ['It is 45 kg.', '45 kg'],
  ['There are 7 pieces.', '7 piece'],
  ['It costs $1299.', 'USD 1299'],
  ['It costs €12.99.', 'EUR 12.99'],
  ['It arrives on 2026-11-29.', '2026-11-29'],
  ['See https://shop.test/term.', 'shop.test/term'],
  ['It says “sold out”.', 'sold out'],
  ['I ordered the Clea.', 'clea'],
  ['Your order is LS-1002.', 'ls-1002'],
  // The agent's own words, in a field and in what a tool said again.
  ['The shop has the Bogus Lamp.', 'bogus lamp'],
])('nothing shows: %s', (answer, normalized) => {
  expect(claimsOf(answer)).toMatchObject([{ normalized, grounded: false, evidence: [] }])
})

describe('no claim', () => {
  test.each([
    ['is what the task says', 'Mira Lindqvist gets “the lamp” for €20 on https://shop.test.'],
    [
      'is a word that begins a sentence',
      'Nothing else. Everything is fine, and I am done.\n- Also this\n**Summary:** fine',
    ],
    ['is what the agent says that it did', 'I clicked it 2 times, in 3 steps, on 2 pages.'],
    ['is a number without a unit', 'The page is 2 of 7, and it was version 3.'],
  ])('%s', (_, answer) => {
    const task = { instruction: 'Buy “the lamp” for Mira Lindqvist under €20.', initUrl: 'https://shop.test/' }
    expect(claimsOf(answer, { ...seen, task })).toEqual([])
  })
})

test('a run without an answer claims nothing, and a structured answer is one', () => {
  expect(groundClaims(trajectory({ finalAnswer: '' }))).toEqual({ claims: [] })
  const { finalAnswer: _, ...silent } = trajectory({ ...seen, finalOutput: { price: '€1299', width: '44 cm' } })
  expect(groundClaims(silent).claims.map(({ grounded }) => grounded)).toEqual([true, false])
})

test('reasoning of the agent is no evidence', () => {
  const step = {
    action: 'wait',
    more: {
      reasoning: 'It is €5.',
      agentEvidence: {
        modalities: [
          { type: 'text' as const, content: 'It is €5.' },
          { type: 'text' as const, content: 'Prices from €6.' },
        ],
      },
    },
  }
  expect(claimsOf('It is €5, or €6.', { steps: [step] }).map(({ grounded }) => grounded)).toEqual([false, true])
})
