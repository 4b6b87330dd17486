/** Record the demo below the folder given, in the run `demo`, and print what the command says of it, as JSON. */
import { runDemo } from '../packages/contrail/src/commands/demo.ts'
import { plain } from '../packages/contrail/src/terminal/command-result.ts'

const [root = ''] = process.argv.slice(2)
const env = { ...process.env, CI: '1', CONTRAIL_COMMAND: 'contrail' }
const { exitCode, text, json } = await runDemo({ root, runId: 'demo', headed: false, paint: plain, env, cwd: root })
console.log(JSON.stringify({ exitCode, text, json }))
