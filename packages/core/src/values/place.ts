/** The place to which a value of the result goes, and from which it comes: `parent[sourceKey]`. */
export interface Place {
  readonly target: Target
  readonly key: string | number
  readonly container: Container | undefined
  readonly parent: object
  readonly sourceKey: string
  /** The nearest property name, or text key of a Map, that the value stands under. */
  readonly label: string | undefined
}

/** An object or array of the result that is to be filled, and what it is filled from. */
export interface Container {
  readonly source: object
  readonly fields: object
  readonly place: Place
  readonly depth: number
  readonly length: number
  readonly target: Target
  /** Property names; `undefined` for an array. */
  readonly keys: readonly string[] | undefined
  /** The source of the items of a Map or Set. */
  readonly items: Iterator<unknown> | undefined
  /** The two items of a Map's entry: the second is named by the first. */
  readonly role: 'map' | 'entry' | 'other'
  renamed: number
  /** The number of its items, or keys, that were read. */
  kept: number
  /** The number of those that are lost because of a limit. */
  lost: number
  /** The number of its first items that cannot be dropped. */
  pinned: number
  /** The containers among its items that are not dropped. */
  readonly opened: Container[]
  /** Keys and bytes in JSON that all in it have taken. */
  spentKeys: number
  spentBytes: number
}

/** An object or array of the result. */
export type Target = unknown[] | Record<string, unknown>

/** The path from the whole (`$`) to an object that a place stands in, or `undefined` when it stands in no such object. */
export function pathToAncestor(place: Place, value: object): string | undefined {
  let above = place.container
  while (above && above.source !== value && above.fields !== value) above = above.place.container
  if (!above) return undefined
  let path = ''
  for (let { place: at } = above; at.container; at = at.container.place) path = stepOf(at.key) + path
  return `$${path}`
}

/** The place of a text or a number in the value that is converted. */
export interface TextPlace {
  /** Property names, and text keys of Maps, above it; the nearest first. */
  keys(): readonly string[]
  /** The caller's object in which it stands. */
  readonly parent: object
  /** The caller's objects around `parent`, the nearest first. */
  around(): readonly object[]
}

/** A place as a hook sees it, of which few ask for more than the parent. */
export class HookPlace implements TextPlace {
  readonly parent: object
  private readonly place: Place

  constructor(place: Place) {
    this.parent = place.parent
    this.place = place
  }

  keys(): readonly string[] {
    return labelsOf(this.place)
  }

  around(): readonly object[] {
    return objectsAround(this.place)
  }
}

/** The names that a place stands under, the nearest first. Arrays have none, and a name is not told twice for them. */
function labelsOf(place: Place): string[] {
  const labels: string[] = []
  for (let at: Place | undefined = place; at; at = at.container?.place) {
    const isNamed = at.container === undefined || at.container.keys !== undefined || at.container.role === 'entry'
    if (at.label !== undefined && isNamed) labels.push(at.label)
  }
  return labels
}

/** The caller's objects around the one in which a place is, the nearest first. */
function objectsAround(place: Place): object[] {
  const around: object[] = []
  for (let at = place.container?.place; at && around.length < 3; at = at.container?.place) around.push(at.parent)
  return around
}

/** One step of a path. Long names are cut, lest a path be much longer than what it leads to. */
function stepOf(key: string | number): string {
  if (typeof key === 'number') return `[${key}]`
  const name = key.length > 64 ? `${key.slice(0, 64)}…` : key
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`
}
