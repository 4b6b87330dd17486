import type { AriaNode } from '@contrail/core'
import type { Decision, Intent, Memory, Outcome, View } from './decision.ts'
import type { Goal, Want } from './goals.ts'

/** The ruling of a rule on a want: it is answered, or this is to be done for it, or nothing here helps. */
type Ruling = { answer: string } | { intents: readonly Intent[] } | undefined

/**
 * Decide by rules, from what is on the page, what to do next. Pure: the same view and memory give the same decision.
 * It begins with a turn that only says the plan, works on the wants in order, and ends with an answer.
 */
export function decide(goal: Goal, view: View, memory: Memory): Decision {
  if (!memory.planned) return { kind: 'turn', text: plan(goal), intents: [], answers: [] }
  const answers = [...memory.answers]
  for (let want = goal.wants[answers.length]; want; want = goal.wants[answers.length]) {
    const ruling = rule(want, view, memory)
    if (ruling === undefined) return { kind: 'answer', text: giveUp(want, answers), reached: false, answers }
    if ('intents' in ruling)
      return { kind: 'turn', text: say(ruling.intents, memory), intents: ruling.intents, answers }
    answers.push(ruling.answer)
  }
  return { kind: 'answer', text: answers.join(' '), reached: true, answers }
}

function rule(want: Want, view: View, memory: Memory): Ruling {
  switch (want.kind) {
    case 'order':
      return order(want, view)
    case 'basket':
      return basket(want, view)
    case 'empty_cart':
      return emptyCart(view)
    case 'size':
      return size(want, view, memory)
    case 'stock':
      return stock(want, view, memory)
    case 'help':
      return help(want, view, memory)
    case 'clause':
      return clause(want, view, memory)
  }
}

function order(want: Extract<Want, { kind: 'order' }>, view: View): Ruling {
  const confirmed = find(view, 'status', 'order')
  if (confirmed) return { answer: confirmed.text }
  if (isPage(view, 'Checkout')) return fillCheckout(want.details, view)
  if (find(view, 'row', want.lamp)) {
    return wrapGift(want, view) ?? click(view, 'link', 'check out', 'The cart is right, so on to the checkout.')
  }
  return (
    click(view, 'button', `add to cart ${want.lamp}`, 'This is the lamp that is asked for.') ??
    goToLamp(want.lamp, view)
  )
}

/** One model call, several tool calls: every empty field, then the button. What the task does not tell is a secret: named, never said. */
function fillCheckout(details: Readonly<Record<string, string>>, view: View): Ruling {
  const fields = view.nodes.filter((node) => node.role === 'textbox' && node.text === '')
  const submit = click(view, 'button', 'place order', 'All fields are filled in.')
  if (!submit) return undefined
  const fills = fields.map((field): Intent => {
    const told = Object.hasOwn(details, field.name) ? details[field.name] : undefined
    const value = told ?? `%${field.name.toLowerCase().replaceAll(' ', '_')}%`
    return { do: 'fill', role: field.role, name: field.name, value, why: `The form asks for: ${field.name}.` }
  })
  return { intents: [...fills, ...submit.intents] }
}

function basket(want: { lamp: string; giftWrap: boolean }, view: View): Ruling {
  if (find(view, 'row', want.lamp)) {
    const total = find(view, 'row', 'total')
    return wrapGift(want, view) ?? (total && { answer: `${total.name} for the ${want.lamp}, wrapped.` })
  }
  return (
    click(view, 'button', `add ${want.lamp}`, 'It can be put into the cart from here.') ?? searchFor(want.lamp, view)
  )
}

function wrapGift(want: { giftWrap: boolean }, view: View): { intents: readonly Intent[] } | undefined {
  return want.giftWrap ? click(view, 'button', 'gift wrap', 'It is to be gift wrapped.') : undefined
}

function emptyCart(view: View): Ruling {
  if (find(view, 'status', 'cart is empty')) return { answer: 'The cart is empty again.' }
  return (
    click(view, 'button', 'empty cart', 'The cart is to be empty again.') ??
    click(view, 'link', 'cart', 'The cart is behind this link.')
  )
}

function size(want: { lamp: string; of: string }, view: View, memory: Memory): Ruling {
  const read = result(memory, 'read_frame')
  const line = read?.said.split('\n').find((candidate) => hasWords(candidate, want.of))
  if (line) return { answer: `${want.of} of the ${want.lamp}: ${line.slice(line.search(/\d/))}.` }
  if (isPage(view, want.lamp) && view.nodes.some((node) => node.role === 'iframe')) {
    return { intents: [{ do: 'read_frame', why: 'The sizes stand in a frame.' }] }
  }
  return goToLamp(want.lamp, view)
}

