/** One numbered clause of the terms. */
export interface Clause {
  readonly number: number
  readonly title: string
  readonly text: string
}

const subjects = ['Bulbs', 'Cords', 'Shades', 'Switches', 'Sockets', 'Plugs', 'Hooks', 'Packing', 'Parcels', 'Invoices']
const rules = [
  'are counted twice before they leave the house.',
  'may differ from the picture by a hand’s breadth.',
  'belong to the shop until they are paid.',
  'are taken back where the law says so.',
  'must be kept dry and out of the reach of cats.',
  'come with a sheet of paper that nobody reads.',
]

/** The only clauses that say something an agent may be asked for, by their number. */
const clausesThatMatter: Readonly<Record<number, readonly [string, string]>> = {
  37: ['Guarantee', 'Every lamp has a guarantee of 5 years from the day of delivery.'],
  163: ['Return period', 'You may return any lamp within 45 days of delivery.'],
  208: ['Court', 'The court of Lampton decides.'],
}

/** All 240 clauses: long enough that the page cannot be seen, or sent to a model, at once. */
export const clauses: readonly Clause[] = Array.from({ length: 240 }, (_, index) => {
  const number = index + 1
  const [title, text] = clausesThatMatter[number] ?? ordinary(index)
  return { number, title, text }
})

function ordinary(index: number): readonly [string, string] {
  const subject = subjects[index % subjects.length] ?? 'Lamps'
  return [
    `${subject}, part ${Math.floor(index / subjects.length) + 1}`,
    `${subject} ${rules[(index * 7) % rules.length]}`,
  ]
}
