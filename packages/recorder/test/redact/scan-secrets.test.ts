import { execFileSync } from 'node:child_process'
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readSecretSources, scanForSecrets } from '../../src/index.ts'
import { scanForSecretsOn } from '../../src/redact/scan-secrets.ts'
import { png, screenshot, stepFinished } from '../support/evidence.ts'
import { failingIo } from '../support/intercepted-io.ts'
import { createRecorder, directoryOf, recordAll, recordWholeRun } from '../support/recording.ts'
import { memoryDirectory } from '../support/temporary-directory.ts'

const secret = 'hunter2/Ünter "quoted"&more'
const secrets = [{ name: 'SHOP_PASSWORD', value: secret }]

async function directoryWith(files: Record<string, string | Uint8Array>): Promise<string> {
  const directory = await memoryDirectory()
  for (const [name, contents] of Object.entries(files)) {
    await mkdir(join(directory, name, '..'), { recursive: true })
    await writeFile(join(directory, name), contents)
  }
  return directory
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')

const forms: Record<string, [form: string, text: string]> = {
  plain: ['plain', secret],
  'JSON-escaped': ['json', JSON.stringify(secret).slice(1, -1)],
  'JSON in JSON': ['json', JSON.stringify(JSON.stringify(secret)).slice(3, -3)],
  'percent-escaped': ['percent', encodeURIComponent(secret)],
  'a form value': ['percent', new URLSearchParams({ q: secret }).toString().slice(2)],
  hex: ['hex', Buffer.from(secret).toString('hex')],
  'upper-case hex': ['hex', Buffer.from(secret).toString('hex').toUpperCase()],
  base64: ['base64', base64(secret)],
  base64url: ['base64url', base64('ÿÿÿ') && Buffer.from(`ÿ~${secret}~ÿ`).toString('base64url')],
  'base64 behind one byte': ['base64', base64(`a${secret}`)],
  'base64 behind two bytes': ['base64', base64(`ab${secret}!`)],
  'base64 in a longer text': ['base64', base64(`user:${secret}:and more`)],
}

test.each(Object.entries(forms))(
  'a secret is found %s, with its file, offset and form, and is never said',
  async (_, [form, text]) => {
    const directory = await directoryWith({ 'a/b.json': `{"typed":"${text}"}`, 'clean.txt': 'nothing' })
    const report = await scanForSecrets(directory, secrets)
    expect(report.findings).toHaveLength(1)
    const [finding] = report.findings
    expect(finding).toMatchObject({ file: 'a/b.json', where: 'content', kind: 'registered', name: 'SHOP_PASSWORD' })
    expect(finding?.form).toBe(form)
    expect(Math.abs((finding?.offset ?? 0) - '{"typed":"'.length)).toBeLessThan(9)
    expect(JSON.stringify(report)).not.toContain('hunter2')
    expect(report).toMatchObject({ fileCount: 2, unread: [], more: false })
  },
)

test('a secret is found among the bytes of a picture', async () => {
  const directory = await directoryWith({ 'shot.png': png(`\0\0\xff${secret}\0`) })
  expect((await scanForSecrets(directory, secrets)).findings).toMatchObject([{ file: 'shot.png', form: 'plain' }])
})

test('no border between the pieces in which a large file is read hides a secret, and none tells it twice', async () => {
  const value = 'q7-canary-w9'
  const spellings = [value, value.replaceAll('-', '%2D'), Buffer.from(value).toString('hex')]
  const filler = 'lorem ipsum '.repeat(100_000)
  const files: Record<string, string> = {}
  const places: string[] = []
  // From before the first border to where the piece after it can see.
  for (let place = 999_960; place < 1_000_100; place += 10) {
    const name = `${place}.txt`
    places.push(`${name} ${place}`)
    files[name] = filler.slice(0, place) + spellings[(place / 10) % spellings.length] + filler.slice(0, 70_000)
  }
  const report = await scanForSecrets(await directoryWith(files), [{ name: 'canary', value }])
  const found = report.findings.map(({ file, offset }) => `${file} ${offset}`)
  expect(new Set(found)).toEqual(new Set(places))
  expect(found).toHaveLength(places.length)
  expect(report.sizeBytes).toBe(Object.values(files).reduce((total, text) => total + text.length, 0))
})

test('a secret in the name of a file or folder is found, and the name is masked wherever it is said', async () => {
  const value = 'tok-55aa66bb'
  const directory = await directoryWith({ [`x-${value}/clean.txt`]: 'nothing', [`y/${value}.txt`]: value })
  await symlink('/nowhere', join(directory, `link-${value}`))
  const report = await scanForSecrets(directory, [{ name: 'line 1', value }])
  expect(report.findings).toMatchObject([
    { file: 'link-[secret]', where: 'name', offset: 5 },
    { file: 'x-[secret]', where: 'name', offset: 2 },
    { file: 'y/[secret].txt', where: 'name', offset: 2 },
    { file: 'y/[secret].txt', where: 'content', offset: 0 },
  ])
  expect(report.unread).toMatchObject([{ file: 'link-[secret]' }])
  expect(JSON.stringify(report)).not.toContain(value)
})

const jwt = `${base64('{"alg":"HS256"}').replace(/=+$/, '')}.${base64('{"sub":"1234567890"}').replace(/=+$/, '')}.c2lnbmF0dXJlLW9mLXRoaXM`
const pem = `-----BEGIN PRIVATE KEY-----\n${'A1b2'.repeat(16)}\n${'C3d4'.repeat(16)}\n-----END PRIVATE KEY-----`

test.each([
  ['jwt', jwt],
  ['github_token', `ghp_${'a1B2'.repeat(9)}`],
  ['aws_key', 'AKIAIOSFODNN7EXAMPL3'],
  ['openai_key', `sk-${'a1B2c3'.repeat(8)}`],
  ['pem', pem],
])('what is a %s by its shape is found without being registered, also escaped', async (kind, value) => {
  const text = `${'.'.repeat(999_990)} ${value} `
  const directory = await directoryWith({
    'a.txt': `key: ${value}\n`,
    'b.json': JSON.stringify({ value }),
    'c.txt': text,
  })
  const { findings } = await scanForSecrets(directory, [])
  expect(findings).toEqual([
    { file: 'a.txt', where: 'content', offset: 5, kind, form: 'shape' },
    { file: 'b.json', where: 'content', offset: 10, kind, form: 'shape' },
    { file: 'c.txt', where: 'content', offset: 999_991, kind, form: 'shape' },
  ])
})

test('a recording of ours without secrets is clean, and one that typed a secret is not', async () => {
  const clean = await recordWholeRun(await memoryDirectory())
  expect(await scanForSecrets(clean, secrets)).toMatchObject({ findings: [], unread: [] })
  const root = await memoryDirectory()
  const recorder = createRecorder(root)
  await recordAll(recorder, [screenshot(png('x')), stepFinished({ actionArgs: { text: 'correct-horse-9' } })])
  await recorder.finish()
  const { findings } = await scanForSecrets(directoryOf(recorder), [{ name: 'line 1', value: 'correct-horse-9' }])
  expect([...new Set(findings.map(({ file }) => file))].toSorted()).toEqual(['core.log', 'trajectory.json'])
  // A root with all its runs is searched the same.
  expect((await scanForSecrets(root, [{ name: 'line 1', value: 'correct-horse-9' }])).findings).toHaveLength(
    findings.length,
  )
})

test('what cannot be searched is told: a link, a FIFO, a disk that fails', async () => {
  const directory = await directoryWith({ 'fine.txt': 'x', 'broken.txt': secret, 'sub/fine.txt': 'x' })
  await symlink(join(directory, 'fine.txt'), join(directory, 'link'))
  execFileSync('mkfifo', [join(directory, 'fifo')])
  const io = failingIo(({ name, path }) => name === 'read' && path.endsWith('broken.txt'))
  const { unread, findings } = await scanForSecretsOn(io, directory, secrets)
  expect(unread.map(({ file }) => file)).toEqual(['broken.txt', 'fifo', 'link'])
  expect(findings).toEqual([])
  await rm(directory, { recursive: true })
  await expect(scanForSecrets(directory, secrets)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
})

test('a file names a secret a line, or as a .env; variables are named by patterns', async () => {
  const directory = await directoryWith({
    'secrets.env': [
      '# a comment',
      '',
      'plain-secret-value',
      'API_TOKEN=abc123def456',
      "export DB_PASSWORD='with spaces = and more'",
      'dGhpcyBpcyBiYXNlNjQ==',
      'SHORT=ab',
      'true',
    ].join('\r\n'),
  })
  const { secrets: found, unusable } = await readSecretSources({
    secretsFile: join(directory, 'secrets.env'),
    env: ['*_TOKEN', 'AWS_*_KEY', 'exact'],
    variables: {
      GITHUB_TOKEN: 'from-env-1',
      GITHUB_TOKEN_FILE: '/etc/hosts',
      AWS_SECRET_KEY: 'from-env-2',
      AWS_KEY: 'no',
      EXACT: 'from-env-3',
      exactly: 'no',
      EMPTY_TOKEN: '',
      PLAIN_TOKEN: 'Postgres',
    },
  })
  const values = found.map(({ value }) => value)
  expect(values).toEqual(
    expect.arrayContaining([
      'plain-secret-value',
      'abc123def456',
      'API_TOKEN=abc123def456',
      'with spaces = and more',
      'dGhpcyBpcyBiYXNlNjQ==',
      'from-env-1',
      'from-env-2',
      'from-env-3',
    ]),
  )
  expect(values).not.toContain('/etc/hosts')
  expect(found.find(({ value }) => value === 'abc123def456')?.name).toBe('API_TOKEN, line 4')
  expect(unusable).toEqual(['line 8', 'EMPTY_TOKEN', 'PLAIN_TOKEN'])
})

test('a secrets file that is not there is refused: nothing would be looked for', async () => {
  const secretsFile = join(await memoryDirectory(), 'none')
  await expect(readSecretSources({ secretsFile, variables: {} })).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
})
