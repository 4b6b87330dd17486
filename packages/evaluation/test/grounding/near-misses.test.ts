import { describe, expect, test } from 'vitest'
import { classifyFailures, groundClaims } from '../../src/index.ts'
import { page, picture, trajectory, type RunInShort } from '../support/trajectory.ts'

const isShown = (finalAnswer: string, seen: string | { result: unknown }, task = 'Look around.'): boolean[] => {
  const step =
    typeof seen === 'string'
      ? { action: 'look', after: page('/list', seen) }
      : { action: 'get_text', result: seen.result }
  return groundClaims(trajectory({ steps: [step], finalAnswer, task: { instruction: task } })).claims.map(
    ({ grounded }) => grounded,
  )
}

describe('a name is shown where its words stand together', () => {
  test.each([
    '- text: Ada Moon',
    '- text: ADA  MOON',
    '- cell "Moon, Ada"',
    '- paragraph: It is sold by Ada B. Moon of Lampton.',
    { result: 'It is sold by Ada\nMoon of Lampton.' },
    { result: { person: { first: 'Ada', last: 'Moon' } } },
  ])('%j', (seen) => expect(isShown('The seller is Ada Moon.', seen)).toEqual([true]))

  const table =
    '- columnheader: Clause\n- columnheader: About\n- row:\n  - cell: 37\n  - cell: Guarantee\n  - cell: 5 years'
  test('in cells of one row, with the head of the column', () => {
    expect(isShown('It is in Clause 37 Guarantee.', table)).toEqual([true])
    expect(isShown('It is in Clause 38 Guarantee.', table)).toEqual([false])
    expect(isShown('It is in Chapter 37 Guarantee.', table)).toEqual([false])
    expect(isShown('The seller is Ada Moon.', '- row:\n  - cell "Ada" [ref=e1]\n  - cell "Moon"')).toEqual([true])
  })

  test.each([
    '- heading "Ada"\n- text: Moon',
    '- row:\n  - cell: Ada\n- text: x\n- row:\n  - cell: Moon',
    '- paragraph: Ada met Mira, and a full Moon was in the sky.',
    '- paragraph: The lamps are Ada and Moon.',
    '- paragraph: The lamps are Cleo, Ada, Moon and Elio.',
    '- cell "Moon lamp"\n- cell "Ada"',
    '- text: Adana Moonlight',
    { result: ['Ada', 'Moon lamp'] },
    { result: [{ name: 'Ada' }, { name: 'Moon' }] },
  ])('not %j', (seen) => expect(isShown('The seller is Ada Moon.', seen)).toEqual([false]))
})

describe('what a number counts must agree with the text', () => {
  test.each([
    ['It has 12 rooms.', '- text: 12 rooms'],
    ['It has 12 rooms.', '- text: 12 large rooms'],
    ['It has 12 large rooms.', '- text: 12 rooms'],
    ['It has 12 rooms.', '- text: "Rooms: 12"'],
    ['It has 12 rooms.', '- columnheader "Rooms"\n- cell "12"'],
    ['It has 12 rooms.', '- text: 12 results'],
    ['It has 12 rooms.', { result: { rooms: 12 } }],
    ['It has 12 rooms.', { result: '{"beds": 20, "rooms": 12}' }],
    ['There are 12 results.', '- text: 12 lamps'],
    ['It is 45 cm wide.', '- row "Size 45 x 30 cm"'],
    ['It is 45 cm wide.', '- columnheader "Width (cm)"\n- cell "45"'],
    ['It is 45 cm wide.', { result: { width: 45, unit: 'cm' } }],
    ['It weighs 45 kilograms.', { result: { weight_kg: 45 } }],
    ['It has 3 boxes.', '- text: "Boxes: 3"'],
  ])('%s %j', (answer, seen) => expect(isShown(answer, seen)).toEqual([true]))

  test.each([
    ['It has 12 rooms.', '- text: 12 km to the sea'],
    ['It has 12 rooms.', '- text: €12'],
    ['It has 12 rooms.', '- text: 12 guests'],
    ['It has 12 rooms.', '- text: room 112'],
    ['It has 12 rooms.', '- text: page 12\n- text: rooms'],
    ['It has 12 rooms.', '- link "12"\n- text: rooms'],
    ['It has 12 rooms.', { result: { beds: 12, rooms: 20 } }],
    ['It has 12 rooms.', { result: '{"rooms": 20, "beds": 12}' }],
    ['It is 45 cm wide.', '- text: 45 kg'],
    ['It is 45 cm wide.', '- text: 45 pieces of 30 cm'],
    ['It is 45 cm wide.', '- cell "45"\n- text: 30 cm'],
    ['It is 45 cm wide.', { result: { weight: 45, unit: 'kg', note: 'in cm' } }],
  ])('not %s %j', (answer, seen) => expect(isShown(answer, seen)).toEqual([false]))
})

