import { isDigit, isLetter } from './characters.ts'

/** Tells whether letters of both cases and digits change as often as they do by chance. */
export function looksScattered(text: string, shortest = 16): boolean {
  if (text.length < shortest) return false
  // Words that are joined, as names of code are, have two small letters behind nearly every capital.
  if (!/[\d+/]|[A-Z](?![a-z]{2}).*[A-Z](?![a-z]{2})/.test(text)) return false
  const changes = runsIn(text)
  if (changes * 5 >= text.length * 2) return true
  // One small letter between capitals, or the last of some before it: names of code have that once or twice.
  return text.length >= 24 && (text.match(/[A-Z](?=[A-Z][a-z])|[A-Z][a-z](?=[A-Z])/g)?.length ?? 0) > 3
}

/** The number of runs of capitals, of small letters and of digits. */
function runsIn(text: string): number {
  let runs = 0
  let before = 0
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at)
    const sort = isDigit(unit) ? 1 : !isLetter(unit) ? 0 : isSmall(unit) ? 2 : 3
    if (sort !== before && sort !== 0) runs += 1
    before = sort
  }
  return runs
}

function isSmall(unit: number): boolean {
  return unit >= 0x61 && unit <= 0x7a
}
