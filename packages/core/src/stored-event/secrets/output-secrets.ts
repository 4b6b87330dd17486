import { doesType, isList, itemsOf, kindOfNamed } from '../../redact/names/named-field.ts'
import { splitWords } from '../../redact/names/words.ts'
import { isSecretOfKind } from '../../redact/names/value.ts'
import type { Redactor } from '../../redact/redactor.ts'
import { kindOfRead } from '../../redact/scan/typed.ts'
import { remember } from '../../redact/text/memoize.ts'
import type { RedactionKind } from '../../redact/text/placeholder.ts'
import { commandIn, kindOfElement } from './commands.ts'
import { textsIn, typedNames, type Step } from './read-step.ts'
import type { KindOf, ToldFields } from './told-fields.ts'
import type { TypedSecret } from './typed-secrets.ts'

/**
 * Find the secrets of a step that its own output or reasoning tells: what was typed and stands there as a secret, such as
 * `getByLabel('Password').fill('...')` beside `{ref: 'e4', text: '...'}`, and what was read out of a field for one.
 */
export function secretsInOutput(
  step: Step,
  output: readonly string[],
  redactor: Redactor,
  fields: ToldFields,
): TypedSecret[] {
  const { actionName, actionArgs } = step
  const typed =
    doesType(actionName) === false
      ? []
      : textsIn(actionArgs, (key) => typedNames.has(key) || key === 'arguments' || key === 'args')
  const reasoning = typed.length > 0 ? step.reasoning : undefined
  const told = typeof reasoning === 'string' ? [...output, reasoning] : output
  const found = told.flatMap((text) => typed.flatMap((value) => toldAs(value, text, redactor)))
  const kindOf = readByReference(step, fields) ?? readingOf(step, redactor)
  if (!kindOf) return found
  for (const text of output.filter(({ length }) => length <= longestAnswer).slice(0, 10)) {
    const value = answer.exec(text.trimEnd())?.[1]
    const kind = value === undefined ? undefined : kindOf(value)
    if (value !== undefined && kind) found.push({ value, kind })
  }
  return found
}

const longestTyped = 4_096
/** The words that tell of a value stand in the lines around it. */
const before = 1_000
const behind = 300

/** A typed value as the secret that a text has in it, if it has. */
function toldAs(value: string, text: string, redactor: Redactor): TypedSecret[] {
  // With signs that code escapes, a value stands in it by its longest part without them.
  const part = value.split(/["'`\\\n]/).reduce((longest, next) => (next.length > longest.length ? next : longest))
  let at = value.length > longestTyped || part === '' ? -1 : text.indexOf(part)
  for (let count = 0; at >= 0 && count < mostPlaces; count += 1) {
    const end = at + value.length + behind
    const around = text.slice(text.lastIndexOf('\n', Math.max(0, at - before)) + 1, end)
    const secret = redactor.secretsIn(around).find((found) => found.value === value || unescaped(found.value) === value)
    if (secret) return [{ value, kind: secret.kind }]
    at = text.indexOf(part, end)
  }
  return []
}

/** A text without the backslashes of code. */
function unescaped(text: string): string {
  return text.replaceAll(/\\(.)/g, '$1')
}

const mostPlaces = 4

const longestAnswer = 2_000
/** One word, as a tool gives it: alone, in quotes, or under a heading of its own. */
const answer = /^(?:### Result\s{1,4})?["'`]?([^\s"'`]{1,200})["'`]?(?:\s{1,4}### [^]*)?$/

/** Tells the kind of what `agent-browser get value @e4` has read, or a call that points at its field, by what was told of that. */
function readByReference(step: Step, fields: ToldFields): KindOf | undefined {
  const { args } = step
  const command = commandIn(args)
  const list = args.find(([key]) => key === 'args')?.[1]
  const pointing = isList(list) ? [['ref', itemsOf(list, 1)[0]] as const] : args
  const kindOf =
    command?.does === 'reads' && command.element
      ? kindOfElement(command.element, fields)
      : readsValue(step)
        ? fields.kindOf(pointing)
        : undefined
  return kindOf && ((value) => asSecret(kindOf(value), value))
}

function asSecret(kind: RedactionKind | undefined, value: string): RedactionKind | undefined {
  return kind && isSecretOfKind(kind, value) ? kind : undefined
}

/** Tells of what a step has read the kind of secret that it is, where its code, or the field whose value it asks for, says so. */
function readingOf(step: Step, redactor: Redactor): ((value: string) => RedactionKind | undefined) | undefined {
  const { actionName, actionArgs, args, aim } = step
  const isRead = readsValue(step)
  if (doesType(actionName) === true && !isRead) return undefined
  const named = (): RedactionKind | undefined => kindOfNamed(args)
  let kind = isRead ? (named() ?? kindOfNamed(aim)) : undefined
  let name: string | undefined
  for (const code of textsIn(actionArgs)) {
    if (code.length > longestCode) continue
    kind ??= kindOfRead(code, named)
    name ??= stored.exec(code)?.[1]
  }
  if (kind) return (value) => asSecret(kind, value)
  return name === undefined ? undefined : (value) => redactor.kindOfPlace(name, undefined, () => value)
}

const longestCode = 10_000
/** `localStorage.getItem('token')`, `sessionStorage.token`, at the end of a code. */
const stored =
  /(?:\b(?:getItem|getCookie|get_cookie)\(|\b(?:local|session)Storage[.[])["'`]?(?!getItem)([\w.-]{1,64})["'`]?[\s;()}\]]{0,20}$/

const writes = new Set('set type fill change put add clear'.split(' '))

/** `get_value`, `inputValue`, `get_attribute` of `value` */
function readsValue({ actionName, actionArgs }: Step): boolean {
  const read = partRead(actionName)
  return read === 'value' || (read === 'attribute' && textsIn(actionArgs).includes('value'))
}

const partRead = remember((action: string): 'value' | 'attribute' | undefined => {
  const words = splitWords(action)
  if (words.includes('value')) return words.some((word) => writes.has(word)) ? undefined : 'value'
  return words.includes('attribute') || words.includes('property') ? 'attribute' : undefined
})
