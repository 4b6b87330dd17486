import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createRedactor, type Redactor, type RedactorOptions } from '../../src/redact/redactor.ts'

const fingerprint = (value: string): string => createHmac('sha256', 'key').update(value).digest('hex').slice(0, 8)
const make = (options: Partial<RedactorOptions> = {}): Redactor => createRedactor({ fingerprint, ...options })
/** Placeholders without their fingerprint, so that a test says what was replaced. */
const brief = (text: string): string => text.replaceAll(/\[redacted:(\w+):[0-9a-f]{8}\]/g, '<$1>')

describe('text', () => {
  test.each<[string, string]>([
    // Names and values
    ['password=hunter2', 'password=<password>'],
    ['{"password": "correct horse"}', '{"password": "<password>"}'],
    [`{\\"password\\":\\"correct horse\\"}`, `{\\"password\\":\\"<password>\\"}`],
    ["token: 'abc12345def'", "token: '<token>'"],
    ['password: hunter2', 'password: <password>'],
    ['DB_PASSWORD=opensesame', 'DB_PASSWORD=<password>'],
    ['--password hunter2 --verbose', '--password <password> --verbose'],
    ['api-key: 9f8e7d6c5b', 'api-key: <api_key>'],
    ['"apiKey":"x"', '"apiKey":"<api_key>"'],
    ['clientSecret="s"', 'clientSecret="<secret>"'],
    ['CVC: 737', 'CVC: <card>'],
    ['otp=123456', 'otp=<one_time_code>'],
    // Headers
    ['Authorization: Bearer abc.def', 'Authorization: <authorization>'],
    ['authorization: Basic dTpw', 'authorization: <authorization>'],
    ['curl -H "Authorization: Token 12345678"', 'curl -H "Authorization: <authorization>"'],
    ['Authorization: Digest username="ada", response="0a1b"', 'Authorization: <authorization>'],
    ['password="sk-abcdefghijkl1234567890mn purple lamp"', 'password="<password>"'],
    ['Cookie: sid=1; theme=dark', 'Cookie: <cookie>'],
    ['Set-Cookie: id=a3fWa; Path=/; HttpOnly\nnext', 'Set-Cookie: <cookie>; Path=/; HttpOnly\nnext'],
    ['x-api-key: k3y-v4lue', 'x-api-key: <api_key>'],
    ['uses bearer eyJ0b2s.abc123-_', 'uses bearer <authorization>'],
    ['{"name": "Cookie", "value": "a=b"}', '{"name": "Cookie", "value": "<cookie>"}'],
    ['{"password":19283746}', '{"password":<password>}'],
    ['{"pin": 4711, "token": 123456, "tokens": 123456}', '{"pin": <one_time_code>, "token": 123456, "tokens": 123456}'],
    ['{\n "password":\n   "hunter2abc"}', '{\n "password":\n   "<password>"}'],
    ['{"password"\r\n:\r\n19283746}', '{"password"\r\n:\r\n19283746}'],
    ['{"value":"hunter2abc","name":"password"}', '{"value":"<password>","name":"password"}'],
    ['{"value" : "a\\"b" ,\n  "key" : "apiKey"}', '{"value" : "<api_key>" ,\n  "key" : "apiKey"}'],
    ['{\n  "name": "cookie",\n  "value": "a=b"\n}', '{\n  "name": "cookie",\n  "value": "<cookie>"\n}'],
    ['X-Api-Key: 0123456789', 'X-Api-Key: <api_key>'],
    ['> x-api-key: abcdefghijklmnop', '> x-api-key: <api_key>'],
    ['Accept: */*\r\nCsrf-Token: abcdefgh\r\n\r\n', 'Accept: */*\r\nCsrf-Token: <token>\r\n\r\n'],
    ["-H 'client-secret: abcdefgh'", "-H 'client-secret: <secret>'"],
    ['X-Session-Id: 0f1e2d3c', 'X-Session-Id: <session>'],
    ['Authorization: abcdefghijklmnop', 'Authorization: <authorization>'],
    [
      '--x\r\nContent-Disposition: form-data; name="password"\r\n\r\nhunter2abc\r\n--x--',
      '--x\r\nContent-Disposition: form-data; name="password"\r\n\r\n<password>\r\n--x--',
    ],
    [
      'name="token"\r\nContent-Type: text/plain\r\n\r\na1b2c3d4e',
      'name="token"\r\nContent-Type: text/plain\r\n\r\n<token>',
    ],
    ['"form-data; name=\\"otp\\"\\n\\n4711\\n--x"', '"form-data; name=\\"otp\\"\\n\\n<one_time_code>\\n--x"'],
    // URLs
    ['git clone https://0123456789abcdefxyz@host.test/a', 'git clone https://<url_userinfo>@host.test/a'],
    ['see https://a.test/?token=abc123, or', 'see https://a.test/?token=<url_query>, or'],
    ['https://ada:lovelace@shop.test/a', 'https://<url_userinfo>@shop.test/a'],
    ['postgres://app:pa/ssWord9@db/x', 'postgres://<url_userinfo>@db/x'],
    ['mysql://root:Hun#ter9x@h:3306', 'mysql://<url_userinfo>@h:3306'],
    ['"amqp://u:Hun?ter9x@h"', '"amqp://<url_userinfo>@h"'],
    ['redis://:a/b/c@d@h a@b', 'redis://<url_userinfo>@h a@b'],
    [String.raw`url=ldap://u:pa{ss}\w<@h`, String.raw`url=ldap://u:pa{ss}\w<@h`],
    [String.raw`url=ldap://u:pa{ss}\w@h`, 'url=ldap://<url_userinfo>@h'],
    ['src="//user:pw12345x@host/a.js"', 'src="//<url_userinfo>@host/a.js"'],
    ['//ada:lovelace@shop.test', '//<url_userinfo>@shop.test'],
    ['https://shop.test/?access_token=abc&page=2', 'https://shop.test/?access_token=<url_query>&page=2'],
    ['https://shop.test/#id_token=abc&x=1', 'https://shop.test/#id_token=<url_query>&x=1'],
    ['/cb?code=4f3Ab29cD8e7f6a5b4&state=x', '/cb?code=<url_query>&state=x'],
    ['/get?X-Amz-Signature=0123456789abcdef', '/get?X-Amz-Signature=<url_query>'],
    // Shapes
    ['key sk-abcdefghijkl1234567890mn.', 'key <openai_key>.'],
    ['sk-ant-api03-abcdefghijklmnop', '<anthropic_key>'],
    ['sk-proj-abcdefghijklmnopqrst', '<openai_key>'],
    ...['ghp_', 'gho_', 'ghs_'].map((prefix) => [`${prefix}${'a1'.repeat(18)}`, '<github_token>'] as [string, string]),
    [`github_pat_${'a1'.repeat(20)}_b2`, '<github_token>'],
    ['AKIAIOSFODNN7EXAMPLE', '<aws_key>'],
    ['xoxb-1234567890-abc', '<slack_token>'],
    ['AIza' + 'Sy1'.repeat(11) + 'ab', '<google_key>'],
    ['sk_live_abcdefgh12345678', '<stripe_key>'],
    ['npm_' + 'a1'.repeat(18), '<npm_token>'],
    [`backup-ghp_${'a1'.repeat(18)}.txt`, 'backup-<github_token>.txt'],
    ['x_AKIAIOSFODNN7EXAMPLE--AKIAIOSFODNN7EXAMPLE', 'x_<aws_key>--<aws_key>'],
    ['a_xoxb-abc-1234567890-xoxb-', 'a_<slack_token>'],
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln', '<jwt>'],
    ['eyJhbGciOiJSU0Et.QUFB.QkJC.Q0ND.RERE', '<jwt>'],
    ['x eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0. y', 'x <jwt> y'],
    [`-----BEGIN RSA PRIVATE KEY-----\n${'A'.repeat(64)}\n-----END RSA PRIVATE KEY-----`, '<pem>'],
    [`{"k":"-----BEGIN PRIVATE KEY-----\\n${'A'.repeat(64)}\\n-----END PRIVATE KEY-----\\n"}`, '{"k":"<pem>\\n"}'],
    [`cut: -----BEGIN PRIVATE KEY-----\n${'A'.repeat(64)}\nAAAA`, 'cut: <pem>'],
    // Cards
    ['pay 4111 1111 1111 1111 now', 'pay <card> now'],
    ['4111-1111-1111-1111', '<card>'],
    ['5500005555555559', '<card>'],
    ['3782 822463 10005', '<card>'],
  ])('%j is redacted', (text, expected) => {
    const redacted = make().text(text)
    expect(brief(redacted)).toBe(expected)
    expect(make().text(redacted)).toBe(redacted)
  })

  test.each([
    '9b2d7c1e-4f3a-4b6d-8e5f-0a1b2c3d4e5f',
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    'commit 407b60d1c2e3f4a5b6c7d8e9f0a1b2c3d4e5f6a7',
    '2026-03-14T15:09:26.535Z',
    '1730000000000 1730000000000000 1730000000000000000',
    'order 1234567890123456',
    '4111 1111 1111 1112',
    '9999999999999995',
    'order-4111111111111111 a4111111111111111 4111111111111111b /4111111111111111/ 4111111111111111.5',
    '4242 42 4242 424242',
    '4242 4242 4242-4242',
    'EUR 1,234.56',
    'sk-folding-cube sk-cube-1 sk-spinner',
    'class="task-risk-desk-sk-chase"',
    'tokens: 12',
    '"tokens": 4096, "tokenCount": 12, "max_tokens": 100, "input_tokens": 7',
    'usage.inputTokens=12 total_tokens=99999',
    'nextPageToken=abcdef123456',
    'Forgot your password? Reset the password here.',
    'The password must have 8 characters and a digit.',
    'password: required',
    'Password: must not be empty',
    'token type: Bearer',
    'the bearer of this letter',
    'basic authentication',
    'const password = getPassword()',
    'password: string, token?: string',
    'token: uint256',
    'Authorization: required',
    'x-api-key: missing',
    'x-api-key: required',
    'X-Api-Key: authentication by a header, see below',
    'use an api-key: something that you keep',
    'client-secret: mandatory\napi-key: get',
    'authorization: https://docs.test/authorization',
    '"password":\n  required by the shop',
    '{"token": 4096, "password": 12}',
    '{"value": "hunter2abc", "name": "colour"} {"value": 12, "name": "password"}',
    '<input name="password"\n\n  class="wide">',
    'name="colour"\r\n\r\nred and name="password"\r\n\r\n--x',
    'secretary of state: Ada',
    'cookie policy: we use cookies',
    'https://shop.test/products?page=2&sort=price&key=lamp',
    'https://shop.test:8443/@ada?mail=ada@shop.test and http://localhost:3000/#@top',
    'https://shop.test:/ada@x http://[2001:db8::1]:80/ada@x http://[::1]/ada@x',
    '// a note: ask ada@shop.test  //eslint-disable-next-line a/b',
    'file:///C:/home/ada@shop and a//b:c@d',
    'docker://image:tag "ada@shop.test"',
    'ssh://git@host.test:ada/repository@v1',
    'https://shop.test/@ada/photos',
    'mail ada@shop.test',
    `-----BEGIN CERTIFICATE-----\n${'A'.repeat(64)}\n-----END CERTIFICATE-----`,
    'https://ada@shop.test/ and https://ada:@shop.test/',
    '/files?key=reports/2024/a1b2c3d4e5f6a7b8.pdf',
    `mask-sk-abcdefghijkl1234567890mn x_hf_${'a1'.repeat(18)} xghp_${'a1'.repeat(18)}`,
    'eyJustAVariable.method.call',
    'password: "{{password}}"',
    'token = makeToken1 and password=getPassword(1)',
    'password=`${user}1`',
    'getByRole("textbox", { name: "Password" })',
    'eyJust a word. eyJ.',
    '%password% and {{password}} and password=${PASSWORD}',
  ])('%j is left alone', (text) => {
    expect(make().text(text)).toBe(text)
  })

  test('names count in every spelling, and only at the end of a name', () => {
    const secret = [
      'access_token',
      'accessToken',
      'ACCESS-TOKEN',
      'X-Auth-Token',
      'npmToken',
      'user[password]',
      'pwd2',
      'myapikey',
      'tokenValue',
    ]
    for (const name of secret) expect(make().text(`${name}="v7x9k2m4"`)).not.toContain('"v7x9k2m4"')
    for (const name of ['token_type', 'passwordHint', 'cookieConsent', 'secretName', 'tokens', 'nextToken']) {
      expect(make().text(`${name}="v7x9k2m4"`)).toBe(`${name}="v7x9k2m4"`)
    }
  })

  test('more names can be named, and names of the list allowed', () => {
    const redactor = make({ keyNames: ['loyalty number'], allowedKeyNames: ['csrfToken'] })
    expect(brief(redactor.text('loyaltyNumber="77" csrf_token="open"'))).toBe(
      'loyaltyNumber="<secret>" csrf_token="open"',
    )
  })
})
