import { expect, test } from 'vitest'
import { pnpmCommand } from '../pnpm.mjs'

test('pnpm is started by the npm that started us, else by npx, always in one exact version', () => {
  const byNpm = pnpmCommand(['install'], { npm_execpath: '/usr/lib/node_modules/npm/bin/npm-cli.js' })
  expect(byNpm.file).toBe(process.execPath)
  expect(byNpm.args.slice(1)).toEqual(['exec', '--yes', '--', expect.stringMatching(/^pnpm@\d+\.\d+\.\d+$/), 'install'])
  const byNpx = pnpmCommand(['install'], { npm_execpath: '/somewhere/pnpm' })
  expect([byNpx.file, ...byNpx.args]).toEqual(['npx', '--yes', byNpm.args[4], 'install'])
})

test('a person’s registry, proxy and certificates reach pnpm; what npm says of the script it runs does not', () => {
  const kept = {
    PATH: '/bin',
    HTTPS_PROXY: 'http://proxy',
    npm_config_registry: 'https://mirror',
    npm_config_cafile: '/ca.crt',
  }
  const dropped = {
    INIT_CWD: '/elsewhere',
    npm_command: 'run-script',
    npm_config_user_agent: 'npm/11',
    npm_lifecycle_event: 'test',
    npm_package_json: '/elsewhere/package.json',
  }
  const { env } = pnpmCommand([], { ...kept, ...dropped }).options
  expect(env).toMatchObject(kept)
  expect(Object.keys(dropped).filter((name) => name in env)).toEqual([])
})
