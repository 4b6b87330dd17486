import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createRedactor, type Redactor, type RedactorOptions } from '../../src/redact/redactor.ts'
import { parsePlaceholder } from '../../src/redact/text/placeholder.ts'

const fingerprint = (value: string): string => createHmac('sha256', 'key').update(value).digest('hex').slice(0, 8)
const make = (options: Partial<RedactorOptions> = {}): Redactor => createRedactor({ fingerprint, ...options })
const brief = (text: string): string => text.replaceAll(/\[redacted:(\w+):[0-9a-f]{8}\]/g, '<$1>')

describe('field', () => {
  test('replaces all of what stands under the name of a secret', () => {
    const redactor = make()
    for (const key of ['password', 'newPassword', 'Authorization', 'set-cookie', 'X-API-Key', 'client_secret']) {
      expect(parsePlaceholder(redactor.field(key, 'one-token'))).toBeDefined()
    }
    for (const key of ['tokens', 'tokenCount', 'max_tokens', 'passwordHint', 'secretary']) {
      expect(redactor.field(key, 'one-token')).toBe('one-token')
    }
    expect(redactor.field('password', '')).toBe('')
    expect(redactor.field('password', '%password%')).toBe('%password%')
  })
})

describe('value', () => {
  test('keeps the shape and replaces texts by where they stand', () => {
    const plain = {
      headers: [
        { name: 'Authorization', value: 'Bearer x' },
        { name: 'Accept', value: '*/*' },
      ],
      cookies: [{ name: 'theme', value: 'dark', domain: 'a.test', path: '/', httpOnly: true }],
      password: { kind: 'plain', value: 'x y' },
      tokens: 12,
      pin: 4321,
      password2: 12,
      token: 4096,
      idToken: 123456,
      session_id: ['a8f3k2x9', 'b7d2m4q1'],
      jar: [{ name: 'theme', value: 'dark', domain: 'a.test', path: '/' }],
      apiKey: { value: ['x', 'y'] },
      plain: [null, true, 1.5, 'text'],
    }
    expect(JSON.parse(brief(JSON.stringify(make().value(plain))))).toEqual({
      headers: [
        { name: 'Authorization', value: '<authorization>' },
        { name: 'Accept', value: '*/*' },
      ],
      cookies: [{ name: 'theme', value: '<cookie>', domain: 'a.test', path: '/', httpOnly: true }],
      password: { kind: 'plain', value: '<password>' },
      tokens: 12,
      pin: '<one_time_code>',
      password2: 12,
      token: 4096,
      idToken: '<token>',
      session_id: ['<session>', '<session>'],
      jar: [{ name: 'theme', value: '<cookie>', domain: 'a.test', path: '/' }],
      apiKey: { value: ['<api_key>', '<api_key>'] },
      plain: [null, true, 1.5, 'text'],
    })
  })

  test('that is sensitive loses every text, and each is known from then on', () => {
    const redactor = make()
    expect(brief(JSON.stringify(redactor.value({ a: ['open sesame'], b: 12345 }, { sensitive: true })))).toBe(
      '{"a":["<password>"],"b":"<password>"}',
    )
    expect(brief(redactor.text('I said open%20sesame and 12345, not 123456'))).toBe(
      'I said <password> and 12345, not 123456',
    )
  })

  test('of any depth is copied, and names that hold a secret are told apart', () => {
    let deep: unknown = 'my secret'
    for (let depth = 0; depth < 100_000; depth += 1) deep = [deep]
    const redactor = make({ secrets: ['my secret', 'MY SECRET'], fingerprint: () => '01234567' })
    let copy: unknown = redactor.value(deep as never)
    while (Array.isArray(copy)) [copy] = copy as unknown[]
    expect(copy).toBe('[redacted:registered:01234567]')
    expect(Object.keys(redactor.value({ 'my secret': 1, 'MY SECRET': 2, ['__proto__']: 3 }) as object)).toEqual([
      '[redacted:registered:01234567]',
      '[redacted:registered:01234567]~2',
      '__proto__',
    ])
  })
})

