import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseAria } from '@contrail/core'
import { goals, type Goal } from '../src/goals.ts'
import { decide } from '../src/rules.ts'
import { emptyMemory, type Decision, type Intent, type Memory } from '../src/decision.ts'
import { anyCharacter } from '../../../scripts/arbitraries.ts'

const planned: Memory = { ...emptyMemory, planned: true }

function see(lines: readonly string[], url = 'http://shop.test/') {
  return { url, nodes: parseAria(lines.join('\n')) }
}

function intentsOf(decision: Decision): readonly Intent[] {
  return decision.kind === 'turn' ? decision.intents : []
}

test('the first turn says the plan and does nothing', () => {
  const decision = decide(goals.dom, see([]), emptyMemory)
  expect(decision).toMatchObject({ kind: 'turn', intents: [] })
})

test('a form is filled and sent in one turn, and secrets are named only', () => {
  const checkout = see([
    '- heading "Checkout" [level=1]',
    '- textbox "Full name"',
    '- textbox "City": Lampton',
    '- textbox "Card number"',
    '- button "Place order"',
  ])
  const done = intentsOf(decide(goals.dom, checkout, planned)).map((intent) =>
    intent.do === 'fill' ? [intent.name, intent.value] : [intent.do],
  )
  expect(done).toEqual([['Full name', 'Mira Lindqvist'], ['Card number', '%card_number%'], ['click']])
})

test('what is not in sight is searched for, with both actions from one look', () => {
  const lamps = see(['- searchbox "Search lamps"', '- button "Search"', '- link "Gigi globe lamp"'])
  expect(intentsOf(decide(goals.dom, lamps, planned)).map((intent) => intent.do)).toEqual(['fill', 'click'])
})

test('a search that found nothing ends in an answer that says so', () => {
  const empty = see(['- searchbox "Search lamps": brass desk lamp', '- button "Search"'])
  expect(decide(goals.dom, empty, planned)).toMatchObject({ kind: 'answer', reached: false })
})

test('a disabled button is no button', () => {
  const soldOut = see(['- button "Add to cart Ada brass desk lamp" [disabled]', '- link "Lamps"'])
  expect(intentsOf(decide(goals.dom, soldOut, planned))).toMatchObject([{ do: 'click', role: 'link', name: 'Lamps' }])
})

test('a page that was too slow is opened again, with more patience', () => {
  const goal: Goal = { id: 'g', instruction: '', wants: [{ kind: 'stock', lamp: 'paper pendant' }] }
  const lamp = see(['- heading "Cleo paper pendant" [level=1]', '- link "Check the warehouse"'])
  const [first] = intentsOf(decide(goal, lamp, planned))
  expect(first).toMatchObject({ do: 'open_slow' })
  const afterwards: Memory = {
    ...planned,
    outcomes: [{ intent: first as Intent, ok: false, said: 'Timeout exceeded' }],
  }
  const again = decide(goal, lamp, afterwards)
  const [second] = intentsOf(again)
  expect((second as Extract<Intent, { do: 'open_slow' }>).patienceMs).toBeGreaterThan(
    (first as Extract<Intent, { do: 'open_slow' }>).patienceMs,
  )
  expect(again.text).toContain('Timeout exceeded')
})

const anyIntent: fc.Arbitrary<Intent> = fc.oneof(
  fc.record({ do: fc.constant('read_frame' as const), why: fc.string() }),
  fc.record({ do: fc.constant('look_for' as const), words: fc.string(), why: fc.string() }),
  fc.record({
    do: fc.constant('read_popup' as const),
    role: fc.string(),
    name: fc.string(),
    why: fc.string(),
  }),
)
const anyMemory: fc.Arbitrary<Memory> = fc.record({
  planned: fc.boolean(),
  answers: fc.array(fc.string(), { maxLength: 5 }),
  outcomes: fc.array(fc.record({ intent: anyIntent, ok: fc.boolean(), said: fc.string() }), { maxLength: 3 }),
})
const pageWords = [
  'Checkout',
  'Place order',
  'brass desk lamp',
  'Search',
  'Cart',
  'Terms',
  'Help',
  'wall',
  '"',
  '\\',
  '%x%',
]
const anyPage = fc
  .array(
    fc
      .tuple(
        fc.constantFrom('link', 'button', 'row', 'status', 'heading', 'textbox', 'searchbox', 'iframe', 'alert'),
        fc.oneof(fc.constantFrom(...pageWords), fc.string({ unit: anyCharacter })),
        fc.constantFrom('', ' [level=1]', ' [disabled]', ': text', ': brass desk lamp'),
      )
      .map(([role, name, rest]) => `- ${role} "${name}"${rest}`),
    { maxLength: 15 },
  )
  .map((lines) => see(lines))

test('whatever is on the page and in memory, it decides: a turn that acts, a plan, or an answer', () => {
  fc.assert(
    fc.property(fc.constantFrom(...Object.values(goals)), anyPage, anyMemory, (goal, view, memory) => {
      const decision = decide(goal, view, memory)
      expect(decide(goal, view, memory)).toEqual(decision)
      expect(decision.kind === 'answer' || decision.intents.length > 0 || !memory.planned).toBe(true)
    }),
    { numRuns: 500 },
  )
})
