import type { Reading, ToldMark } from './reading.ts'

const longestLine = 400
const mostLines = 40
/** After so many lines without a code the list is over. */
const mostOthers = 3

/** Words over the codes that let somebody in who has lost everything else; each of them lets in once. */
export const codeListMarks: readonly ToldMark[] =
  'ecovery codes|ackup codes|escue codes|ackup-Codes|iederherstellungscodes|odes de récupération|odes de secours|ódigos de recuperación|ódigos de respaldo|ódigos de recuperação|odici di recupero|odici di backup|erstelcodes|リカバリーコード|バックアップコード|恢复码|備用碼|备用码|복구 코드'
    .split('|')
    .map((mark): ToldMark => [mark, readList])

const token = /\b\d{4} \d{4}\b|[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*/g

const twoDigits = /\d\D*\d/

/** Lines of codes behind such words: an aria tree, a page as text, a list of HTML. */
function readList(reading: Reading, _: number, end: number): void {
  const { text, report } = reading
  let start = Math.max(end, reading.listEnd)
  for (let line = 0, others = 0; line < mostLines && others < mostOthers && start < text.length; line += 1) {
    const rest = text.slice(start, start + longestLine)
    const lineBreak = rest.indexOf('\n')
    const content = lineBreak < 0 ? rest : rest.slice(0, lineBreak)
    // `Office hours 0900-1700`: a number behind a word is that of something else.
    const words = twoDigits.test(content) ? [...content.matchAll(token)] : []
    const codes = words.filter(
      ({ 0: word, index }) =>
        isRecoveryCode(word) &&
        !isOfBase64(content, index, index + word.length) &&
        (/[a-z]/i.test(word) || !/[a-z] $/i.test(content.slice(0, index))),
    )
    for (const { 0: word, index } of codes) report(start + index, start + index + word.length, 'secret')
    others = codes.length > 0 ? 0 : others + 1
    start += content.length + 1
  }
  reading.listEnd = start
}

/** A part of what is encoded, such as a picture behind such words in one text; and so is one of a path. */
function isOfBase64(line: string, start: number, end: number): boolean {
  return /[+/]/.test(line[start - 1] ?? '') || /[+/]/.test(line[end] ?? '')
}

/** `k3jd8-x92lm`, `8f2k19dx`, and digits, eight of them or in groups of four and more, that are no dates. */
function isRecoveryCode(word: string): boolean {
  if (word.length < 8 || word.length > 40) return false
  const digits = word.replaceAll(/\D/g, '').length
  if (!/[a-z]/i.test(word))
    return !/^(?:19|20)\d\d/.test(word) && /^\d{8}$|^\d{4} \d{4}$|^\d{4,6}(?:-\d{4,6}){1,3}$/.test(word)
  const areGroups = word.split('-').every((group) => group.length >= 4 && group.length <= 10)
  return digits >= 2 && areGroups && !/^[a-z]+-?\d+$/i.test(word)
}