describe('a number behind a name is part of it, and a verb is not counted', () => {
  test.each([
    ['Windows 11 costs $139.', '- text: Windows 11 Home $139', [true, true]],
    ['Flight 370 departs at 10:30.', '- text: Flight 370 10:30', [true]],
    ['Chapter 3 covers graphs.', '- heading "Chapter 3: graphs"', [true]],
    ['iPhone 15 sells in pink.', '- text: iPhone 15, pink', [true]],
    ['Line 4 stops at the zoo.', '- text: Line 4, Zoo', [true]],
    ['Terminal 2 opens at 5.', '- cell: Terminal\n- cell: 2', [true]],
    ['Room 12 sleeps two.', '- columnheader: Room\n- row:\n  - cell: 12\n  - cell: free', [true]],
    ['The guest of Room 12 left.', { result: { room: 12 } }, [true]],
    ['On page 3 shows it.', '- text: nothing', []],
    ['Page 3 shows it.', '- text: nothing', []],
    ['The best one is Zephyr 3.', '- text: Zephyr 3', [true]],
    ['In Berlin 3 hotels are open.', '- text: 3 hotels in Berlin', [true]],
    ['Spotted 3 lamps.', '- text: 3 lamps', [true]],
    ['Found 3 in stock.', '- text: nothing', []],
    ['Zephyr 3 is the cheapest lamp.', '- text: 3 lamps', [false]],
    ['Zephyr 3 costs little.', '- text: 3 lamps', [false]],
    ['The best one is Zephyr 3.', '- text: Zephyr from 3.50', [false]],
    ['Zephyr 3 is best.', '- text: Zephyr 3.50', [false]],
    ['Apollo 7 has it in stock.', '- text: 7 results', [false]],
    ['In Berlin 4 hotels are open.', '- text: 3 hotels in Berlin', [false]],
    ['Found 4 lamps.', '- text: 3 lamps', [false]],
  ])('%s %j', (answer, seen, shown) => expect(isShown(answer, seen)).toEqual(shown))
})

describe('a price is shown as one', () => {
  test.each([
    '- text: €79',
    '- text: 79 €',
    '- text: EUR 79.00',
    '- text: 79,- €',
    '- cell "79.00"',
    '- text: "Price: 79"',
    '- text: "Total (with tax): 79"',
    '- columnheader "Price in €"\n- cell "79"',
    { result: { price: 79 } },
    { result: { amount: 79, currency: 'EUR' } },
    { result: '{"id": 5, "unit_price": 79, "page": 80}' },
  ])('%j', (seen) => expect(isShown('It costs €79.', seen)).toEqual([true]))

  test.each([
    '- text: page 79',
    '- text: $79',
    '- text: 79 pieces',
    '- text: 79 km',
    '- link "79"\n- text: Price',
    '- cell "79"',
    '- text: "Prices from €5, page 79"',
    { result: 79 },
    { result: { amount: 79, currency: 'USD' } },
    { result: { price: 5, page: 79 } },
    { result: '{"price": 5, "page": 79}' },
  ])('not %j', (seen) => expect(isShown('It costs €79.', seen)).toEqual([false]))
})

