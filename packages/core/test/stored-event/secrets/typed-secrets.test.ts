import { describe, expect, test } from 'vitest'
import { act } from './stored-steps.ts'
import { createRedactor, type Redactor } from '../../../src/redact/redactor.ts'
import { snapshotEvent } from '../../../src/stored-event/to-stored-event.ts'
import { readStep } from '../../../src/stored-event/secrets/read-step.ts'
import { typedSecrets } from '../../../src/stored-event/secrets/typed-secrets.ts'

const make = (): Redactor => createRedactor({ fingerprint: () => '01234567' })
const step = (fields: object): object => ({
  actionName: 'type',
  actionArgs: {},
  reasoning: '',
  toolOutput: { ok: true },
  ...fields,
})
const take = (type: string, payload: unknown, redactor: Redactor): string =>
  JSON.stringify(snapshotEvent(type, payload, { sha256: () => '0'.repeat(64), redactor }).event)
const typedIn = (fields: object): string[] => typedSecrets(readStep(step(fields))).secrets.map(({ value }) => value)

describe('what a step types into a field for a secret is known without being told', () => {
  test('each of several fields for itself', () => {
    const fields = [
      { selector: '#email', value: 'ada@shop.test' },
      { selector: '#password', value: 'opensesame' },
      { name: 'Security code', value: 737 },
    ]
    expect(typedIn({ actionArgs: { fields } })).toEqual(['opensesame', '737'])
  })

  test('the element itself decides, not the form around it', () => {
    expect(typedIn({ actionArgs: { selector: 'form#password-form input[name=email]', value: 'ada' } })).toEqual([])
    expect(typedIn({ actionArgs: { selector: 'form#login input[name="passwd"]', value: 'ada' } })).toEqual(['ada'])
  })

  test('looking at such a field, waiting for it or clicking it types nothing', () => {
    for (const actionName of ['click', 'waitForSelector', 'assert_text', 'browser_hover', 'getText'])
      expect(typedIn({ actionName, actionArgs: { element: 'Password', text: 'Required' } })).toEqual([])
  })

  test('what a sentence says that a secret is for is a word of it, and no value', () => {
    const names = ['password', 'passcode', 'one-time code', 'PIN']
    const does = 'type use paste fill enter input set write submit authenticate'.split(' ')
    const said = names.flatMap((name) => does.flatMap((verb) => [`The ${name} to ${verb}`, `${name} to ${verb}.`]))
    const more = ['Type text into the password field', 'Enter the code to verify', 'Set the password to use']
    for (const description of [...said, ...more, 'The password to log in with', 'Types a string as password'])
      for (const args of [{ description }, { content: JSON.stringify({ description, type: 'string' }) }])
        expect([description, typedIn({ actionName: 'write_file', actionArgs: args })]).toEqual([description, []])
    for (const instruction of [
      'set the password to hunter2x',
      'fill in the PIN with hunter2x',
      'type hunter2x as password',
    ])
      expect(typedIn({ actionName: 'act', actionArgs: { instruction } })).toEqual(['hunter2x'])
  })

  test('references and placeholders are no values', () => {
    for (const text of ['%password%', '{{password}}', '$PASSWORD', '<password>', '****'])
      expect(typedIn({ actionArgs: { selector: '#password', text } })).toEqual([])
  })

  test('also a single key, and it is gone from the arguments alone', () => {
    const stored = take(
      'step_finished',
      step({ actionArgs: { selector: '#otp-1', text: '4' }, reasoning: 'step 4' }),
      make(),
    )
    expect(stored).toContain('"text":"[redacted:one_time_code:00000000]"')
    expect(stored).toContain('step 4')
  })

  test('a hostile payload is as good as none', () => {
    const throwing = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('no')
        },
      },
    )
    expect(typedIn({ actionArgs: throwing, target: throwing })).toEqual([])
    let deep: object = { selector: '#password', text: 'x' }
    for (let depth = 0; depth < 10_000; depth += 1) deep = { deep }
    expect(typedIn({ actionArgs: deep })).toEqual([])
  })
})

