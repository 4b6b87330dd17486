import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { EvidenceEvents } from '../../src/events/delivery.ts'
import { createRedactor, type Redactor } from '../../src/redact/redactor.ts'
import { createByteScanner } from '../redact/scan-bytes.ts'
import { snapshotEvent, type EventSnapshot } from '../../src/stored-event/to-stored-event.ts'

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const fingerprint = (value: string): string => sha256(Buffer.from(value)).slice(0, 8)
const secret = 'c4nary "horse"'
const make = (secrets = [secret]): Redactor => createRedactor({ secrets, fingerprint })
const take = (type: string, payload: unknown, redactor = make()): EventSnapshot =>
  snapshotEvent(type, payload, { sha256, redactor })
const brief = (text: string): string => text.replaceAll(/\[redacted:(\w+):[0-9a-f]{8}\]/g, '<$1>')
const eventOf = (snapshot: EventSnapshot): unknown => JSON.parse(brief(JSON.stringify(snapshot.event)))

/** A picture of one pixel in which a text stands beside it. */
function pngWith(text: string): Buffer {
  const chunk = (name: string, data: Buffer): Buffer =>
    Buffer.concat([Buffer.from([0, 0, 0, data.length]), Buffer.from(name), data, Buffer.alloc(4)])
  const header = Buffer.from('00000001000000010800000000', 'hex')
  const signature = Buffer.from('89504e470d0a1a0a', 'hex')
  const chunks = [chunk('IHDR', header), chunk('tEXt', Buffer.from(`Comment\0${text}`)), chunk('IEND', Buffer.alloc(0))]
  return Buffer.concat([signature, ...chunks])
}

const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')

const step = (fields: Partial<EvidenceEvents['agent_step_finished_event']> = {}): object => ({
  actionName: 'click',
  actionArgs: {},
  reasoning: '',
  toolOutput: { ok: true },
  ...fields,
})

function nested(depth: number): unknown {
  return depth === 0 ? { [`key ${secret}`]: [`${secret}!`] } : { a: [nested(depth - 1)] }
}

