const longestText = 100
/** Addresses and messages are longer than names, and come back as often: a hash costs a twentieth of what it saves. */
const longestUnchanged = 256

/** Changes texts, and may be told to read each of them again. */
export interface RememberingChange {
  (text: string): string
  /** Forget which texts were left as they were: they may be changed from now on. */
  forget(): void
}

/**
 * Pass over texts that a change has left as they were: names, addresses and labels come back with every event. A text of up to 256
 * characters has its slot when it comes back, and before that its hash alone, since most never do.
 */
export function rememberUnchanged(change: (text: string) => string): RememberingChange {
  let unchanged: (string | number | undefined)[] = []
  function read(text: string): string {
    if (text.length > longestUnchanged) return change(text)
    const hash = hashOf(text)
    const slot = hash & (mostSlots - 1)
    const known = unchanged[slot]
    if (known === text) return text
    const changed = change(text)
    // Room for all, with nothing in it: to fill it takes longer than to redact an event.
    if (unchanged.length === 0) unchanged.length = mostSlots
    if (changed === text) unchanged[slot] = known === hash ? copyOf(text) : hash
    return changed
  }
  read.forget = (): void => void (unchanged = [])
  return read
}

/**
 * Give the same answer to the same text without reading it again: keys and values repeat from event to event.
 * What a page holds is without limit, so the memory has one: 2,048 texts of up to 100 characters, each in a slot of its own,
 * from which the next one of that slot drives it. A page of many names makes no later one slow, and is not slow itself.
 */
export function remember<T>(read: (text: string) => T): (text: string) => T {
  // Empty until somebody asks: a redactor has a dozen of these, most of which it never needs.
  let slots = fewestSlots
  let texts: (string | undefined)[] = []
  let answers: T[] = []
  const put = (text: string, answer: T): void => {
    const slot = hashOf(text) & (slots - 1)
    texts[slot] = text
    answers[slot] = answer
  }
  const grow = (): void => {
    const known = { texts, answers }
    slots *= 4
    texts = []
    answers = []
    for (const [slot, text] of known.texts.entries()) if (text !== undefined) put(text, known.answers[slot]!)
  }
  return (text) => {
    if (text.length > longestText) return read(text)
    const slot = hashOf(text) & (slots - 1)
    if (texts[slot] === text) return answers[slot]!
    const copy = copyOf(text)
    const answer = read(copy)
    if (texts[slot] !== undefined && slots < mostSlots) grow()
    put(copy, answer)
    return answer
  }
}

const fewestSlots = 32
const mostSlots = 2_048

/** Copy a text that is kept: engines keep a part of a page as a view of all of it, and memories would hold thousands of pages. */
export function copyOf(text: string): string {
  return text.length < shortestPart ? text : (JSON.parse(JSON.stringify(text)) as string)
}

/** V8 copies what is shorter by itself. */
const shortestPart = 13

/** FNV-1a, of which any bits make a slot. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash ^ (hash >>> 15)
}