function stock(want: { lamp: string }, view: View, memory: Memory): Ruling {
  const status = find(view, 'status', want.lamp)
  if (status) return { answer: `${status.text}.` }
  const link = find(view, 'link', 'warehouse')
  if (!link || !isPage(view, want.lamp)) return goToLamp(want.lamp, view)
  const failed = memory.outcomes.some((outcome) => !outcome.ok && outcome.intent.do === 'open_slow')
  const why = failed
    ? 'The warehouse was too slow: once more, with patience.'
    : 'The warehouse knows how many there are.'
  return { intents: [{ do: 'open_slow', role: link.role, name: link.name, patienceMs: failed ? 10_000 : 150, why }] }
}

function help(want: { about: string }, view: View, memory: Memory): Ruling {
  const read = result(memory, 'read_popup')
  const line = read?.said.split('\n').find((candidate) => hasWords(candidate, want.about))
  if (line) return { answer: line }
  const button = find(view, 'button', 'help')
  return (
    button && { intents: [{ do: 'read_popup', role: button.role, name: button.name, why: 'Help opens in a window.' }] }
  )
}

function clause(want: { about: string }, view: View, memory: Memory): Ruling {
  const row = find(view, 'row', want.about)
  if (row) return { answer: `Clause ${row.name}` }
  const looked = result(memory, 'look_for')
  if (looked && hasWords(looked.said, want.about)) return { answer: `Clause ${looked.said}` }
  if (isPage(view, 'Terms') || view.url.endsWith('/terms')) {
    return {
      intents: [{ do: 'look_for', words: want.about, why: `The page is long; ${want.about} must be further down.` }],
    }
  }
  return click(view, 'link', 'terms', 'That is a matter of the terms.')
}

function goToLamp(lamp: string, view: View): Ruling {
  return click(view, 'link', lamp, 'The link names the lamp that is asked for.') ?? searchFor(lamp, view)
}

/** Several actions from one look at the page. Where the search has been tried, there is no such lamp. */
function searchFor(lamp: string, view: View): Ruling {
  const box = view.nodes.find((node) => node.role === 'searchbox')
  if (!box) return click(view, 'link', 'lamps', 'The search is on the page of all lamps.')
  if (hasWords(box.text, lamp)) return undefined
  const submit = click(view, 'button', 'search', 'Start the search.')
  if (!submit) return undefined
  const fill: Intent = {
    do: 'fill',
    role: box.role,
    name: box.name,
    value: lamp,
    why: 'Search is quicker than scrolling.',
  }
  return { intents: [fill, ...submit.intents] }
}

function click(view: View, role: string, words: string, why: string): { intents: readonly Intent[] } | undefined {
  const node = find(view, role, words)
  return node && { intents: [{ do: 'click', role, name: node.name, why }] }
}

/** The first enabled element of this role whose name, or text where it has no name, has all these words. */
function find(view: View, role: string, words: string): AriaNode | undefined {
  return view.nodes.find(
    (node) =>
      node.role === role &&
      !('disabled' in node.attributes) &&
      hasWords(node.name === '' ? node.text : node.name, words),
  )
}

function isPage(view: View, words: string): boolean {
  return view.nodes.some(
    (node) => node.role === 'heading' && node.attributes['level'] === '1' && hasWords(node.name, words),
  )
}

function hasWords(text: string, words: string): boolean {
  const lower = text.toLowerCase()
  return words
    .toLowerCase()
    .split(' ')
    .every((word) => lower.includes(word))
}

function result(memory: Memory, intent: Intent['do']): Outcome | undefined {
  return memory.outcomes.find((outcome) => outcome.ok && outcome.intent.do === intent)
}

function plan(goal: Goal): string {
  return `The task has ${goal.wants.length === 1 ? 'one part' : `${goal.wants.length} parts`}: ${goal.wants.map((want) => want.kind.replaceAll('_', ' ')).join(', then ')}.`
}

function say(intents: readonly Intent[], memory: Memory): string {
  const failure = memory.outcomes.find((outcome) => !outcome.ok)
  return [
    ...(failure ? [`That failed: ${failure.said.split('\n', 1)[0]}`] : []),
    ...intents.map((intent) => intent.why),
  ].join(' ')
}

function giveUp(want: Want, answers: readonly string[]): string {
  return [
    ...answers,
    `I cannot find out more: nothing on this page helps with ${want.kind.replaceAll('_', ' ')}.`,
  ].join(' ')
}