describe('a registered secret', () => {
  const hostile = {
    get bad(): never {
      throw new Error(`cannot read ${secret}`)
    },
  }
  const error = new Error(`wrong: ${secret}`, { cause: new TypeError(secret) })
  const json = JSON.stringify({ login: { pass: secret } })
  const events: [string, string, unknown][] = [
    ['reasoning', 'step_finished', step({ reasoning: `I type ${secret}` })],
    ['an argument', 'step_finished', step({ actionArgs: { deep: { er: [secret] } } })],
    ['the name of an argument', 'step_finished', step({ actionArgs: { [secret]: 1 } })],
    ['a result, 8 deep', 'step_finished', step({ toolOutput: { ok: true, result: nested(8) } })],
    ['a result of JSON', 'step_finished', step({ toolOutput: { ok: true, result: JSON.stringify(json) } })],
    ['a result of bytes', 'step_finished', step({ toolOutput: { ok: true, result: { file: Buffer.from(json) } } })],
    ['a result that is bytes', 'step_finished', step({ toolOutput: { ok: true, result: Buffer.from(secret) } })],
    [
      'base64 of no image',
      'step_finished',
      step({ toolOutput: { ok: true, result: { screenshotBase64: btoa(secret) } } }),
    ],
    ['an error text', 'step_finished', step({ toolOutput: { ok: false, result: null, error: `Error: ${secret}` } })],
    ['an Error', 'step_finished', step({ toolOutput: { ok: false, result: error } })],
    [
      'a Map, a Set, a URL',
      'step_finished',
      step({
        actionArgs: {
          map: new Map([[secret, new Set([secret])]]),
          url: new URL(`http://a/?q=${encodeURIComponent(secret)}`),
        },
      }),
    ],
    ['a getter that throws', 'step_finished', step({ actionArgs: { hostile } })],
    ['a target', 'step_finished', step({ target: { selector: `text=${secret}`, name: secret } })],
    ['a call id', 'step_finished', step({ toolCallId: `call ${secret}`, turnId: secret })],
    ['the name of an action', 'step_finished', step({ actionName: secret })],
    ['a flag of an episode', 'step_finished', step({ episode: { fileDiff: `+${secret}`, securityFlags: [secret] } })],
    ['an extra field', 'step_finished', { ...step(), extra: { [secret]: secret }, [secret]: secret }],
    ['a field of a wrong type', 'step_finished', { ...step(), toolCallId: [secret], durationMs: secret }],
    ['an enum with a wrong word', 'step_finished', { ...step(), executed: secret }],
    ['a URL', 'screenshot', { screenshot: png, url: `https://a.test/?q=${encodeURIComponent(secret)}` }],
    ['a media type', 'screenshot', { screenshot: png, url: '', mediaType: `image/${secret}` }],
    ['an id of a wrong type', 'step_finished', { ...step(), turnId: [`ghp_${secret}`] }],
    ['a title and a tree', 'step_observed', { url: '', title: secret, ariaTree: `- text: ${JSON.stringify(secret)}` }],
    ['a turn', 'turn_finished', { turnId: '1', text: secret, model: secret }],
    [
      'an answer',
      'final_answer',
      { message: secret, output: { a: secret }, observation: { url: secret, title: secret } },
    ],
    ['a gap', 'gap', { what: 'probe', reason: secret, detail: secret }],
    ['an event of no schema', 'step_finished', { actionName: 7, note: secret }],
    ['an event of no type', secret, { note: secret }],
    ['an event that is no object', 'gap', secret],
  ]
  const scan = createByteScanner([secret])
  const leaksOf = ({ frames, ...event }: EventSnapshot): unknown[] =>
    [Buffer.from(JSON.stringify(event)), ...frames.map(({ bytes }) => bytes)].flatMap(scan)

  test.each(events)('in %s is in no byte of the snapshot', (_, type, payload) => {
    expect(leaksOf(snapshotEvent(type, payload, { sha256 })).length).toBeGreaterThan(0)
    expect(leaksOf(take(type, payload))).toEqual([])
  })

  test('is gone before a text is cut', () => {
    const long = `${'x'.repeat(2_000)}${secret}${'y'.repeat(2_000)}`
    for (let maxEventBytes = 2_000; maxEventBytes < 2_600; maxEventBytes += 7) {
      const { event } = snapshotEvent(
        'turn_finished',
        { turnId: '1', text: long },
        { sha256, maxEventBytes, redactor: make() },
      )
      expect(JSON.stringify(event)).not.toContain('c4n')
    }
  })

  test('in a declared media type leaves the one that the bytes say', () => {
    const fields = { screenshot: png, url: '', mediaType: 'image/x-canary' }
    const { event, frames } = take('screenshot', fields, make(['x-canary']))
    expect(frames[0]?.mediaType).toBe('image/png')
    expect(eventOf({ type: 'screenshot', event, frames })).toMatchObject({
      mediaType: 'image/<registered>',
      screenshot: { mediaType: 'image/png' },
    })
  })

  test('is known by its place in a result, also in Maps and arrays', () => {
    const result = [
      { apiKey: { value: ['one'] }, headers: [{ name: 'Cookie', value: 'two' }] },
      new Map<string, unknown>([['password', { value: 'three' }]]),
      new Response(null, { headers: { authorization: 'Bearer abc123def456ghi' } }),
      new URLSearchParams({ password: 'four' }),
    ]
    expect(eventOf(take('step_finished', step({ toolOutput: { ok: true, result } })))).toMatchObject({
      toolOutput: {
        result: [
          { apiKey: { value: ['<api_key>'] }, headers: [{ name: 'Cookie', value: '<cookie>' }] },
          { $type: 'map', entries: [['password', { value: '<password>' }]] },
          { $type: 'Response', headers: { entries: [['authorization', '<authorization>']] } },
          { $type: 'URLSearchParams', entries: [['password', '<password>']] },
        ],
      },
    })
  })

  test('is known by its place in bytes and in pairs', () => {
    const result = {
      password: Buffer.from('one'),
      response: Buffer.from('Set-Cookie: a=two; Path=/'),
      blob: Buffer.from([0, ...Buffer.from('Set-Cookie: a=three')]),
      pairs: [
        ['cookie', 'a=four'],
        ['host', 'a.test'],
        ['password', 'email'],
        ['x', 'cookie', 'a=five'],
      ],
      rawHeaders: ['host', 'a.test', 'cookie', 'a=six', 'cookie', 'a=seven'],
    }
    const { toolOutput } = eventOf(take('step_finished', step({ toolOutput: { ok: true, result } }))) as never
    expect(toolOutput).toMatchObject({
      result: {
        password: '<password>',
        response: { $type: 'Uint8Array' },
        blob: { base64: expect.any(String) },
        pairs: [
          ['cookie', '<cookie>'],
          ['host', 'a.test'],
          ['password', 'email'],
          ['x', 'cookie', 'a=five'],
        ],
        rawHeaders: ['host', 'a.test', 'cookie', '<cookie>', 'cookie', '<cookie>'],
      },
    })
  })

  test('in an id becomes the same id in every event', () => {
    const redactor = make()
    const first = take('turn_finished', { turnId: `turn-${secret}` }, redactor).event
    const second = take('step_finished', step({ turnId: `turn-${secret}` }), redactor).event
    expect(first['turnId']).toBe(second['turnId'])
    expect(brief(JSON.stringify(first['turnId']))).toBe('"turn-<registered>"')
  })
})

