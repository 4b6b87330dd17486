import { isList, itemsOf } from '../../redact/names/named-field.ts'

/** Names of arguments that hold keys which are pressed. */
export const pressedNames: ReadonlySet<string> = new Set(['key', 'keys'])

/** Keys that leave a field. */
export const leavingKeys: ReadonlySet<string> = new Set(['Tab', 'Enter', 'Escape'])

/** Keys that type nothing. */
const namedKeys = new Set(
  'enter return tab escape esc backspace delete del insert home end pageup pagedown arrowup arrowdown arrowleft arrowright up down left right capslock'.split(
    ' ',
  ),
)
const modifierKeys = new Set('control ctrl alt option meta cmd command super win controlormeta shift'.split(' '))

/** The text that the keys under a name type, one by one and together: all of `keys`, and of `key` a single character. */
export function typedByKeys(name: string, keys: unknown): ReadonlySet<string> {
  const pressed = isList(keys) && name === 'keys' ? itemsOf(keys, 200) : [keys]
  const typed = pressed.filter((key): key is string => typeof key === 'string' && !isNamedKey(key))
  const isKept = name === 'key' && typed.some((key) => key.length > 1 && !isNoKey.test(key))
  return new Set(isKept ? [] : [...typed, typed.join('')])
}

/** A text that was given for a key, and is none: keys have names of letters and a number (`F12`, `KeyT`, `AudioVolumeUp`). */
const isNoKey = /^(?!.*\+)(?=.{6,})(?=.*[^A-Za-z])(?!(?:F|Key|Digit|Numpad|Soft|Lang|Intl)\w{0,12}$).*$/

/** Tells whether keys type nothing: `Enter`, `Shift+Tab`, `Control+A`; with Shift alone a letter is typed. */
export function isNamedKey(value: string): boolean {
  const keys = value.toLowerCase().split('+', 6)
  const last = keys.pop()!
  if (!keys.every((key) => modifierKeys.has(key))) return false
  const isChord = keys.some((key) => key !== 'shift') && last.length === 1
  return namedKeys.has(last) || modifierKeys.has(last) || isChord
}

/** Tells whether an argument is a key that changes what stands in a field, and leaves the focus there: `Control+A`, `Backspace`. */
export function isEditingKey(item: unknown): boolean {
  return (
    typeof item === 'string' && /^(?:(?:ctrl|control|cmd|meta|controlormeta)\+a|backspace|delete|end|home)$/i.test(item)
  )
}
