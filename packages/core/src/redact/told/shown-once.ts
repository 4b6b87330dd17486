import { looksScattered } from '../text/key-look.ts'
import { remember } from '../text/memoize.ts'
import type { RedactionKind, TextRange } from '../text/placeholder.ts'
import { onceWords } from './once-words.ts'
import type { Reading, ToldMark } from './reading.ts'

/** A line with one word of each sort may tell of a key that is shown once. */
export const onceMarks: readonly ToldMark[] = [
  ...'key Key KEY oken ecret chlüssel eheimnis ugangsdaten redential clé Clé eton dentifiants clave Clave lave chave Chave hiav redencia egredo egret redenzial'
    .split(' ')
    .map((mark): ToldMark => [mark, (reading, _, end) => (reading.keyWord = end)]),
  ...[...new Set(onceWords.flatMap(({ marks }) => marks.split('|')))].map((mark): ToldMark => [
    mark,
    (reading, _, end) => (reading.onceWord = end),
  ]),
]

/** Reads the line that begins or ends at a place: what it shows, `undefined` for none that shows anything. */
export type LineAt = (text: string, start: number, end: number) => TextRange | undefined

const longestLine = 250
/** More such lines are no page that shows a key. */
const mostLines = 500
/** So many lines, and sentences among them, may stand between. */
const farthest = 6
const mostSentences = 2

/**
 * Report the key that stands by itself in a line near one which says that it is new, or shown once: `API key created`, `Save this key now:`,
 * `Make sure to copy your personal access token now. You won’t be able to see it again!`.
 */
export function readShownOnce(reading: Reading, start: number, end: number, lineAt: LineAt): void {
  const { text } = reading
  if (end - start > longestLine || (reading.onceLines += 1) > mostLines) return
  const line = lineAt(text, start, end)
  const told = line && onceOf(text.slice(line.start, line.end))
  if (!line || !told) return
  const found = keyNear(text, end, 1, lineAt) ?? (told.isBelow ? keyNear(text, start, -1, lineAt) : undefined)
  if (found) reading.report(found.start, found.end, told.kind)
}

interface Once {
  readonly kind: RedactionKind
  /** The key may stand before it. */
  readonly isBelow: boolean
}

const articles = 'an?|ein|eine|une?|una|uma?'
const here = 'here is|this is|hier ist|das ist|voici|aquí está|aqui está|ecco'
/** Words that may come behind what is to be kept. */
const where =
  'now|safe|safely|secret|secure|securely|somewhere|in a|in your|to a|before|carefully|private|right|and|jetzt|sicher|sofort|gut|an einem|in einem|maintenant|dans|en lieu|à|et|ahora|en un|antes|y|agora|em um|e|ora|subito|in un'

/** The sentences of each language that tell of a key. */
const sentencesOf = onceWords.map(({ before, nouns, whose, made, makes, fresh, keep, once }) => {
  const noun = `${before}(?:${nouns})(?: (?:d['’]|de |da |do |del |dell['’])?(?:api|acc[eè]sso?|acceso|acesso|secr[eè]t[aeo]?|segret[ao]))?`
  const owner = `(?:${whose})(?: |(?<=['’]))`
  const any = `(?:(?:${whose}|${fresh}|${articles})(?: |(?<=['’]))){0,3}`
  return {
    hasNoun: pattern(`\\b(?:${nouns})\\b`),
    made: pattern(`^(?:success!? )?${any}${noun} ${made}$|^${makes} ${any}${noun}(?: ${made})?$`),
    fresh: pattern(`^(?:(?:${here}) )?(?:${owner}){0,2}(?:${fresh}) ${noun}$`),
    kept: pattern(`^${keep} ${owner}(?:(?:${whose}|${fresh}) )?${noun}(?: (?:${where})\\b.*)?$`),
    once: pattern(once),
  }
})

/** A pattern in which `\b` is the edge of a word in every language, built by the first text that it is held against. */
function pattern(source: string): Pick<RegExp, 'test'> {
  const sign = '[\\p{L}\\d_]'
  const build = () => new RegExp(source.replaceAll('\\b', `(?:(?<=${sign})(?!${sign})|(?<!${sign})(?=${sign}))`), 'iu')
  let built: RegExp | undefined
  return { test: (text) => (built ??= build()).test(text) }
}

/** Keys and tokens that are shown to everybody, or are none. */
const noSecret = pattern(
  String.raw`\b(?:public|publishable|anon|license plate|foreign|primary|sort|shortcut|design|coin|hotel|room|door|how to|who|why|öffentliche[rsn]?|zimmer\p{L}*|schlüsselw[oö]rt\p{L}*|publique|étrangère|primaire|mots?[ -]clés?|pública|foránea|palabras? clave|palavras?[ -]chave|estrangeira|pubblica|parol[ae][ -]chiave|esterna)\b|\?`,
)

