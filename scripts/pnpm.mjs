/** The one pnpm this workspace is installed and packed with. It is a native program and runs under any Node >= 18. */
export const pnpm = 'pnpm@12.21.0'

/** What npm tells the scripts it runs about itself. A program started further down must not take it for its own. */
const spokenByNpm =
  /^(npm_(lifecycle|package)_|npm_config_(user_agent|local_prefix|npm_version)$|npm_command$|INIT_CWD$)/i

/**
 * How to start pnpm where nothing but Node and npm is installed: through npx, which keeps it for the next time.
 *
 * @param {string[]} args what pnpm is to do, e.g. `['install']`
 * @param {NodeJS.ProcessEnv} env the environment this program was given
 * @returns {{ file: string, args: string[], options: { env: NodeJS.ProcessEnv, shell: boolean } }} for `spawn`
 */
export function pnpmCommand(args, env = process.env) {
  const options = { env: quietEnvironment(env), shell: false }
  // npm names its own program; starting it with this Node works on every platform and with no npx on the PATH.
  const npm = env['npm_execpath']
  if (npm?.endsWith('npm-cli.js')) {
    return { file: process.execPath, args: [npm, 'exec', '--yes', '--', pnpm, ...args], options }
  }
  // On Windows npx is a batch file, which only a shell can start.
  return { file: 'npx', args: ['--yes', pnpm, ...args], options: { ...options, shell: process.platform === 'win32' } }
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv} the same without npm's words about the script it runs, and with npm's chatter off
 */
function quietEnvironment(env) {
  const kept = Object.entries(env).filter(([name]) => !spokenByNpm.test(name))
  return { ...Object.fromEntries(kept), npm_config_loglevel: 'error', npm_config_update_notifier: 'false' }
}
