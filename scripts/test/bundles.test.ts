import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as esbuild from 'esbuild'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import webpack from 'webpack'
import { repositoryRoot } from '../guards.ts'
import { buildPackages } from '../pack-packages.ts'
import { inFast } from '../test-size.ts'

/** An agent as small as can be, which names every door of the package. */
const agent = (doors: readonly string[]): string => `
import { TrajectoryRecorder } from 'contrail'
import { launchBrowser } from 'contrail/browser'
${doors.map((door, index) => `import * as door${index} from '${door}'`).join('\n')}

async function main() {
  const doors = [${doors.map((_, index) => `door${index}`).join(', ')}]
  if (doors.some((door) => Object.keys(door).length === 0)) throw new Error('a door is empty')
  const recorder = new TrajectoryRecorder({ taskSpec: { id: 'bundled', instruction: 'x' }, outputRoot: '.', runId: 'run', persist: true })
  await recorder.record({ type: 'step_finished', actionName: 'click', actionArgs: {}, reasoning: '', toolOutput: { ok: true } })
  const { steps } = await recorder.finish({ status: 'complete' })
  const lack = await launchBrowser().catch((cause) => cause.code ?? cause)
  console.log('recorded ' + steps.length + ' step, ' + lack)
}
main()
`

/**
 * Packages that no bundle takes in: each has code for the machine in it, or is there only where a user has installed
 * it.
 */
const external = ['playwright', 'playwright-core', '@sparticuz/chromium', 'sharp', '@duckdb/node-api']

type Bundle = (entry: string, folder: string) => Promise<unknown>
const bundlers: readonly (readonly [string, string, Bundle])[] = [
  ...(['esm', 'cjs'] as const).map(
    (format) =>
      [
        `esbuild (${format})`,
        format === 'esm' ? 'agent.mjs' : 'agent.cjs',
        (entry: string, folder: string) =>
          esbuild.build({
            entryPoints: [entry],
            outfile: join(folder, format === 'esm' ? 'agent.mjs' : 'agent.cjs'),
            bundle: true,
            platform: 'node',
            format,
            external,
            logLevel: 'silent',
          }),
      ] as const,
  ),
  // A form that esbuild makes is made once more by the larger sizes.
  ...inFast(['esm'] as const, ['esm', 'cjs'] as const).map(
    (format) =>
      [
        `rolldown (${format})`,
        format === 'esm' ? 'agent.mjs' : 'agent.cjs',
        async (entry: string, folder: string) => {
          const bundle = await rolldown({ input: entry, platform: 'node', external, logLevel: 'silent' })
          const file = join(folder, format === 'esm' ? 'agent.mjs' : 'agent.cjs')
          await bundle.write({ file, format, codeSplitting: false })
          await bundle.close()
        },
      ] as const,
  ),
  [
    'webpack',
    'agent.cjs',
    async (entry, folder) => {
      const compiler = webpack({
        entry,
        target: 'node',
        mode: 'none',
        externals: Object.fromEntries(external.map((name) => [name, `commonjs ${name}`])),
        output: { path: folder, filename: 'agent.cjs' },
      })
      const stats = await promisify(compiler.run.bind(compiler))()
      if (stats?.hasErrors()) throw new Error(stats.toString({ all: false, errors: true }))
      await promisify(compiler.close.bind(compiler))()
    },
  ],
]

let source = ''
let entry = ''
let recorderVersion = ''
beforeAll(async () => {
  // Bundles are made of what is published.
  await buildPackages()
  const manifest = JSON.parse(await readFile(join(repositoryRoot, 'packages/contrail/package.json'), 'utf8')) as {
    exports: Record<string, unknown>
  }
  recorderVersion = await versionOf('packages/recorder/package.json')
  // The door to an optional package waits until that is loaded, which CommonJS cannot.
  const doors = Object.keys(manifest.exports)
    .map((door) => door.replace(/^\./, 'contrail'))
    .filter((door) => door !== 'contrail/analysis')
  // Where the package can be found; what is made of it stands elsewhere.
  await mkdir(join(repositoryRoot, 'node_modules/.cache'), { recursive: true })
  source = await mkdtemp(join(repositoryRoot, 'node_modules/.cache/bundles-'))
  entry = join(source, 'agent.mjs')
  await writeFile(entry, agent(doors))
})

afterAll(() => (source === '' ? undefined : rm(source, { recursive: true, force: true })))

test.each(bundlers)(
  'an agent that %s has made one file of records where there is nothing else',
  async (_, file, bundle) => {
    const folder = await mkdtemp(join(tmpdir(), 'contrail-bundle-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    await bundle(entry, folder)
    // Nor is there what whoever started the tests has named.
    const { NODE_OPTIONS: _options, NODE_PATH: _path, ...env } = process.env
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, file)], {
      cwd: folder,
      env,
      encoding: 'utf8',
    })
    expect({ status, stdout, stderr }).toEqual({
      status: 0,
      stdout: 'recorded 1 step, PLAYWRIGHT_MISSING\n',
      stderr: '',
    })
    expect(await readdir(join(folder, 'run/bundled'))).toContain('trajectory.json')
    const [line = ''] = (await readFile(join(folder, 'run/bundled/core.log'), 'utf8')).split('\n')
    // What stands above a bundle is somebody else's; webpack writes down where each module came from, and that is still there.
    const { tool } = (JSON.parse(line) as { event: { tool: { name: string; version?: string } } }).event
    expect([undefined, recorderVersion]).toContain(tool.version)
    expect(tool.name).toBe('contrail')
  },
)

async function versionOf(manifest: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(repositoryRoot, manifest), 'utf8')) as { version: string }
  return version
}
