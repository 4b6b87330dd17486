import { endOfRun, isLetterOrDigit, isQuote } from '../text/characters.ts'
import type { RedactionKind } from '../text/placeholder.ts'
import { fieldSigns } from '../names/field-words.ts'
import { isTold } from './label.ts'
import type { Reading, ToldMark } from './reading.ts'

/** Names of secrets in languages that write no spaces: `密码：hunter2`, `パスワードはhunter2です`, `您的验证码是493817`. */
export const signMarks: readonly ToldMark[] = Object.entries(fieldSigns).flatMap(([kind, signs]) =>
  signs.split('|').map((sign): ToldMark => [sign, readSign(kind as RedactionKind)]),
)

const between = new Set(Array.from(' :=[(（【「『：＝“‘是为為は은는คือ', (sign) => sign.charCodeAt(0)))

function readSign(kind: RedactionKind): ToldMark[1] {
  return ({ text, report }: Reading, signStart, signEnd) => {
    // A quote that closes behind the name makes it the name of a pair.
    if (isQuote(text.charCodeAt(signEnd))) return
    const opening = endOfRun(text, signEnd, (unit) => between.has(unit), 4)
    const start = isQuote(text.charCodeAt(opening)) ? opening + 1 : opening
    let end = endOfRun(text, start, (unit) => unit > 0x20 && unit < 0x7f, 200)
    // `验证码是493817,5分钟内有效`
    if (kind === 'one_time_code') end = Math.min(end, endOfRun(text, start, isCodeUnit, 12))
    while (end > start && '.,;)]}"\'`'.includes(text[end - 1]!)) end -= 1
    const before =
      kind === 'one_time_code' && end === start && text[signEnd] !== '吗'
        ? codeBefore.exec(text.slice(Math.max(0, signStart - 20), signStart))
        : null
    if (before) {
      const at = Math.max(0, signStart - 20) + before.index
      report(at, at + before[1]!.length, kind)
      return
    }
    // `验证码2024年`: a number of something else.
    if (/^[年月日字位桁秒分个個]/.test(text.slice(end, end + 1))) return
    if (isTold(kind, text.slice(start, end))) report(start, end, kind)
  }
}

/** `493817是您的验证码`, `493817 は認証コードです` */
const codeBefore = /(?<![\w.,-])(\d{4,8}) ?[是为為は] ?(?:您的|你的|あなたの|本次)?$/

function isCodeUnit(unit: number): boolean {
  return isLetterOrDigit(unit) || unit === 0x2d
}
