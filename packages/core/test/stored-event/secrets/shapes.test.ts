import { expect, test } from 'vitest'
import { act, make, typed } from './stored-steps.ts'

/** Steps as frameworks shape them, what they type into a field for a secret, and what has to stay. */
const shaped: [shape: string, steps: [action: string, args: object, more?: object][], kept: string][] = [
  [
    'by its place, after a click on another field',
    [
      ['click', { args: ['#password'] }],
      ['keyboard.type', { args: [typed, { delay: 20 }] }],
      ['type', { args: ['#street', 'Lange-Str.17b'] }],
    ],
    '["#street","Lange-Str.17b"]',
  ],
  [
    'by its place, with options',
    [
      ['page.fill', { args: ["input[name='pw']", typed, { timeout: 9 }] }],
      ['page.fill', { args: ["input[name='q']", 'Springfield7', { timeout: 9 }] }],
    ],
    'Springfield7',
  ],
  [
    'by its number',
    [
      ['fill', { 0: '#password', 1: typed }],
      ['fill', { 0: '#q', 1: 'Springfield7' }],
    ],
    'Springfield7',
  ],
  [
    'to a script',
    [['execute_script', { script: 'arguments[0].value = arguments[1]', args: ['#password', typed] }]],
    '#password',
  ],
  ...['id', 'css selector', 'xpath', 'name'].map((by): (typeof shaped)[number] => {
    const value = { id: 'password', 'css selector': '#password', xpath: '//input[@id="password"]', name: 'passwd' }[by]
    const found = (id: string): object => ({ toolOutput: { ok: true, result: { elementId: id } } })
    return [
      `found by ${by}`,
      [
        ['send_keys', { by, value, text: typed }],
        ['find_element', { by, value }, found('e-7')],
        ['find_element', { by: 'id', value: 'city' }, found('e-8')],
        ['send_keys', { id: 'e-7', text: typed }],
        ['send_keys', { id: 'e-8', text: 'Springfield7' }],
        ['find_element', { by, value }],
        ['send_keys', { text: typed }],
      ],
      'Springfield7',
    ]
  }),
  [
    'at a place',
    [
      ['click_at', { x: 412, y: 300 }, { reasoning: 'Click the password field' }],
      ['type_text_at', { x: 412, y: 300, text: typed }],
      ['left_click', { coordinate: [412, 300] }, { reasoning: 'Click the password field' }],
      ['type', { coordinate: [412, 300], text: typed }],
      ['type', { coordinate: [412, 380], text: 'Springfield7' }],
    ],
    'Springfield7',
  ],
  [
    'as variables',
    [
      ['act', { instruction: 'type %b% into the password field', variables: { a: 'Springfield7', b: typed } }],
      ['act', { instruction: '%one% as user and %two% as password', variables: { one: 'Shelby7', two: typed } }],
      [
        'act',
        { instruction: 'fill the password with {{b}}, the city with {{c}}', variables: { b: typed, c: 'Ogden7' } },
      ],
    ],
    '"a":"Springfield7"',
  ],
  [
    'in one text, with tabs',
    [
      ['type', { text: `ada@x.test\t${typed}\n` }, { reasoning: 'I type the email and the password' }],
      ['type', { text: 'ada@x.test\tSpringfield7' }, { reasoning: 'I type the email and the city' }],
    ],
    'ada@x.test\\tSpringfield7',
  ],
  [
    'by a call in a chat whose tool tells of it',
    [
      [
        'llm',
        {
          messages: [
            { role: 'tool', name: 'fill', content: `Filled ${typed} into the form, 3 warnings shown` },
            { role: 'assistant', tool_calls: [{ name: 'fill', args: { selector: '#password', text: typed } }] },
            { role: 'tool', name: 'fill', content: 'Filled it, 3 warnings shown' },
          ],
        },
      ],
    ],
    '"content":"Filled it, 3 warnings shown"',
  ],
  ...[
    (field: string, text: string) => `const el=document.querySelector('#${field}'); el.value='${text}'`,
    (field: string, text: string) => `document.getElementById('${field}').setAttribute('value', '${text}')`,
    (field: string, text: string) => `page.$eval('#${field}', (el, v) => { el.value = v }, '${text}')`,
    (field: string, text: string) => `page.locator('#${field}').evaluate((el, v) => (el.value = v), '${text}')`,
    (field: string, text: string) => `page.focus('#${field}'); page.keyboard.type('${text}')`,
    (field: string, text: string) =>
      `Object.getOwnPropertyDescriptor(Input.prototype, 'value').set.call(document.querySelector('#${field}'), '${text}')`,
  ].map((code): (typeof shaped)[number] => [
    code('field', 'text'),
    [['run', { code: `${code('password', typed)};\n${code('city', 'Springfield7')}` }]],
    'Springfield7',
  ]),
  [
    'by code that is called with the field',
    [
      ['evaluate', { element: 'Password', ref: 'e4', function: `(el) => { el.value = '${typed}' }` }],
      ['evaluate', { element: 'City', ref: 'e3', function: "(el) => { el.value = 'Springfield7' }" }],
    ],
    'Springfield7',
  ],
  [
    'by the person who was asked',
    [
      ['ask_user', { question: 'What is your password?' }, { toolOutput: { ok: true, result: typed } }],
      ['ask_user', { question: 'What is your password?' }, { toolOutput: { ok: true, result: { answer: typed } } }],
      ['ask_user', { question: 'Which city?' }, { toolOutput: { ok: true, result: 'Springfield7' } }],
    ],
    'Springfield7',
  ],
  [
    'by the user of a chat',
    [
      [
        'llm',
        {
          messages: [
            { role: 'assistant', content: 'Please send me your password.' },
            { role: 'user', content: typed },
            { role: 'assistant', content: 'The password was accepted. Which street?' },
            { role: 'user', content: 'Lange-Str.17b' },
          ],
        },
      ],
    ],
    'Lange-Str.17b',
  ],
]

test.each(shaped)('what is typed %s is found, and its neighbour stays', (_, steps, kept) => {
  const redactor = make()
  // Each step has a secret of its own, which no other one can have told.
  const own = (text: string, index: number): string => text.replaceAll(typed, `Horse${index}battery!`)
  const stored = steps.map((given, index) => {
    const [action, args, more] = JSON.parse(own(JSON.stringify(given), index)) as (typeof steps)[number]
    return act(redactor, action, args, more)
  })
  expect(stored.join('\n')).not.toMatch(/Horse\dbattery/)
  expect(stored.join('\n')).toContain(kept)
})