describe('learn', () => {
  test('a card is known in every grouping, a weak value only whole, under the name of a secret', () => {
    const redactor = make()
    redactor.learn('6000 0000 0000 0000', 'card')
    redactor.learn('lamp')
    expect(brief(redactor.text('6000000000000000 6000-0000-0000-0000 lamps lamp, LAMP'))).toBe(
      '<card> <card> lamps lamp, LAMP',
    )
    expect(brief(redactor.field('pass', 'lamp'))).toBe('<password>')
    expect(redactor.receipt()).toEqual({ card: 2, password: 1 })
  })

  test('what cannot be looked for is passed over, and what is registered stays so', () => {
    const redactor = make({ secrets: ['registered one'] })
    for (const value of ['', 'abc', 'true', '%password%', 'registered one']) redactor.learn(value)
    expect(redactor.text('abc true %password%')).toBe('abc true %password%')
    expect(brief(redactor.text('registered one'))).toBe('<registered>')
  })

  test('what is learned between two texts is missing in neither', () => {
    const redactor = make()
    redactor.learn('first value')
    expect(brief(redactor.text('first value, other value'))).toBe('<password>, other value')
    redactor.learn('other value')
    expect(brief(redactor.text('first value, other value'))).toBe('<password>, <password>')
  })

  test('a field is known as well by a value that was known before', () => {
    const redactor = make()
    const tree = '- textbox "Nickname": garden'
    redactor.learn('test')
    expect(redactor.text(tree)).toBe(tree)
    redactor.learn('test', 'password', 'Nickname')
    expect(brief(redactor.text(tree))).toBe('- textbox "Nickname": <password>')
  })

  test('thousands are known at once, and no more than can be looked for in time', () => {
    const redactor = make()
    for (let index = 0; index < 10_001; index += 1) redactor.learn(`value-${index}-value`)
    expect(
      brief(redactor.text('value-0-value value-999-value value-1000-value value-9999-value value-10000-value')),
    ).toBe('<password> <password> <password> <password> value-10000-value')
  })

  test('changes no identifier, as it would link to nothing then', () => {
    const redactor = make({ secrets: ['registered one'] })
    redactor.learn('call_1')
    expect(redactor.identifier('call_1')).toBe('call_1')
    expect(brief(redactor.identifier('call registered%20one'))).toBe('call <registered>')
  })

  test('changes in identifiers what is a secret by its name or in a URL, always alike', () => {
    const [before, redactor] = [make(), make()]
    redactor.learn('hunter2abc')
    for (const [id, expected] of [
      [
        'login https://bob:hunter2abc@shop.test/?token=tok123abc',
        'login https://<url_userinfo>@shop.test/?token=<url_query>',
      ],
      ['fill password=hunter2abc at https://u:pw12345@h/', 'fill password=<password> at https://<url_userinfo>@h/'],
      ['Authorization: Bearer abcdefgh', 'Authorization: <authorization>'],
      [
        'functions.get_token:0 toolu_01-token 4111111111111111',
        'functions.get_token:0 toolu_01-token 4111111111111111',
      ],
    ] as const) {
      expect(brief(before.identifier(id))).toBe(expected)
      expect(redactor.identifier(id)).toBe(before.identifier(id))
    }
  })
})

describe('a registered word that stands in much else', () => {
  const redactor = make({ secrets: ['postgres', 'Changeme', 'opensesame'] })

  test('stays where it is no secret, and is gone under the name of one', () => {
    for (const text of ['image: postgres:16', 'psql -U postgres -h postgres', 'please changeme'])
      expect(redactor.text(text)).toBe(text)
    expect(brief(redactor.text('POSTGRES_PASSWORD=postgres, password: opensesame'))).toBe(
      'POSTGRES_PASSWORD=<registered>, password: <registered>',
    )
    expect(brief(redactor.field('pass', 'postgres'))).toBe('<registered>')
    expect(brief(redactor.text('postgres://postgres:postgres@db/app'))).toBe('postgres://<url_userinfo>@db/app')
  })

  test('in bytes and in learned values alike', () => {
    expect(redactor.bytes(new TextEncoder().encode('a line of postgres'))).toBeUndefined()
    redactor.learn('administrator')
    expect(redactor.text('the administrator said')).toBe('the administrator said')
    expect(brief(redactor.text('opensesame'))).toBe('<registered>')
  })
})

describe('bytes', () => {
  test('are known by the secret they hold', () => {
    const redactor = make({ secrets: ['pässword'] })
    const of = (text: string): string | undefined => redactor.bytes(new TextEncoder().encode(text))
    expect(of('a pässword here')).toBe(make({ secrets: ['pässword'] }).text('pässword'))
    expect(of(`{"a":"${btoa(unescape(encodeURIComponent('pässword')))}"}`)).toBeDefined()
    expect(of('nothing')).toBeUndefined()
  })
})

describe('receipt', () => {
  test('counts by kind and never holds a value', () => {
    const redactor = make({ secrets: ['correct horse'] })
    expect(redactor.receipt()).toEqual({})
    redactor.text('correct horse and correct horse, password=hunter2')
    redactor.field('access_token', 'staple')
    redactor.text('nothing')
    expect(redactor.receipt()).toEqual({ password: 1, registered: 2, token: 1 })
  })
})