describe('a weak value that was typed', () => {
  test.each(['test', '2024', 'button', 'hunter', '483920'])(
    '%j is gone from its field, arguments and result',
    (typed) => {
      const redactor = make()
      const target = { role: 'textbox', name: 'Magic word' }
      const toolOutput = { ok: true, result: `typed "${typed}"` }
      const fields = { actionArgs: { text: typed }, target, toolOutput, sensitive: true, reasoning: `I type ${typed}` }
      expect(take('step_finished', step(fields), redactor)).not.toContain(typed)
      const url = `https://${typed}.test/${typed}/?q=${typed}`
      const ariaTree = `- ${typed === 'button' ? 'button' : 'link'} "${typed} EUR"`
      expect(JSON.parse(take('step_observed', { url, ariaTree }, redactor))).toEqual({ url, ariaTree })
      const field = take('step_observed', { url: '', ariaTree: `- textbox "Magic word": ${typed}` }, redactor)
      expect(field).not.toContain(typed)
      expect(redactor.field('pass', typed)).toContain('[redacted:')
    },
  )

  test.each(['password', 'secret', 'admin'])('%j, a word of the page, leaves what names an element', (typed) => {
    const redactor = make()
    const selector = `input[name="${typed}"]`
    const result = `Filled the password field (#${typed}): <input id="${typed}" type=${typed}> with "${typed}"`
    const fields = { actionArgs: { selector, target: 'Password', text: typed }, toolOutput: { ok: true, result } }
    const stored = JSON.parse(take('step_finished', step(fields), redactor)) as typeof fields
    expect(stored.actionArgs).toMatchObject({
      selector,
      text: expect.stringMatching(/^\[redacted:(?:password|secret):/) as string,
    })
    expect(stored.toolOutput.result).toMatch(
      /^Filled the password field \(#\w+\): <input id="\w+" type=\w+> with "\[redacted:/,
    )
  })

  test('does not take an address in the result of its own step', () => {
    const fields = {
      actionArgs: { selector: '#password', text: 'test' },
      toolOutput: { ok: true, result: 'at https://shop.test/test-suite' },
    }
    expect(take('step_finished', step(fields), make())).toContain('https://shop.test/test-suite')
  })

  test.each(['opensesame', 'hunter2', 'Ab3!xy'])('a strong one, %j, is gone everywhere', (typed) => {
    const redactor = make()
    take('step_finished', step({ actionArgs: { selector: '#password', text: typed } }), redactor)
    expect(
      take('step_observed', { url: `https://a.test/?q=${encodeURIComponent(typed)}`, title: typed }, redactor),
    ).not.toContain(typed)
    expect(redactor.known(`say ${typed}`)).toBe('say [redacted:password:01234567]')
  })
})

test('an answer to a dialog that asks for a secret is gone from all of its event, and from later ones', () => {
  const [answer, other] = ['PromptPw%7719', 'Paris-upon-Seine']
  const dialogs = [
    { type: 'prompt', message: 'Password?', answered: 'accepted', text: answer },
    { type: 'prompt', message: 'City?', answered: 'accepted', text: other },
  ]
  const look = { url: `https://a.test/?q=${encodeURIComponent(answer)}`, title: `${answer} of ${other}`, dialogs }
  for (const [type, event] of [
    ['step_observed', { ...look, ariaTree: `- text: hello ${answer}` }],
    ['final_answer', { message: `it is ${answer}`, observation: look }],
  ] as const) {
    const redactor = make()
    const told = take(type, event, redactor)
    expect(told).not.toContain('PromptPw')
    expect(told).toContain(`[redacted:password:01234567] of ${other}`)
    expect(take('turn_finished', { turnId: '1', text: `it is ${answer}` }, redactor)).not.toContain('PromptPw')
  }
})

test('every sign that is pressed into a field for a secret is gone, one of punctuation too', () => {
  const redactor = make()
  act(redactor, 'browser_click', { element: 'Password' })
  const pressed = Array.from('aB3!.', (key) => act(redactor, 'browser_press_key', { key }))
  expect(pressed.filter((stored) => !stored.includes('[redacted:password:'))).toEqual([])
  expect(act(redactor, 'browser_press_key', { key: 'Enter' })).toContain('"Enter"')
})
