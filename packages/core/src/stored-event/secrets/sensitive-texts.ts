import { isMixed } from '../../redact/scan/pair-values.ts'
import type { TextPlace } from '../../values/place.ts'
import { toPlainValue } from '../../values/plain-value.ts'
import { isNamedKey, pressedNames } from './pressed-keys.ts'
import { typedNames } from './read-step.ts'

/** Names of arguments that say where and how, never what. Under any other name of a sensitive step nothing is kept. */
const keptNames = new Set(
  'type method actionName selector locator target ref element elementId role name label frame button modifiers url reasoning describe description placeholder field xpath css id'.split(
    ' ',
  ),
)

/** Every text of the arguments of a sensitive step that may have been typed. */
export function sensitiveTexts(actionArgs: unknown): string[] {
  const found: string[] = []
  const learn = (value: string, key: string | undefined): string => {
    if (typedNames.has(key ?? '') || (!isKept(key ?? '', value) && isOneToken(value))) found.push(value)
    return ''
  }
  // Conversion reads whatever stands there without throwing, and gives every text whole; what it makes is not needed.
  toPlainValue(
    { actionArgs },
    {
      transformText: (value, key, place: TextPlace | undefined) => (place ? learn(value, key) : value),
      transformNumber: (value, key) => (typedNames.has(key ?? '') ? learn(String(value), key) : undefined),
    },
  )
  return found
}

/** Tells whether an argument says where or how. An `action` is a verb, or says in a sentence what is typed. */
export function isKept(name: string, value: string): boolean {
  if (pressedNames.has(name)) return isNamedKey(value)
  return keptNames.has(name) || (name === 'action' && /^[a-z_]{1,30}$/.test(value))
}

/** Under a name that we do not know, what reads like a password: one word of letters and digits, and no selector or path. */
function isOneToken(value: string): boolean {
  const isToken = value.length <= 200 && !/^[#./[]|[\s:]/.test(value)
  return isToken && isMixed(value, { start: 0, end: value.length, next: 0 })
}
