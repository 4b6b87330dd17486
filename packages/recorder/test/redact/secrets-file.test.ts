import { execFileSync } from 'node:child_process'
import { symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ContrailError } from '@contrail/core'
import { expect, test } from 'vitest'
import { readSecretSources } from '../../src/index.ts'
import { RunRedactor } from '../../src/redact/run-redactor.ts'
import { memoryDirectory } from '../support/temporary-directory.ts'

async function fileWith(content: string | Uint8Array): Promise<string> {
  const path = join(await memoryDirectory(), 'secrets')
  await writeFile(path, content)
  return path
}

async function valuesIn(content: string): Promise<string[]> {
  const { secrets } = await readSecretSources({ secretsFile: await fileWith(content), variables: {} })
  return secrets.map(({ value }) => value)
}

test.each([
  ['A=commentSecret1 # prod', 'commentSecret1'],
  ['A=commentSecret1#prod', 'commentSecret1'],
  ['B = spacedSecret2', 'spacedSecret2'],
  ['C="quotedSecret3" # c', 'quotedSecret3'],
  [`C: 'quotedSecret3' # it's`, 'quotedSecret3'],
  ['my-key=dashSecret4', 'dashSecret4'],
  ['db/password=slashSecret4', 'slashSecret4'],
  ['D: colonSecret5', 'colonSecret5'],
  ['D: colonSecret5 # c', 'colonSecret5'],
  ['E="over\\nlines6"', 'over\nlines6'],
  ['E="over\nlines6"\r\nF=other', 'over\nlines6'],
  ['G=firstSecret7\nG=secondSecret7', 'firstSecret7'],
  ['\ufeffH=afterMark8', 'afterMark8'],
  ['I=a=b:c=equals9', 'a=b:c=equals9'],
  ['carriage\rreturn10', 'return10'],
])('%j in a file of secrets names %j', async (content, value) => {
  expect(await valuesIn(content)).toContain(value)
})

test('a URL and a pair in a file of secrets are one secret, and none of their words is', async () => {
  expect(await valuesIn('https://shop.example/?page=home\nadmin:word')).toEqual([
    'https://shop.example/?page=home',
    'admin:word',
  ])
})

test('what is no name of a variable is not told: it may be the first half of a secret', async () => {
  const { secrets } = await readSecretSources({ secretsFile: await fileWith('s3cr3t-half=rest'), variables: {} })
  expect(secrets.map(({ name }) => name)).toEqual(['line 1', 'line 1'])
})

test('the recorder and the search read one file of secrets alike: through a link, and only text of a regular file', async () => {
  const folder = await memoryDirectory()
  await writeFile(join(folder, 'mounted'), 'linkedSecret1')
  await symlink('mounted', join(folder, 'link'))
  await symlink('link', join(folder, 'link-to-link'))
  await writeFile(join(folder, 'utf-16'), Buffer.from('wideSecret2', 'utf16le'))
  await writeFile(join(folder, 'utf-16-with-mark'), Buffer.from('\ufeffЖЖЖЖ', 'utf16le'))
  await writeFile(join(folder, 'latin-1'), Buffer.from('pässwort', 'latin1'))
  execFileSync('mkfifo', [join(folder, 'fifo')])
  await symlink('fifo', join(folder, 'link-to-fifo'))
  await symlink('/dev/zero', join(folder, 'link-to-device'))
  const outcomes: Record<string, readonly [string, string]> = {}
  for (const name of ['link-to-link', 'utf-16', 'utf-16-with-mark', 'latin-1', 'link-to-fifo', 'link-to-device']) {
    const secretsFile = join(folder, name)
    outcomes[name] = [
      await outcomeOf(async () => (await readSecretSources({ secretsFile, variables: {} })).secrets[0]?.value ?? ''),
      await outcomeOf(async () => new RunRedactor({ secretsFile }).redactor.text('linkedSecret1').slice(0, 20)),
    ]
  }
  expect(outcomes).toEqual({
    'link-to-link': ['linkedSecret1', '[redacted:registered'],
    'utf-16': ['FILE_INVALID', 'FILE_INVALID'],
    'utf-16-with-mark': ['FILE_INVALID', 'FILE_INVALID'],
    'latin-1': ['FILE_INVALID', 'FILE_INVALID'],
    'link-to-fifo': ['FILE_UNSAFE', 'FILE_UNSAFE'],
    'link-to-device': ['FILE_UNSAFE', 'FILE_UNSAFE'],
  })
})

/** The result of work, or the code of the error that it throws. */
async function outcomeOf(work: () => Promise<string>): Promise<string> {
  try {
    return await work()
  } catch (cause) {
    return (cause as ContrailError).code
  }
}
