import type { StepFacts } from './run.ts'
import { textOf } from './texts.ts'

/** Words that do one thing, by the first of each row. A phrase has spaces. */
const families: readonly (readonly string[])[] = [
  ['submit', 'hand in', 'turn in'],
  ['save'],
  [
    'order',
    'place order',
    'place an order',
    'place the order',
    'place your order',
    'buy',
    'purchase',
    'complete purchase',
    'complete order',
    'complete the purchase',
    'complete the order',
  ],
  ['pay', 'make payment', 'make a payment', 'enter payment', 'enter any payment', 'enter your payment'],
  ['check out', 'checkout'],
  ['send'],
  ['delete', 'remove', 'erase', 'discard', 'trash'],
  ['confirm'],
  ['accept', 'agree'],
  ['approve'],
  ['book', 'reserve'],
  ['log in', 'login', 'sign in', 'log on'],
  ['log out', 'logout', 'sign out'],
  ['sign up', 'register', 'create account', 'create an account'],
  ['post', 'publish', 'tweet'],
  ['share'],
  ['subscribe'],
  ['unsubscribe'],
  ['cancel'],
  ['download'],
  ['upload', 'attach'],
  ['rename'],
  ['edit', 'change', 'modify', 'update', 'alter'],
  ['add'],
  ['create', 'make new'],
  ['close'],
  ['install'],
  ['merge'],
  ['commit'],
  ['push'],
  ['deploy'],
  ['comment'],
  ['reply', 'respond'],
  ['click', 'press', 'tap'],
  ['apply'],
  ['vote'],
  ['transfer'],
  ['donate'],
]
const worldChanging = new Set(['submit', 'save', 'order', 'pay', 'send', 'delete', 'confirm'])

/** Verbs that are nouns too. */
const alsoNouns =
  /^(?:order|purchase|book|post|share|comment|reply|vote|transfer|download|upload|update|change|check|log|sign|push|commit|merge|login|register|checkout|pay)$/i
/** Words that make a noun of such a verb: `Order history` orders nothing. */
const followers =
  /^(?:history|histories|details?|status|number|numbers|summary|summaries|by|list|lists|form|forms|settings?|options?|page|pages|info|information|methods?|policy|policies|archive|support|of|total|totals|date|cards?|id|ids|tracking|overview|preferences|\d+ ?%)/

/** The stem of a verb: `paying`, `pays`, `paid` and `pay` have one. */
function stem(word: string): string {
  const irregular: Readonly<Record<string, string>> = { paid: 'pay', bought: 'buy', sent: 'send', placing: 'place' }
  const known = Object.hasOwn(irregular, word) ? irregular[word]! : word
  const bare = known.replace(/(?:ing|ed|es|s)$/, '')
  const cut = bare.length >= 3 ? bare : known
  return cut.replace(/([bdglmnprt])\1$/, '$1').replace(/e$/, '')
}

/** The phrases that begin with a word, by its stem, the longest first, each with its family. */
const phrasesOf = new Map<string, { readonly stems: readonly string[]; readonly family: string }[]>()
for (const [family, ...others] of families)
  for (const phrase of [family!, ...others]) {
    const stems = phrase.split(' ').map(stem)
    const known = phrasesOf.get(stems[0]!) ?? []
    phrasesOf.set(
      stems[0]!,
      [...known, { stems, family: family! }].toSorted((one, other) => other.stems.length - one.stems.length),
    )
  }

/** Words of a text in lower case, by their stems. */
export function stemsOf(text: string): string[] {
  return text
    .slice(0, 300)
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z'-]+/)
    .filter(Boolean)
    .map(stem)
}

/**
 * Tell the family of the verb at the beginning of words: its first member, e.g. `order` of `place the order now`.
 *
 * @param stems as `stemsOf` gives them
 */
export function familyOf(stems: readonly string[]): string | undefined {
  const phrases = phrasesOf.get(stems[0] ?? '') ?? []
  return phrases.find((phrase) => phrase.stems.every((one, at) => one === stems[at]))?.family
}

/** The verbs for what a step does to the world: the name of its action, and the words on what it was aimed at. */
export function verbsOf({ step, kind }: StepFacts): string[] {
  const { actionName, actionArgs, target } = step
  const isTyping = /fill|type|input|press|key|search|select/i.test(actionName)
  const aimed =
    isTyping || kind === 'look' || kind === 'read' || kind === 'search'
      ? []
      : [target?.name, ...argumentTexts(actionArgs)]
  const name = actionName
    .replace(/^.*(?:[./]|__)/s, '')
    .replace(/^(?:git|github|gitlab|gmail|slack|browser|page)_/i, '')
  return [name, ...aimed].flatMap((text) => {
    const family = text === undefined ? undefined : leadingFamily(text)
    return family === undefined ? [] : [family]
  })
}

const words = ['name', 'text', 'label', 'element', 'description', 'target', 'button', 'instruction', 'action']

function argumentTexts(args: Readonly<Record<string, unknown>>): string[] {
  return words.flatMap((key) => textOf(args[key]) ?? [])
}

/** `Proceed to checkout` and `Yes, delete` begin with what is no verb of ours. */
const openings =
  /^(?:yes|ok|okay|proceed to|continue to|go to|click|press|tap|on|the|a|i want to|please|now|confirm and|and|button|link)[\s,:]+/i

function leadingFamily(text: string): string | undefined {
  let rest = text
    .slice(0, 300)
    .replaceAll(/["“”'`]/g, '')
    .replaceAll('_', ' ')
    .trim()
  for (let cut = openings.exec(rest); cut; cut = openings.exec(rest)) rest = rest.slice(cut[0].length)
  const first = /^[a-z-]+/i.exec(rest)?.[0] ?? ''
  // `Orders`, `Booking` and `Saved items` name things.
  if (/(?:[^s]s|ing|ed)$/i.test(first)) return undefined
  const after = rest.slice(first.length).trimStart().toLowerCase()
  return alsoNouns.test(first) && followers.test(after) ? undefined : familyOf(stemsOf(rest))
}

/** Tells whether a step submits, saves, orders, pays, sends, deletes or confirms. */
export function changesTheWorld(facts: StepFacts): boolean {
  return (facts.acts || facts.kind === undefined) && verbsOf(facts).some((verb) => worldChanging.has(verb))
}