describe('what a schema needs', () => {
  test('stays what it is, whatever is registered or learned', () => {
    const words = [
      'click',
      'agent',
      'skipped',
      'screenshot',
      'step_finished',
      'reasoning',
      'selector',
      'call_1234',
      '1234',
    ]
    const redactor = make([])
    for (const word of words) redactor.learn(word)
    const payload = step({
      executed: 'skipped',
      toolCallId: 'call_1234',
      turnId: '1234',
      stepIndex: 1234,
      durationMs: 1234,
      startedAt: '2026-03-14T15:09:26Z',
      target: { selector: '#a', point: { x: 1234, y: 1 }, box: { x: 1234, y: 0, width: 1234, height: 1 } },
    })
    expect(take('step_finished', payload, redactor)).toMatchObject({ type: 'step_finished', event: payload })
    const frame = {
      screenshot: png,
      url: '',
      evidenceRole: 'agent',
      mediaType: 'image/png',
      viewport: { width: 1234, height: 1 },
    }
    expect(take('screenshot', frame, make(['agent', 'image/png', 'viewport', 'width']))).toMatchObject({
      type: 'screenshot',
      event: { evidenceRole: 'agent', viewport: { width: 1234, height: 1 }, screenshot: { mediaType: 'image/png' } },
    })
  })

  test('frames are the bytes that were given, also those inside a result', () => {
    const image = pngWith(secret)
    const frame = take('screenshot', { screenshot: image, url: '' })
    expect(Buffer.from(frame.frames[0]!.bytes)).toEqual(image)
    const result = { type: 'image', mimeType: 'image/png', data: image.toString('base64') }
    const inline = take('step_finished', step({ toolOutput: { ok: true, result } }))
    expect(Buffer.from(inline.frames[0]!.bytes)).toEqual(image)
  })

  test.each(['GIF89a ', 'RIFFxxxxWEBP', '\x89PNG\r\n\x1a\n', '\xff\xd8\xff', 'xx\0\x20ftypavif'])(
    'what begins with %j and goes on as a text is looked through',
    (magic) => {
      const bytes = Buffer.from(`${magic} Authorization: Bearer abc123def456ghi ${secret}`, 'latin1')
      const data = bytes.toString('base64')
      for (const result of [bytes, [bytes], { data, mimeType: 'image/gif' }, `data:image/gif;base64,${data}`]) {
        const inline = take('step_finished', step({ toolOutput: { ok: true, result } }))
        expect(inline.frames).toEqual([])
        expect(brief(JSON.stringify(inline.event))).toMatch(/"result":[^<]{0,9}"<registered>"/)
      }
      expect(take('screenshot', { screenshot: bytes, url: '' }).frames).toEqual([])
    },
  )

  test('an id that is no text is a value like any other', () => {
    const event = take('step_finished', { ...step(), turnId: [`ghp_${'a1'.repeat(18)}`] })
    expect(eventOf(event)).toMatchObject({ invalidFields: { turnId: ['<github_token>'] } })
  })

  test('without a redactor nothing changes', () => {
    const payload = { turnId: '1', text: `password=${secret}` }
    expect(snapshotEvent('turn_finished', payload, { sha256 }).event).toEqual(payload)
  })
})

