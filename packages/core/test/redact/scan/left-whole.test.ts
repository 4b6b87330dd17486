import { describe, expect, test } from 'vitest'
import { createRedactor } from '../../../src/redact/redactor.ts'
import type { PlainValue } from '../../../src/values/plain-value.ts'

const redactor = createRedactor({ fingerprint: () => '01234567' })
const brief = (text: string): string => redactor.text(text).replaceAll(/\[redacted:(\w+):[0-9a-f]{8}\]/g, '<$1>')
const key = 'aB3dE6gH9jK2mN5pQ8sT1vW4'

describe('what looks like a secret and is none is left whole', () => {
  test.each([
    // Ports of a container are no password of a command that it is named after.
    'docker run -d --name mongo -p 27017:27017 mongo:7',
    'docker run --name mysql -e X=1 -p3306:3306 mysql',
    'npx mongo -p 27018 up',
    // In English something is on a device, and much is in a field.
    'Set the password on iPhone15 first',
    'Change your password on Windows11',
    'I changed the password on shop24.example',
    'ERR_1001 in the password field',
    'Pressed Ctrl+A in the password field',
    'typed Shift+Tab in the password field',
    // In documentation words stand where a user and a password are to be filled in.
    'https://user:pass@example.com/',
    'postgres://user:password@localhost:5432/db',
    'http://username:your_password@proxy.example.com:8080',
    'mysql://USER:PASSWORD@HOST:3306/DATABASE',
    'https://<user>:<token>@github.com/o/r.git',
    // Under the bare word stands who is one.
    '| Name | Secret |\n| --- | --- |\n| ada | bob |\n| bob | library |',
    'NAMESPACE\tSECRET\tAGE\nprod\tdb-credentials\t3d',
    '{"columns":["player","secret"],"rows":[["ada","library"],["bob","waterfall"]]}',
    '{"secret":"Santa party"}',
    'Found 3 matches for @username in password.ts',
    'There is input#pass2 in the password form',
    'Using credentials arn:aws:iam::123456789012:role/deploy',
    'const x = usePassword("signup-form")',
    'options: ["--user", "--password", "--log-level=2"]',
    'Input Password    css=#pw    %{PW}',
    'sqlplus system/&pw@db',
    'CVC 2023/2024',
    // Other manifests, also beside that of a Secret.
    'kind: SecretProviderClass\ndata:\n  roleName: app-reader\n',
    'items:\n- apiVersion: v1\n  data:\n    REGION: eu-central-1\n  kind: ConfigMap\n- apiVersion: v1\n  kind: Secret\n  metadata:\n    name: x',
    'items:\n- apiVersion: v1\n  data:\n    a: ""\n  kind: Secret\n  metadata:\n    name: registry-settings\n- data:\n    REGION: eu-central-1',
    '{"items":[{"apiVersion":"v1","data":{"REGION":"eu-central-1"},"kind":"ConfigMap"},{"apiVersion":"v1","data":{},"kind":"Secret"},{"apiVersion":"v1","data":{"REGION":"eu-central-1"},"kind":"ConfigMap"}]}',
    '{"kind":"Secret","name":"a"} then {"data":{"title":"Lampshade"}}',
    '{"data":{"viewer":"ada-lovelace"}}\n{"kind": "Secret"}',
    '{"path": "src/auth/token", "value": "renamed-2"}',
    '- textbox "Card number": ••••••••••••4242',
  ])('%s', (text) => {
    expect(redactor.text(text)).toBe(text)
  })

  test.each<{ value: PlainValue }>([
    { value: { deviceCode: 'DESKTOP' } },
    { value: ['--username', '--password', '--log-level=2'] },
    { value: { path: '/reset-password', value: 'Forgot?' } },
    { value: { path: 'src/secret', value: 'file12345' } },
  ])('$value', ({ value }) => {
    expect(redactor.value(value)).toEqual(value)
  })
})

describe('and what stands beside it is found', () => {
  test.each([
    ['docker exec mongo redis-cli -a Hunter22x!', 'docker exec mongo redis-cli -a <password>'],
    ['mongo -u ada -p Hunter22x! shop', 'mongo -u ada -p <password> shop'],
    ['Input Password    css=#pw    $unshine42', 'Input Password    css=#pw    <password>'],
    ['Salasana on Hunter22x!', 'Salasana on <password>'],
    ['I typed Hunter22x! in the password field', 'I typed <password> in the password field'],
    ['run("app", "-x", "--password", "Hunter22x!")', 'run("app", "-x", "--password", "<password>")'],
    ['DefaultPassword    REG_SZ    Hunter22x!', 'DefaultPassword    REG_SZ    <password>'],
    [
      `items:\n- apiVersion: v1\n  data:\n    x: ${key}\n  kind: Secret\n`,
      'items:\n- apiVersion: v1\n  data:\n    x: <secret>\n  kind: Secret\n',
    ],
    [
      `{"apiVersion":"v1","kind":"Secret","data":{"x":"${key}"}}\n---\nkind: Secret\ndata:\n  y: ${key}\n`,
      '{"apiVersion":"v1","kind":"Secret","data":{"x":"<secret>"}}\n---\nkind: Secret\ndata:\n  y: <secret>\n',
    ],
    [
      `{"kind":"Secret","apiVersion":"v1","metadata":{"managedFields":[{"apiVersion":"v1"}]},"data":{"x":"${key}"}}`,
      '{"kind":"Secret","apiVersion":"v1","metadata":{"managedFields":[{"apiVersion":"v1"}]},"data":{"x":"<secret>"}}',
    ],
    [
      '{"op": "replace", "path": "/password", "value": "Hunter22x!"}',
      '{"op": "replace", "path": "/password", "value": "<password>"}',
    ],
    ['postgres://postgres:password@db', 'postgres://<url_userinfo>@db'],
    ['https://user:Hunter22x@a.test/', 'https://<url_userinfo>@a.test/'],
    ['| Name | Secret |\n| --- | --- |\n| ada | Hunter22x! |', '| Name | Secret |\n| --- | --- |\n| ada | <secret> |'],
  ])('%s', (text, expected) => {
    expect(brief(text)).toBe(expected)
  })
})

test.each<[string, string]>([
  [`- textbox "Password": "${'x'.repeat(39)}"\n`, `- textbox "Password": "${'y'.repeat(39)}"\n`],
  [`${'a'.repeat(89)}. REG_SZ `, `${'a'.repeat(89)}. REG_AZ `],
])('reads %s no slower than what is like it', (piece, like) => {
  const took = (text: string): number => {
    const before = process.threadCpuUsage()
    redactor.text(text)
    return process.threadCpuUsage(before).user / 1_000
  }
  const quickest = (part: string): number =>
    Math.min(...Array.from({ length: 3 }, (_, round) => took(`${round}\n${part.repeat(4_000)}`)))
  expect(quickest(piece)).toBeLessThan(3 * Math.max(quickest(like), 25))
})
