import type { FoundBrowser } from '@contrail/browser'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

type Answer = { found?: FoundBrowser; error?: { name: string; code: string; message: string } }

let folder = ''
/** Programs that only say a version: enough to be found. */
let browsers: Record<'named' | 'chrome' | 'edge' | 'mute', string>
/** The place where Playwright would have installed its own browser, in the folder `playwright-own`. */
let ownPlace = ''
const program = fileURLToPath(new URL('./programs/find-browser.ts', import.meta.url))
const finders = new Map<string, { child: ChildProcess; ask: (question: string) => Promise<string> }>()

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'contrail-find-'))
  const place = async (name: string, version: string): Promise<string> => {
    const file = path.join(folder, name)
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, `#!/bin/sh\necho "${version}"\n`, { mode: 0o755 })
    return file
  }
  browsers = {
    named: await place('named', 'Chromium 101.0.1 built somewhere'),
    chrome: await place('two/google-chrome', 'Google Chrome 102.0.5'),
    edge: await place('one/microsoft-edge', 'Microsoft Edge 103.0.5'),
    mute: await place('mute', ''),
  }
  await writeFile(path.join(folder, 'not-executable'), 'text')
  finderFor('none')
  ownPlace = await finderFor('own').ask('"place"')
  await mkdir(path.dirname(ownPlace), { recursive: true })
  await copyFile(browsers.named, ownPlace)
})

afterAll(async () => {
  for (const { child } of finders.values()) child.kill()
  await rm(folder, { recursive: true, force: true })
})

/** A process for each place of Playwright's browsers, which Playwright reads once, when it is loaded. */
function finderFor(playwright: string): { ask: (question: string) => Promise<string> } {
  const known = finders.get(playwright)
  if (known) return known
  const child = spawn(process.execPath, ['--conditions=@contrail/source', program], {
    env: { ...process.env, PLAYWRIGHT_BROWSERS_PATH: path.join(folder, `playwright-${playwright}`) },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })
  const ask = async (question: string): Promise<string> => {
    const answered = once(lines, 'line')
    child.stdin.write(`${question}\n`)
    return ((await answered) as [string])[0]
  }
  const finder = { child, ask }
  finders.set(playwright, finder)
  return finder
}

async function find(env: NodeJS.ProcessEnv, platform = 'linux', playwright = 'none'): Promise<Answer> {
  return JSON.parse(await finderFor(playwright).ask(JSON.stringify([env, platform]))) as Answer
}

test('a browser that is named comes first, and says its version', async () => {
  const env = { PATH: path.join(folder, 'two') }
  const contrail = await find({ ...env, CONTRAIL_BROWSER: browsers.named, CHROME_PATH: browsers.edge })
  expect(contrail.found).toMatchObject({
    source: 'CONTRAIL_BROWSER',
    executablePath: browsers.named,
    version: '101.0.1',
  })
  const chromePath = await find({ ...env, CHROME_PATH: browsers.edge })
  expect(chromePath.found).toMatchObject({ source: 'CHROME_PATH', executablePath: browsers.edge })
  const mute = await find({ CONTRAIL_BROWSER: browsers.mute })
  expect(mute.found).not.toHaveProperty('version')
})

test.each(['CONTRAIL_BROWSER', 'CHROME_PATH'])('a %s that is wrong is an error and never passed over', async (name) => {
  for (const wrong of ['missing', 'not-executable', 'one']) {
    const { error } = await find({ PATH: path.join(folder, 'two'), [name]: path.join(folder, wrong) })
    expect(error).toMatchObject({ name: 'ContrailError', code: 'BROWSER_NOT_FOUND' })
    expect(error?.message).toContain(`${name} is set to ${JSON.stringify(path.join(folder, wrong))}`)
  }
})

test("Playwright's own browser comes before the system's, where it is installed", async () => {
  const env = { PATH: path.join(folder, 'two') }
  expect((await find(env)).found).toMatchObject({
    source: 'system',
    executablePath: browsers.chrome,
    version: '102.0.5',
  })
  const own = await find(env, 'linux', 'own')
  expect(own.found).toMatchObject({ source: 'playwright', executablePath: ownPlace, version: '101.0.1' })
})

test('a word says which of the three is meant, whatever else is there', async () => {
  const env = { PATH: path.join(folder, 'two'), CHROME_PATH: browsers.edge }
  const found = async (CONTRAIL_BROWSER: string) => (await find({ ...env, CONTRAIL_BROWSER }, 'linux', 'own')).found
  expect(await found('system')).toMatchObject({ source: 'system', executablePath: browsers.chrome, version: '102.0.5' })
  expect(await found('playwright')).toMatchObject({ source: 'playwright', executablePath: ownPlace })
})

test.runIf(process.platform === 'linux' && process.arch === 'x64')(
  'the word npm takes the browser of the package, though there are others',
  async () => {
    const { HOME, XDG_CACHE_HOME } = process.env
    const env = { HOME, XDG_CACHE_HOME, PATH: path.join(folder, 'two'), CONTRAIL_BROWSER: 'npm' }
    const { found } = await find(env, 'linux', 'own')
    expect(found).toMatchObject({ source: '@sparticuz/chromium' })
    expect(found?.executablePath).toContain(path.join('contrail', 'chromium-'))
  },
)

test.each([
  [
    'system',
    'aix',
    'CONTRAIL_BROWSER is system, but the system has neither Chrome nor Chromium nor Edge',
    'apt-get install chromium',
  ],
  [
    'playwright',
    'linux',
    'CONTRAIL_BROWSER is playwright, but Playwright has installed none',
    'npx playwright install chromium',
  ],
  [
    'npm',
    'darwin',
    'CONTRAIL_BROWSER is npm, but that one runs on Linux x64 alone, and this is darwin',
    'set CONTRAIL_BROWSER',
  ],
])(
  'where the browser of the word %s is not there, the error says so, and what to do',
  async (word, platform, told, cure) => {
    const { error } = await find({ PATH: path.join(folder, 'two'), CONTRAIL_BROWSER: word }, platform)
    expect(error).toMatchObject({ name: 'ContrailError', code: 'BROWSER_NOT_FOUND' })
    expect(error?.message).toContain(told)
    expect(error?.message).toContain(cure)
  },
)

test('of the system, Chrome comes before Edge, wherever in PATH they stand', async () => {
  const { found } = await find({ PATH: `${path.join(folder, 'one')}:${path.join(folder, 'two')}` })
  expect(found).toMatchObject({ source: 'system', executablePath: browsers.chrome })
})

test('where there is none, one error names four cures', async () => {
  const { error } = await find({}, 'aix')
  expect(error).toMatchObject({ name: 'ContrailError', code: 'BROWSER_NOT_FOUND' })
  for (const cure of [
    'CONTRAIL_BROWSER',
    'npx playwright install',
    'apt-get install chromium',
    '@sparticuz/chromium',
  ]) {
    expect(error?.message).toContain(cure)
  }
})