describe('a sensitive step', () => {
  test('loses what was typed, wherever it stands in the event', () => {
    const typed = {
      reasoning: 'I will type hunter-two into it',
      actionName: 'fill',
      actionArgs: { locator: "getByLabel('Password')", value: 'hunter-two', options: { timeout: 5_000, force: true } },
      target: { selector: '#hunter-two', role: 'textbox', name: 'Password' },
      sensitive: true,
      toolOutput: { ok: true, result: { dom: '<input value="hunter-two">', url: '/?q=hunter%2Dtwo' } },
    }
    expect(eventOf(take('step_finished', typed))).toEqual({
      reasoning: 'I will type <password> into it',
      actionName: 'fill',
      actionArgs: { locator: "getByLabel('Password')", value: '<password>', options: { timeout: 5_000, force: true } },
      target: { selector: '#<password>', role: 'textbox', name: 'Password' },
      sensitive: true,
      toolOutput: { ok: true, result: { dom: '<input value="<password>">', url: '/?q=<password>' } },
    })
  })

  test('and so do later events, but not earlier or foreign ones', () => {
    const redactor = make()
    const observed = { url: 'https://a.test/?p=open+sesame+7', ariaTree: '- textbox "Note": open sesame 7' }
    expect(eventOf(take('step_observed', observed, redactor))).toEqual(observed)
    take('step_finished', step({ actionArgs: { text: 'open sesame 7' }, sensitive: true }), redactor)
    expect(eventOf(take('step_observed', observed, redactor))).toEqual({
      url: 'https://a.test/?p=<password>',
      ariaTree: '- textbox "Note": "<password>"',
    })
    expect(eventOf(take('step_observed', observed))).toEqual(observed)
    expect(redactor.receipt()).toEqual({ password: 3 })
  })

  test('loses what was typed under a name of anybody, or said in the action', () => {
    const redactor = make()
    const actionArgs = {
      action: 'type Hh6gFfdS into password',
      fill: 'Qw7rTyuI',
      locator: '#b1',
      path: '/login2',
      mode: 'fillForm',
    }
    const event = {
      ...step({ actionArgs, sensitive: true }),
      reasoning: 'Qw7rTyuI it is',
      toolOutput: { ok: true, result: 'Qw7rTyuI' },
    }
    expect(eventOf(take('step_finished', event, redactor))).toMatchObject({
      actionArgs: { action: '<password>', fill: '<password>', locator: '#b1', path: '<password>', mode: '<password>' },
      reasoning: '<password> it is',
      toolOutput: { ok: true, result: '<password>' },
    })
    expect(brief(redactor.text('Qw7rTyuI #b1 /login2 fillForm'))).toBe('<password> #b1 /login2 fillForm')
    const verb = step({ actionArgs: { action: 'double_click', text: 'x' }, sensitive: true })
    expect(eventOf(take('step_finished', verb))).toMatchObject({ actionArgs: { action: 'double_click' } })
  })

  test('keeps where and how, but nothing under a name that says neither', () => {
    const actionArgs = {
      type: 'keypress',
      keys: ['h', 'U', '2', 'Enter', 'Shift+Tab', 'Control+a', 'Shift+h', 'Hunter'],
      selector: '#a',
      fields: [{ selector: '#b', value: 'deep typed' }],
      whatever: 'kept by nobody',
      code: 31337,
      x: 4,
    }
    expect(eventOf(take('step_finished', step({ actionArgs, sensitive: true })))).toMatchObject({
      actionArgs: {
        type: 'keypress',
        keys: ['<password>', '<password>', '<password>', 'Enter', 'Shift+Tab', 'Control+a', '<password>', '<password>'],
        selector: '#a',
        fields: [{ selector: '#b', value: '<password>' }],
        whatever: '<password>',
        code: '<password>',
        x: 4,
      },
    })
  })

  test('says card where the field is one, and knows the number in every grouping', () => {
    const typed = step({
      actionArgs: { text: '4000001234567899' },
      reasoning: 'card 4000 0012 3456 7899',
      target: { name: 'Card number' },
      sensitive: true,
    })
    expect(eventOf(take('step_finished', typed))).toMatchObject({
      actionArgs: { text: '<card>' },
      reasoning: 'card <card>',
    })
  })

  test('that is not sensitive keeps what was typed', () => {
    const typed = step({ actionArgs: { text: 'a lamp' }, sensitive: false })
    expect(take('step_finished', typed).event).toMatchObject({ actionArgs: { text: 'a lamp' } })
  })

  test('with a getter that throws is converted all the same', () => {
    const bad = Object.defineProperty(step({ sensitive: true }), 'actionArgs', {
      enumerable: true,
      get: () => {
        throw new Error('no')
      },
    })
    expect(take('step_finished', bad).event).toMatchObject({ actionArgs: { $type: 'unreadable' }, sensitive: true })
  })
})

test('a number that is a secret is found beside the numbers that a schema needs', () => {
  const pin = 7391820465
  const { event } = take(
    'step_finished',
    step({
      stepIndex: 3,
      durationMs: 12,
      target: { selector: '#a', point: { x: 1, y: 2 }, box: { x: 1, y: 2, width: 3, height: 4 }, extra: pin } as object,
      episode: { reward: 0.5, note: { pin } } as object,
    }),
    make([String(pin)]),
  )
  expect(JSON.stringify(event)).not.toContain(String(pin))
  expect(event).toMatchObject({
    stepIndex: 3,
    target: { point: { x: 1, y: 2 }, box: { width: 3 } },
    episode: { reward: 0.5 },
  })
  const look = take('final_answer', { message: 'm', observation: { url: 'u', form: { password: 48151623 } } })
  expect(eventOf(look)).toMatchObject({ observation: { form: { password: '<password>' } } })
})

test('an id, an action and a turn that are a known shape lose it, the same in every event', () => {
  const token = `ghp_${'a1B2'.repeat(9)}`
  const redactor = make()
  const first = take('step_finished', step({ toolCallId: token, turnId: token, actionName: `use ${token}` }), redactor)
  const second = take('turn_finished', { turnId: token }, redactor)
  expect(JSON.stringify([first.event, second.event])).not.toContain(token)
  expect(first.event['turnId']).toBe(second.event['turnId'])
  const ids = { toolCallId: 'toolu_01A09q90qw90lq917835lq9', turnId: 'turn-8d509a35-7946-4c46-b1ea-ff358ad35dbf' }
  expect(take('step_finished', step(ids)).event).toMatchObject(ids)
})
