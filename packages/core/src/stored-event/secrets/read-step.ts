import { fieldOf } from '../../values/plain-fields.ts'
import { entriesOf } from '../../redact/names/named-field.ts'

/** Names of arguments that hold what is typed. */
export const typedNames: ReadonlySet<string> = new Set(
  'text value values input string content password passcode code otp pin inputText input_text textToType keys_to_type'.split(
    ' ',
  ),
)

/** The fields of a step that tell what it typed. */
export interface Step {
  readonly sensitive: boolean
  readonly target: unknown
  readonly actionName: unknown
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
  return {
    sensitive: fieldOf(payload, 'sensitive') === true,
    target: fieldOf(payload, 'target'),
    actionName: fieldOf(payload, 'actionName'),
    actionArgs: fieldOf(payload, 'actionArgs'),
    reasoning: fieldOf(payload, 'reasoning'),
    turnId: fieldOf(payload, 'turnId'),
    toolOutput,
    result: fieldOf(toolOutput, 'result'),
  }
}

/** The text under a key of an object. */
export function textAt(value: unknown, key: string): string | undefined {
  const found =
    typeof value === 'object' && value !== null ? entriesOf(value).find(([name]) => name === key)?.[1] : undefined
  return typeof found === 'string' ? found : undefined
}
