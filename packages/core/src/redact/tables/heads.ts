import { kindOfCookie } from '../names/cookies.ts'
import { isNameOfField } from '../names/fields.ts'
import type { KeyNames, SecretName } from '../names/keys.ts'
import { isSecretUnder } from '../names/value.ts'
import { looksLikeKey } from '../text/key-look.ts'
import { columnsOf, isTelling, isTold } from '../told/label.ts'
import type { Report } from '../text/report.ts'
import type { Cell } from './rows.ts'

/** The word of the heads of a table on the cells below them. */
export interface Heads {
  /** The names of secrets that head a column. */
  readonly columns: readonly (SecretName | undefined)[]
  /** The columns of names and their values: `key,value`, and of cookies. */
  readonly pair: { readonly name: number; readonly value: number; readonly isOfCookies: boolean } | undefined
  /** The first column that has a head: in it stands what a row is of. */
  readonly first: number
}

const longestHead = 64
/** An option of a command, or words on one, in a row that has one: `--password`, `the password`. */
const ofOption = /^(?:-|(?:the|a|an) )/i
const ofNames =
  /^(?:(?:variable|setting|parameter|property|env|secret)[ _]?name|name|key|setting|property|parameter|option|variable|field|attribute)$/i

/** Read the heads of a table. @returns `undefined` where no secret can stand below them */
export function readHeads(texts: readonly string[], names: KeyNames): Heads | undefined {
  const isOfOption = texts.some((text) => text.startsWith('-'))
  const heads = texts.map((text) => (text.length > longestHead || (isOfOption && ofOption.test(text)) ? '' : text))
  // `yppasswdd	100009	yppasswd` is a row itself.
  if (heads.length < 2 || heads.some((head) => /^\d{5,}$/.test(head)) || areTranslations(heads, names)) return undefined
  const value = heads.findIndex((head) => /^value$/i.test(head))
  const name = value < 0 ? -1 : heads.findIndex((head) => ofNames.test(head))
  const pair = name < 0 ? undefined : { name, value, isOfCookies: heads.some((head) => /^domain$/i.test(head)) }
  const columns = columnsOf(heads, names)
  return pair || columns.some(Boolean) ? { columns, pair, first: heads[0] === '' ? 1 : 0 } : undefined
}

/** `login.password,Password,Passwort`: a row of a table of words, which heads nothing. */
function areTranslations([first = '', ...others]: readonly string[], names: KeyNames): boolean {
  return names.named(first) !== undefined && others.every(isNameOfField)
}

/** Report the secrets of one row. */
export function reportRow(
  { columns, pair, first }: Heads,
  cells: readonly (Cell | undefined)[],
  names: KeyNames,
  report: Report,
): void {
  for (const [index, name] of columns.entries()) {
    const cell = name && cells[index]
    if (!cell || (index === first && namesOther(name, cell.content, names))) continue
    if (isSecretUnder(name, cell.content, names)) report(cell.start, cell.start + cell.content.length, name.kind)
  }
  const key = pair && cells[pair.name]?.content
  const value = pair && cells[pair.value]
  if (!key || !value) return
  const kind = pair.isOfCookies ? kindOfCookie(key, value.content) : kindBeside(key, value.content, names)
  if (kind) report(value.start, value.start + value.content.length, kind)
}

function kindBeside(key: string, value: string, names: KeyNames): SecretName['kind'] | undefined {
  const name = key.length > longestHead ? undefined : names.named(key)
  return name && isSecretUnder(name, value, names) ? name.kind : undefined
}

/**
 * Tells whether a cell of the first column is a name: what stands under `API key` may well be that of one, and a row of settings may be
 * taken for the head of those behind it.
 */
function namesOther({ kind }: SecretName, content: string, names: KeyNames): boolean {
  if (kind === 'api_key' || kind === 'secret' || kind === 'token') return !looksLikeKey(content, 8)
  return /^[A-Za-z_]+$/.test(content) && (/^[A-Z][a-z]+$/.test(content) || names.named(content) !== undefined)
}

/** Tells whether a value stands beside its name, as in a table of settings: `| api_key | 9f8e... |`. */
export function isPair(name: SecretName | undefined, value: string | undefined): name is SecretName {
  if (!name || value === undefined) return false
  if (name.kind === 'session') return looksLikeKey(value, 16)
  return isTelling(name) && ((name.isSure && looksLikeKey(value, 10)) || isTold(name.kind, value))
}
