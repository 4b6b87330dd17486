import { createNextOf, isLetterOrDigit } from '../text/characters.ts'

const farthestVariable = 1_000

/** Tells the place behind the last assignment to a variable that stands not far before another place. */
export type LastAssignment = (name: string | undefined, end: number) => number | undefined

/**
 * Make a search for assignments, of which `el = ...` comes before `el=...`.
 *
 * @returns a function for places that go forward, so that what is between two of them is read once for all variables
 */
export function createAssignments(text: string): LastAssignment {
  const [spaced, tight] = [new Map<string, number>(), new Map<string, number>()]
  const next = createNextOf(text, '=')
  let read = 0
  const readTo = (end: number): void => {
    const from = Math.max(read, end - farthestVariable)
    read = Math.max(read, end)
    for (let at = next(from); at < end; at = next(at + 1)) {
      const isSpaced = text[at - 1] === ' ' && text[at + 1] === ' '
      const nameEnd = isSpaced ? at - 1 : at
      const start = startOfVariable(text, nameEnd)
      if (start < nameEnd && text[start - 1] !== '.')
        (isSpaced ? spaced : tight).set(text.slice(start, nameEnd), isSpaced ? at + 2 : at + 1)
    }
  }
  return (name, end) => {
    if (name === undefined) return undefined
    readTo(end)
    for (const places of [spaced, tight]) {
      const place = places.get(name)
      if (place !== undefined && place <= end && end - place < farthestVariable) return place
    }
    return undefined
  }
}

const longestVariable = 41

/** The beginning of the name of a variable that ends at a place; that place where there is none, or a longer one. */
export function startOfVariable(text: string, end: number): number {
  let start = end
  while (end - start <= longestVariable && isVariableUnit(text.charCodeAt(start - 1))) start -= 1
  return end - start > longestVariable ? end : start
}

function isVariableUnit(unit: number): boolean {
  return isCallUnit(unit) || unit === 0x24
}

/** A unit of the name of a call. */
export function isCallUnit(unit: number): boolean {
  return isLetterOrDigit(unit) || unit === 0x5f
}
