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

const token = /[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*/g

/** Lines of codes behind such words: an aria tree, a page as text, a list of HTML. */
function readList(reading: Reading, _: number, end: number): void {
  const { text, report } = reading
  let start = Math.max(end, reading.listEnd)
  for (let line = 0, others = 0; line < mostLines && others < mostOthers && start < text.length; line += 1) {
    const rest = text.slice(start, start + longestLine)
    const lineBreak = rest.indexOf('\n')
    const content = lineBreak < 0 ? rest : rest.slice(0, lineBreak)
    const codes = [...content.matchAll(token)].filter(([word]) => isRecoveryCode(word))
    for (const { 0: word, index } of codes) report(start + index, start + index + word.length, 'secret')
    others = codes.length > 0 ? 0 : others + 1
    start += content.length + 1
  }
  reading.listEnd = start
}

/** `k3jd8-x92lm`, `8f2k19dx`, and eight digits that are no date. */
function isRecoveryCode(word: string): boolean {
  if (word.length < 8 || word.length > 40) return false
  const digits = word.replaceAll(/\D/g, '').length
  if (digits === word.length) return digits === 8 && !/^(?:19|20)/.test(word)
  const areGroups = word.split('-').every((group) => group.length >= 4 && group.length <= 10)
  return digits >= 2 && areGroups && /[a-z]/i.test(word) && !/^[a-z]+-?\d+$/i.test(word)
}
