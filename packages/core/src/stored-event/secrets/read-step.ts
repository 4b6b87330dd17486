import { fieldOf, isObject, safely, textOf } from '../../values/plain-fields.ts'
import { isError } from '../../values/value-kind.ts'
import { entriesOf, isList, type Entries } from '../../redact/names/named-field.ts'

/** Names of arguments that hold what is typed. */
export const typedNames: ReadonlySet<string> = new Set(
  'text value values input string content password passcode code otp pin inputText input_text textToType keys_to_type'.split(
    ' ',
  ),
)

/** The fields of a step that tell what it typed. */
export interface Step {
  readonly sensitive: boolean
  /** The entries of its target, and of its arguments; none of what is no object. */
  readonly aim: Entries
  readonly args: Entries
  /** "" for what is no text. */
  readonly actionName: string
  readonly actionArgs: unknown
  readonly reasoning: unknown
  readonly turnId: unknown
  readonly toolOutput: unknown
  /** That of its tool. */
  readonly result: unknown
}

/** Read the fields of a step that tell what it typed. Never throws. */
export function readStep(payload: unknown): Step {
  const toolOutput = fieldOf(payload, 'toolOutput')
  const actionArgs = fieldOf(payload, 'actionArgs')
  const target = fieldOf(payload, 'target')
  return {
    sensitive: fieldOf(payload, 'sensitive') === true,
    aim: isObject(target) ? entriesOf(target) : [],
    args: isObject(actionArgs) ? entriesOf(actionArgs) : [],
    actionName: textOf(payload, 'actionName') ?? '',
    actionArgs,
    reasoning: fieldOf(payload, 'reasoning'),
    turnId: fieldOf(payload, 'turnId'),
    toolOutput,
    result: fieldOf(toolOutput, 'result'),
  }
}

/** The text under a key of an object. */
export function textAt(value: unknown, key: string): string | undefined {
  return typeof value === 'object' && value !== null ? textUnder(entriesOf(value), key) : undefined
}

/** The text of the entry of a name. */
export function textUnder(entries: Entries, key: string): string | undefined {
  const found = entries.find(([name]) => name === key)?.[1]
  return typeof found === 'string' ? found : undefined
}

/** All texts in a value, the message of an error too; of a large one its beginning. */
export function textsIn(value: unknown, isAsked: (key: string) => boolean = () => true): string[] {
  const found: string[] = []
  const read = (item: unknown, asked: boolean, depth: number): void => {
    if (found.length >= mostTexts) return
    if (typeof item === 'string') {
      if (asked && item !== '') found.push(item)
    } else if (typeof item === 'object' && item !== null && depth < deepest) {
      const message = isError(item) ? safely(() => item.message) : undefined
      read(message, asked, depth + 1)
      const isAny = isList(item)
      for (const [key, part] of entriesOf(item)) read(part, isAny ? asked : isAsked(key), depth + 1)
    }
  }
  read(value, isAsked(''), 0)
  return found
}

const mostTexts = 200
const deepest = 6
