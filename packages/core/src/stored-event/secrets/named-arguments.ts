import { isList, type Entries } from '../../redact/names/named-field.ts'
import { isNamedKey } from './pressed-keys.ts'

/**
 * Give the arguments of a call the names that their places stand for: of `{args: ['#street', '...', {delay: 20}]}` the first is a selector and
 * the second what is typed, and the `value` of `{by: 'css', value: '#street', text: '...'}` is a selector.
 *
 * @param types tells whether the call types; of any other the first argument has to look like a selector
 */
export function namedArguments(items: Entries, types: boolean): Entries {
  const found = located(items)
  const at = found.findIndex(([key, item]) => placed.has(key) && isList(item))
  if (at < 0 && found[0]?.[0] !== '0') return found
  const list = at < 0 ? undefined : found[at]?.[1]
  const places = isList(list) ? list : [valueOf(found, '0'), valueOf(found, '1')]
  const [element, typed] = places
  if (typeof element !== 'string' || element === '' || element.length > longestSelector) return found
  const others = at < 0 ? found.filter(([key]) => key !== '0' && key !== '1') : found.toSpliced(at, 1)
  // `findElement('css selector', '#street')`
  const strategy = types ? undefined : strategies.get(element)
  if (strategy !== undefined && typeof typed === 'string') return [[strategy, typed], ...others]
  if (types && isText(typed)) {
    const isElsewhere = others.some(([key]) => placesOfElements.has(key))
    return isElsewhere ? found : [['selector', element], ['text', typed], ...others]
  }
  if (types || !isList(list) || !isSelector.test(element)) return found
  return [['selector', element], ...found.with(at, [found[at]![0], list.slice(1)])]
}

/** Names of arguments that hold all of a call by their places. */
const placed = new Set(['args', 'arguments', 'params', 'parameters'])
/** Beside one of these a list is all typed: `{selector: '#note', arguments: ['a', 'b']}`. */
const placesOfElements = new Set(['selector', 'locator', 'element', 'elementId', 'element_id', 'ref', 'uid'])
const longestSelector = 500
const isSelector = /^(?:[#.[/(]|\w+[[#.]|(?:css|xpath|id|text)=)|getBy/

function isText(item: unknown): boolean {
  return typeof item === 'number' || (typeof item === 'string' && !isNamedKey(item))
}

/** Names of arguments that say by what an element is found, as WebDriver has them. */
const strategyNames = new Set(['by', 'using', 'strategy', 'locator_strategy', 'locatorStrategy', 'selector_type'])
/** The names under which what an element is found by says as much. */
const strategies = new Map([
  ['id', 'id'],
  ['name', 'field'],
  ['css', 'selector'],
  ['css selector', 'selector'],
  ['css_selector', 'selector'],
  ['xpath', 'selector'],
  ['accessibility id', 'label'],
  ['link text', 'link_text'],
  ['partial link text', 'link_text'],
])

function located(items: Entries): Entries {
  const strategy = items.find(([key]) => strategyNames.has(key))?.[1]
  const name = typeof strategy === 'string' ? strategies.get(strategy.toLowerCase()) : undefined
  return name === undefined ? items : items.map(([key, item]) => [key === 'value' ? name : key, item])
}

function valueOf(items: Entries, key: string): unknown {
  return items.find(([name]) => name === key)?.[1]
}
