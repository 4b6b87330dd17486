import { doesType, focusOf, isList, itemsOf, kindOfNamed, type Entries } from '../../redact/names/named-field.ts'
import { leavingKeys } from './pressed-keys.ts'
import type { KindOf, ToldFields } from './told-fields.ts'

const longestCommand = 1_000
const mostCommands = 20

/** An action that is written in one text: it types, aims at an element, or reads the value of one. */
export interface Command {
  readonly does: 'types' | 'aims' | 'reads'
  /** The words for the element, by what it is found: `['ref', 'e4']`, `['selector', '#code']`; absent where what has the focus is meant, and where it is left. */
  readonly element: readonly [by: string, name: string] | undefined
  /** "" where nothing is typed. */
  readonly typed: string
}

/** `fill('a46', 'text')`, `type(content='text')`, `type(text="text", element="12")` */
const call =
  /\b(\w{1,30})\((?:\w{1,20}\s?=\s?)?(["'])((?:(?!\2)[^\\\n]|\\.){1,400})\2(?:\s?,\s?(?:\w{1,20}\s?=\s?)?(["'])((?:(?!\4)[^\\\n]|\\.){1,400})\4)?/g
/** `type [12] [text] [1]` */
const bracketed = /\b(\w{1,30}) \[([\w:-]{1,24})\][;,]? \[?([^\n\]]{1,400})\]?/g
/** The words of a shell, and what parts its commands. */
const shell = /"((?:[^"\\]|\\.)*)"|'([^']*)'|(&&|\|\|?|;|\n)|([^\s"';|&]+)/g

/** One word alone is no command. */
const hasWords = /[\s"'&(]/

/** Read the actions in a text of the arguments of a step. Of calls and of `type [12] [...]` the first one that types is all. */
export function readCommands(text: string): Command[] {
  if (text.length > longestCommand || !hasWords.test(text)) return []
  for (const [, verb, , first = '', , second] of text.matchAll(call))
    if (types(verb))
      return [{ does: 'types', element: second === undefined ? undefined : ['ref', first], typed: second ?? first }]
  for (const [, verb, reference = '', typed = ''] of text.matchAll(bracketed))
    if (types(verb)) return [{ does: 'types', element: ['ref', reference], typed }]
  const found: Command[] = []
  let words: string[] = []
  const end = (): void => {
    const command = readWords(words)
    if (command && !isSentence(command, words)) found.push(command)
    words = []
  }
  for (const [, double, single, parting, bare] of text.matchAll(shell)) {
    if (parting === undefined) words.push(double?.replaceAll(/\\(["\\$`])/g, '$1') ?? single ?? bare ?? '')
    else end()
    if (found.length >= mostCommands) return found
  }
  end()
  return found
}

const textNames = new Set(['command', 'cmd', 'script'])
const listNames = new Set(['arguments', 'args', 'argv'])

/** The first command in the arguments of a step: `{command: 'agent-browser keyboard type ...'}`, `{args: ['get', 'value', '#pin']}`. */
export function commandIn(given: Entries): Command | undefined {
  const [key = '', item] = given.find(([name]) => textNames.has(name) || listNames.has(name)) ?? []
  if (listNames.has(key)) return isList(item) ? readList(item) : undefined
  return typeof item === 'string' ? readCommands(item)[0] : undefined
}

/** Read the command of a list of its words; `undefined` for any other list. */
export function readList(list: readonly unknown[]): Command | undefined {
  const words = itemsOf(list, 100)
  return words.every((word) => typeof word === 'string') ? readWords(words) : undefined
}

/** The kinds of what is in the element that a command names, which may be by a reference. */
export function kindOfElement(element: NonNullable<Command['element']>, fields: ToldFields): KindOf | undefined {
  return element[0] === 'ref' ? fields.kindOf([element]) : (typed) => kindOfNamed([element], typed)
}

/** Words by which `find label "Password" fill "..."` finds an element. */
const finders = new Set(['label', 'placeholder', 'testid', 'id'])
const isReference = /^@?[\w:-]{1,24}$/
const isSelector = /^[#.[/]|^\w+[[#.]|^(?:css|xpath|text|id|label)=|getBy/
const mostBefore = 6

/** Read the command of a browser from its words: `agent-browser fill @e12 text`, `keyboard type text`, `find label Password fill text`, `get value #pin`. */
function readWords(given: readonly string[]): Command | undefined {
  const words = given.filter((word) => !/^--?\w/.test(word))
  for (const [at, verb] of words.slice(0, mostBefore).entries()) {
    const [first, second, third, fourth] = words.slice(at + 1, at + 5)
    if (first === undefined) return undefined
    // `echo fill e1 later`; any program may be meant that has a mark for the element.
    if (at > 0 && !words.slice(0, at).some(isOfBrowser) && !(types(verb) && /^[@\d]/.test(first))) continue
    if (verb === 'keyboard' && (first === 'type' || first === 'inserttext'))
      return second === undefined ? undefined : { does: 'types', element: undefined, typed: second }
    if (verb === 'find' && finders.has(first) && second !== undefined && third !== undefined) {
      const element = [first, second] as const
      if (types(third) && fourth !== undefined) return { does: 'types', element, typed: fourth }
      return aiming.has(third) ? { does: 'aims', element, typed: '' } : undefined
    }
    if (verb === 'get' && first === 'value' && second !== undefined)
      return { does: 'reads', element: elementOf(second), typed: '' }
    if (verb === 'set' && first === 'credentials' && third !== undefined)
      return { does: 'types', element: ['label', 'password'], typed: third }
    // `agent-browser press Tab`, `agent-browser open https://a.test`: what has the focus from then on is not known.
    if (at > 0 && (leavingKeys.has(first) || focusOf(verb) === 'leaves'))
      return { does: 'aims', element: undefined, typed: '' }
    const element = elementOf(first)
    if (types(verb) && second !== undefined) return element && { does: 'types', element, typed: second }
    // `playwright-cli type text`
    if (types(verb)) return verb === 'type' && at > 0 ? { does: 'types', element: undefined, typed: first } : undefined
    if (aiming.has(verb) && element) return { does: 'aims', element, typed: '' }
  }
  return undefined
}

/**
 * Tells whether the words of a text are prose: `fill #password correctly and submit`, `set credentials for production`. A reference must be
 * known besides, so it may stand in any words.
 */
function isSentence({ does, element, typed }: Command, words: readonly string[]): boolean {
  if (does !== 'types' || element === undefined || element[0] === 'ref') return false
  const redirect = words.findIndex((word) => /^\d?>/.test(word))
  const behind = words.slice(words.lastIndexOf(typed) + 1, redirect < 0 ? undefined : redirect)
  // `fill #password instructions`: what is shown beside a field.
  const isOfForm = words.at(-1) === typed && /^(?:instructions|hints?|policy|rules|label)$/.test(typed)
  return isOfForm || behind.some((word) => /^\p{L}{2}/u.test(word)) || (words[0] === 'set' && /^\p{L}+$/u.test(typed))
}

function elementOf(word: string): Command['element'] {
  if (isReference.test(word)) return ['ref', word]
  return isSelector.test(word) ? ['selector', word] : undefined
}

/** Names of programs that drive a browser: `agent-browser`, `playwright-cli`, `npx @playwright/cli@latest`. */
function isOfBrowser(word: string): boolean {
  return /browser|playwright|chrome|puppeteer|stagehand|webdriver/i.test(word)
}

const aiming = new Set(['focus', 'click', 'dblclick', 'tap'])

function types(verb: string | undefined): boolean {
  return verb !== undefined && doesType(verb) === true
}
