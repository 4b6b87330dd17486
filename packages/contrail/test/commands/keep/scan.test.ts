import { symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { plain } from '../../../src/terminal/command-result.ts'
import { scan } from '../../../src/commands/keep/scan.ts'
import { makeRoot, record, step } from '../../recordings.ts'

function surroundings(cwd: string, env: Record<string, string> = {}) {
  return { env: { CONTRAIL_COMMAND: 'contrail', ...env }, cwd, paint: plain }
}

test('scan is 0 for a clean recording, 1 with the place and never the value, 2 for what it cannot search', async () => {
  const root = await makeRoot()
  const directory = await record(root, step('open-sesame-99'))
  const clean = await scan({ directory, ...surroundings(root) })
  expect(clean.exitCode).toBe(0)
  expect(clean.text).toMatch(/^No secret in \d+ files, .* looked for 0 registered secrets and for known shapes\.$/)

  await writeFile(path.join(root, 'secrets.txt'), 'open-sesame-99\nab\n')
  const found = await scan({ directory: root, secretsFile: 'secrets.txt', ...surroundings(root) })
  expect(found.exitCode).toBe(1)
  expect(found.text).toMatch(/^✗ run-1\/sample\/core\.log at byte \d+: registered, line 1, plain$/m)
  expect(found.text).toContain('line 2 is too short')
  const told = JSON.stringify(found).replaceAll('"file":"secrets.txt"', '')
  expect(told).not.toContain('open-sesame-99')

  const byVariable = surroundings(root, { MY_TOKEN: 'open-sesame-99' })
  expect((await scan({ directory, patterns: ['*_TOKEN'], ...byVariable })).exitCode).toBe(1)
  const byDefault = surroundings(root, { CONTRAIL_SECRETS_FILE: 'secrets.txt' })
  expect((await scan({ directory, ...byDefault })).exitCode).toBe(1)

  await symlink('/etc', path.join(directory, 'attachments'))
  const blind = await scan({ directory, ...surroundings(root) })
  expect(blind.exitCode).toBe(2)
  expect(blind.text).toMatch(/^not searched {2}attachments: .*link/m)
})

test('scan of what is no recording, or with a secrets file that is not there, is never clean', async () => {
  const root = await makeRoot()
  await expect(scan({ directory: root, ...surroundings(root) })).rejects.toMatchObject({ code: 'JOURNAL_MISSING' })
  const directory = await record(root, step('goto'))
  await expect(scan({ directory, secretsFile: 'none', ...surroundings(root) })).rejects.toMatchObject({
    code: 'FILE_UNREADABLE',
  })
})