describe('a count that nothing shows is invented, but where it can be counted', () => {
  const lamps = ['Ada brass lamp', 'Cleo paper lamp', 'Elio brass lamp'].map(
    (name) => `  - listitem:\n    - link "${name}"`,
  )
  const list = `- heading "Lamps"\n- list:\n${lamps.join('\n')}`
  const table =
    '- table "Rooms":\n  - row "Name Price":\n    - columnheader "Name"\n    - columnheader "Price"\n' +
    ['Attic', 'Cellar'].map((name) => `  - row "${name} 5":\n    - cell "${name}"\n    - cell "5"`).join('\n')

  test.each([
    ['There are 3 lamps.', list],
    ['There are 2 brass lamps.', list],
    ['I found 3 results.', list],
    ['There are 2 rooms.', table],
    ['There are 2 lamps.', { result: { lamps: [{ name: 'Ada' }, { name: 'Cleo' }] } }],
    ['There are 2 lamps.', { result: '[{"name":"Ada lamp"},{"name":"Cleo lamp"}]' }],
    ['There are 2 lamps.', { result: 'Our lamps:\n- Ada\n- Cleo' }],
    ['There are 2 lamps.', { result: '| lamp | price |\n|---|---|\n| Ada | 5 |\n| Cleo | 6 |' }],
  ])('%s %j', (answer, seen) => expect(isShown(answer, seen)).toEqual([true]))

  test.each([
    ['There are 4 lamps.', list],
    ['There are 1 brass lamps.', list],
    ['There are 3 rooms.', list],
    ['There are 3 rooms.', table],
    ['There are 3 kg.', list],
    ['There are 3 lamps.', { result: { lamps: [{ name: 'Ada' }, { name: 'Cleo' }] } }],
    ['There are 15 lamps.', '- heading "Lamps"'],
  ])('not %s %j', (answer, seen) => expect(isShown(answer, seen)).toEqual([false]))

  test('what the task counts is no claim, and neither is what the agent did', () => {
    expect(isShown('I put 2 lamps there.', list, 'Buy two lamps.')).toEqual([])
    expect(isShown('I tried 1 search, 1 time.', list)).toEqual([])
    expect(isShown('I tried 7 searches.', list)).toEqual([false])
  })
})

describe('an address and a title are no page', () => {
  const fires = (run: RunInShort): boolean =>
    classifyFailures(trajectory({ finalAnswer: 'It costs €79.', ...run })).failures.some(
      (failure) => failure.class === 'FABRICATED_ANSWER',
    )
  const look = page('/lamps', undefined, 'Lamps')

  test('where nothing else was seen, nothing is judged', () => {
    expect(fires({ steps: [{ action: 'goto', after: look }] })).toBe(false)
    const pictured = { ...look, screenshot: picture('a') }
    expect(fires({ steps: [{ action: 'goto', result: 'opened', after: pictured }] })).toBe(false)
    expect(fires({ steps: [{ action: 'goto', result: 'x'.repeat(80), after: pictured }] })).toBe(true)
    expect(fires({ steps: [{ action: 'goto', result: 'opened', after: look }] })).toBe(true)
    expect(fires({ steps: [{ action: 'goto', after: page('/lamps', '- text: Lamps') }] })).toBe(true)
  })

  test('words of an address show nothing but addresses; a title shows what it says', () => {
    const steps = [{ action: 'goto', after: page('/find?q=Bogus-Lamp', '- text: nothing', 'Ada Moon | Shop') }]
    const claims = (finalAnswer: string) =>
      groundClaims(trajectory({ steps, finalAnswer })).claims.map(({ grounded }) => grounded)
    expect(claims('It is the Bogus-Lamp.')).toEqual([false])
    expect(claims('It is Ada Moon.')).toEqual([true])
    expect(claims('See https://shop.test/find?q=Bogus-Lamp')).toEqual([true])
  })
})

test('what the agent gave a tool is no evidence of it; a price in a search for one is', () => {
  const steps = [{ action: 'search', args: { max: 79, text: 'Bogus Lamp' }, result: 'Bogus Lamp: none. Ada €79' }]
  const { claims } = groundClaims(trajectory({ steps, finalAnswer: 'The Bogus Lamp costs €79.' }))
  expect(claims.map(({ grounded }) => grounded)).toEqual([false, true])
})