const kinds: readonly (readonly [Pick<RegExp, 'test'>, RedactionKind])[] = [
  [pattern(String.raw`\b(?:[\p{L}-]*token|jeton)s?\b`), 'token'],
  [pattern(String.raw`\b(?:secrets?|secretos?|segredos?|segret[oi]|\p{L}*geheimnis)\b`), 'secret'],
]

const onceOf = remember((line: string): Once | undefined => {
  if (noSecret.test(line)) return undefined
  const spoken = sentencesOf.filter(({ hasNoun }) => hasNoun.test(line))
  if (spoken.length === 0) return undefined
  const kind = kinds.find(([words]) => words.test(line))?.[1] ?? 'api_key'
  const sentences = line.split(/[.!:,](?:\s|$)|\s[–—-]\s/).map((sentence) => sentence.trim())
  const says = (how: (said: (typeof sentencesOf)[number], sentence: string) => boolean): boolean =>
    spoken.some((said) => sentences.some((sentence) => how(said, sentence)))
  if (spoken.some(({ once }) => once.test(line)) || says(({ kept }, sentence) => kept.test(sentence)))
    return { kind, isBelow: true }
  const isMade = says(({ made, fresh }, sentence) => made.test(sentence) || fresh.test(sentence))
  return isMade ? { kind, isBelow: false } : undefined
})

/** The key that stands in the next line that shows something, behind what is a sentence. */
function keyNear(text: string, from: number, step: 1 | -1, lineAt: LineAt): TextRange | undefined {
  let at = from
  for (let count = 0, sentences = 0; count < farthest && sentences <= mostSentences; count += 1) {
    const next = step > 0 ? lineBehind(text, at) : lineBefore(text, at)
    if (!next) return undefined
    at = step > 0 ? next.end : next.start
    const line = next.end - next.start > longestLine ? undefined : lineAt(text, next.start, next.end)
    if (!line) continue
    const content = text.slice(line.start, line.end)
    if (isKey(content))
      return isOneOfHashes(text, content) || (step < 0 && isNamed(text, at, lineAt)) ? undefined : line
    if (isButton.test(content)) continue
    // A short line is the name of what comes behind it.
    if (!/\S+ \S+ \S+ \S/.test(content)) return undefined
    sentences += 1
  }
  return undefined
}

/** Tells whether the line before a word names it as something else: `Video ID`. */
function isNamed(text: string, start: number, lineAt: LineAt): boolean {
  const before = lineBefore(text, start)
  const line = before && before.end - before.start <= longestLine ? lineAt(text, before.start, before.end) : undefined
  return (
    line !== undefined &&
    /(?:\b(?:id|number|no|code|hash|sku|reference|name|url|address|commit|version|nom|nombre|nome|numero|référence|referencia|referência|adresse)|nummer|n[úu]mero|numéro|código|codice)\W?$/iu.test(
      text.slice(line.start, line.end),
    )
  )
}

const isButton =
  /^(?:copy|copied|show|hide|reveal|download|close|done|ok|dismiss|×|kopieren|kopiert|anzeigen|verbergen|ausblenden|herunterladen|schließen|fertig|copier|copié|afficher|masquer|télécharger|fermer|terminé|copiar|copiado|mostrar|ocultar|descargar|cerrar|listo|hecho|baixar|fechar|concluído|copia|copiato|mostra|nascondi|scarica|chiudi|fatto)[.!]?$/iu

function lineBehind(text: string, end: number): TextRange | undefined {
  if (end >= text.length) return undefined
  const close = text.indexOf('\n', end + 1)
  return { start: end + 1, end: close < 0 ? text.length : close }
}

function lineBefore(text: string, start: number): TextRange | undefined {
  return start <= 0 ? undefined : { start: text.lastIndexOf('\n', start - 2) + 1, end: start - 1 }
}

/** Tells whether a line is one word with the length and the mix of a key, which no code of a product and no name has. */
function isKey(content: string): boolean {
  if (content.length < 16 || content.length > 300 || !/^[\w.+/=~-]+$/.test(content)) return false
  if (/^0x|^[\da-f]{8}-[\da-f]{4}-|^\d{4}-\d\d-\d\d|^https?:/i.test(content) || !/\d|.{20}/.test(content)) return false
  return looksScattered(content.replace(/^(?:[a-z]{2,10}[_-]){1,3}(?=.{16})/, ''))
}

/** Tells whether a word is a hash as those of commits, and others of its kind stand nearby. */
function isOneOfHashes(text: string, content: string): boolean {
  if (!/^(?:[\da-f]{40}|[\da-f]{64})$/.test(content)) return false
  const at = text.indexOf(content)
  const nearby = text.slice(Math.max(0, at - 2_000), at + 2_000)
  return (nearby.match(/\b[\da-f]{40,64}\b/g) ?? []).length > 1
}
