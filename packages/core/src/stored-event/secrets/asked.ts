import { isCodeLabel, isSentCode } from '../../redact/names/field-value.ts'
import { kindOfField } from '../../redact/names/fields.ts'
import { entriesOf, isList } from '../../redact/names/named-field.ts'
import { isStateWord } from '../../redact/names/prose.ts'
import { isSecretOfKind } from '../../redact/names/value.ts'
import { splitWords } from '../../redact/names/words.ts'
import { remember } from '../../redact/text/memoize.ts'
import type { RedactionKind } from '../../redact/text/placeholder.ts'
import { isObject } from '../../values/plain-fields.ts'
import type { NamedSecret } from './named-secrets.ts'
import { textAt, textsIn, type Step } from './read-step.ts'

/**
 * Find the secrets that a person gave when asked: the answer of `ask_user({question: 'What is your password?'})`, in its result or its arguments,
 * and what the user says in a chat behind such a question.
 */
export function secretsAsked({ actionName, actionArgs, args, result }: Step): NamedSecret[] {
  const found = answersInChat(actionArgs, 0)
  if (!asksPerson(actionName)) return found
  const question = args.find(([key, item]) => questions.has(key) && typeof item === 'string')?.[1]
  const kind = typeof question === 'string' ? kindAsked(question) : undefined
  if (!kind) return found
  const given = [
    ...textsIn(actionArgs, (key) => answers.has(key)),
    ...textsIn(result, (key) => key === '' || answers.has(key)),
  ]
  return [...found, ...given.flatMap((text) => secretsGiven(text, kind))]
}

const asksPerson = remember((actionName: string): boolean => {
  const words = splitWords(actionName)
  if (words.some((word) => word === 'model' || word === 'llm' || word === 'ai')) return false
  return (
    words.includes('ask') ||
    words.includes('human') ||
    (words.includes('user') && words.some((word) => ofAsking.has(word)))
  )
})

const ofAsking = new Set(['input', 'prompt', 'request', 'question', 'query', 'get'])
const questions = new Set(['question', 'query', 'prompt', 'message', 'text', 'request', 'instruction'])
const answers = new Set([
  'answer',
  'response',
  'reply',
  'user_response',
  'userResponse',
  'content',
  'text',
  'value',
  'input',
])
const chats = new Set(['messages', 'history', 'conversation', 'chat', 'input', 'contents', 'kwargs'])
const asks = new Set(['assistant', 'ai', 'model', 'AIMessage'])
const answersTo = new Set(['user', 'human', 'HumanMessage'])
const mostMessages = 500
const longestText = 2_000
const longestAnswer = 200

function answersInChat(value: unknown, depth: number): NamedSecret[] {
  if (isObject(value) && depth <= 3)
    return entriesOf(value).flatMap(([key, item]) => (chats.has(key) ? answersInChat(item, depth + 1) : []))
  if (!isList(value)) return []
  const found: NamedSecret[] = []
  let question = ''
  for (const [, message] of entriesOf(value).slice(-mostMessages)) {
    const role = textAt(message, 'role') ?? textAt(message, 'type') ?? ''
    if (asks.has(role)) question = said(message).at(-1) ?? ''
    else if (answersTo.has(role)) {
      const given = said(message).filter((text) => text.length <= longestAnswer)
      const kind = given.length > 0 ? kindAsked(question) : undefined
      if (kind) found.push(...given.flatMap((text) => secretsGiven(text, kind)))
      question = ''
    }
  }
  return found
}

function said(message: unknown): string[] {
  return textsIn(message, (key) => key === 'content' || key === 'text' || key === 'parts')
}

/** The kind of secret that the last question of a text asks a person for; `Should I save the password?` asks for none. */
function kindAsked(text: string): RedactionKind | undefined {
  if (text.length > longestText || !mark.test(text)) return undefined
  for (const sentence of text.split(/[.!?;:]+(?:\s|$)|[。！？；]|\n+/, 40).toReversed()) {
    const found = asking.exec(sentence)
    if (found) {
      const { index, 1: object = '' } = found
      if (isNone.test(sentence) || /\bI\b(?! (?:need|require|want))/.test(sentence.slice(0, index + 1))) continue
      const name = object.split(end, 1)[0] ?? ''
      return kindOfField(name) ?? (isCodeLabel(name) ? 'one_time_code' : undefined)
    }
    const kind = askingElsewhere.test(sentence) ? kindOfField(sentence) : undefined
    if (kind) return kind
  }
  return undefined
}

/** Most texts have no word for a secret in them. */
const mark =
  /pass|word|wort|woord|code|kod|pin|otp|tan|2fa|mfa|key|secret|token|phrase|senha|heslo|parola|card|cvv|cvc|[^\0-\x7f]/i
const asking =
  /(?:\b(?:what(?:'s|’s| is| are| was)|which|tell|send|give|enter|provide|type|share|need|require|supply|input|paste|reply with|know)\b|^\s*(?:and )?(?:now )?(?=(?:the|your)\b))\s*((?:(?:me|us|the|your|my|a|an|in|also|with|please)\s+)*[^,]{2,80})/i
const end = /\s(?:for|of|from|sent|to|on|in|into|should|shall|do|did|you|that|i|we|so|and|or|is|was|here|below)\b|,|\(/i
const isNone =
  /^\s*(?:did|does?|should|shall|is|are|was|may|have|has|will|can i|could i|would you like)\b|\b(?:not|never|no|without|yourself|in the (?:browser|window|page|tab|form))\b|n['’]t\b/i
const askingElsewhere =
  /lautet|nennen|gib|geben sie|eingeben|quel(?:le)? est|donne[rz]|saisi(?:r|ssez)|entrez|indique[rz]|cu[aá]l es|dime|d[ií]game|introdu(?:ce|zca)|ingres[ea]|qual (?:è|é)|inserisc|informe|digite|какой|введите|укажите|напишите|教えて|入力|何です|请|告诉|是什么|알려|입력/iu

/** The secrets in what a person answers; `I prefer not to say` and `cancelled` have none. */
function secretsGiven(text: string, kind: RedactionKind): NamedSecret[] {
  if (text.length > longestAnswer) return []
  const value = text.trim().replace(polite, '')
  if (kind === 'one_time_code' && !isSentCode(value)) {
    const codes = [...value.matchAll(/(?<![\d.,-])(?:\d{4,8}|\d{3}[ -]\d{3})(?![\d,-]|\.\d)/g)]
    if (codes.length === 1) return [{ value: codes[0]![0], kind }]
  }
  const isNoSecret = isStateWord(value) || declined.test(value) || !isSecretOfKind(kind, value)
  return isNoSecret ? [] : [{ value, kind }]
}

/** `my hunter2`, `The password is hunter2` */
const polite =
  /^(?:(?:sure|ok(?:ay)?|yes),?\s+)?(?:(?:my|the)\s+|here (?:it is|you go)[:,]?\s+|(?:it(?:['’]s| is)|use|(?:pass(?:word|code)?|code|pin)(?: is|:))\s+)+(?=\S+$)/i
const declined =
  /^(?:cancel(?:l?ed)?|declined?|skip(?:ped)?|done|timed?[ _-]?out|finished|ready|completed?|continue|abort(?:ed)?|nope|sure|later)$/i
