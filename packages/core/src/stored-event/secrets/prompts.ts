import { kindOfField } from '../../redact/names/fields.ts'
import { splitWords } from '../../redact/names/words.ts'
import { remember } from '../../redact/text/memoize.ts'
import type { RedactionKind } from '../../redact/text/placeholder.ts'
import type { NamedSecret } from './named-secrets.ts'
import type { Step } from './read-step.ts'

const questions =
  /(?:"prompt" dialog with message "|\bprompt(?:: |\n)|\b(?:prompt|alert|dialog)\b[^"“\n]{0,60}["“]|\{Alert text : )([^"”}\n]{1,300})/gi
const mark = /prompt|alert|dialog/i
const longestOutput = 20_000

const asking = new WeakMap<object, RedactionKind>()

/**
 * Find the secret with which a step answers a dialog that an earlier step of its source has told of, and take in what its own output tells:
 * `["prompt" dialog with message "Enter your password"]`, as the tools of Playwright, Chrome DevTools and WebDriver write it.
 *
 * @param source an object that stands for the source in its run
 */
export function answerToPrompt(
  source: object,
  { actionName, args }: Pick<Step, 'actionName' | 'args'>,
  output: readonly string[],
): readonly NamedSecret[] {
  const isAnswer = answersDialog(actionName) || args.some(([key]) => key === 'promptText')
  const kind = isAnswer ? asking.get(source) : undefined
  if (isAnswer) asking.delete(source)
  const asked = promptIn(output.filter(({ length }) => length <= longestOutput).join('\n'))
  if (asked) asking.set(source, asked)
  else if (asked === null) asking.delete(source)
  const value = kind && args.find(([key, item]) => answers.has(key) && typeof item === 'string' && item !== '')?.[1]
  return kind && typeof value === 'string' ? [{ value, kind }] : []
}

/** The kind of secret that the last dialog of a text asks for, `null` for something else; `undefined` without one. */
function promptIn(text: string): RedactionKind | null | undefined {
  let asked: RedactionKind | null | undefined
  if (mark.test(text))
    for (const { 1: question = '' } of text.matchAll(questions)) asked = kindOfField(question) ?? null
  return asked
}

const answersDialog = remember((actionName: string): boolean =>
  splitWords(actionName).some((word) => word === 'dialog' || word === 'prompt' || word === 'alert'),
)
const answers = new Set('promptText prompt_text text response value input answer'.split(' '))
