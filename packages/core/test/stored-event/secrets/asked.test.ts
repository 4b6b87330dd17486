import { expect, test } from 'vitest'
import { act, make, take, typed } from './stored-steps.ts'

test.each([
  ['Did you forget your password?', 'Springfield7'],
  ['Should I type the password?', 'Springfield7'],
  ['Which password manager do you use?', 'Bitwarden7'],
  ['What is the label of the password field?', 'Springfield7'],
  ['What is your password?', 'I prefer not to say'],
  ['Please enter the password in the browser yourself.', 'finished7'],
])('a person who is asked %j gives no secret with %j', (question, answer) => {
  expect(act(make(), 'ask_user', { question }, { toolOutput: { ok: true, result: answer } })).toContain(answer)
})

/** The ways in which a tool tells of a dialog that asks something, and the calls that answer it. */
const askings: Record<string, (question: string) => unknown> = {
  Playwright: (question) =>
    `### Modal state\n- ["prompt" dialog with message "${question}"]: can be handled by dialogs`,
  'Chrome DevTools': (question) => ({
    content: [{ type: 'text', text: `# Open dialog\nprompt: ${question} (default value: "").\nCall handle_dialog.` }],
  }),
  WebDriver: (question) => `unexpected alert open: {Alert text : ${question}}`,
  'a sentence': (question) => `A prompt dialog appeared: "${question}"`,
  data: (question) => ({ dialog: { type: 'prompt', message: question } }),
}
const answers: readonly (readonly [string, (text: string) => object])[] = [
  ['browser_handle_dialog', (promptText) => ({ accept: true, promptText })],
  ['accept_dialog', (text) => ({ text })],
  ['respond_to_prompt', (response) => ({ response })],
  ['send_alert_text', (text) => ({ text })],
]

test.each(Object.keys(askings))('the answer to a dialog for a secret that %s tells of is one', (tool) => {
  for (const [answer, args] of answers) {
    const redactor = make()
    act(redactor, 'click', {}, { toolOutput: { ok: true, result: askings[tool]!('Enter your wallet password') } })
    act(redactor, 'screenshot', {})
    expect(act(redactor, answer, args(typed), { toolOutput: { ok: true, result: `sent ${typed}` } })).not.toContain(
      typed,
    )
    expect(take(redactor, 'step_observed', { url: '', ariaTree: `- text: ok ${typed}` })).not.toContain(typed)
    expect(act(redactor, answer, args('lamp-2026'))).toContain('lamp-2026')
    const ask = (question: string): unknown => ({ toolOutput: { ok: true, result: askings[tool]!(question) } })
    act(redactor, 'click', {}, ask('Your PIN') as object)
    act(redactor, 'click', {}, ask('Which password manager do you use?') as object)
    expect(act(redactor, answer, args('lamp-2027'))).toContain('lamp-2027')
  }
})
