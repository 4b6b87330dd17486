import { createProgress } from '../terminal/progress.ts'
import { parsePort } from '../terminal/parse-quantity.ts'
import { asArgument, type Making } from './making.ts'

const pricesHelp = 'dollars for a million tokens, by model, as JSON; default CONTRAIL_PRICES'

/** Add the commands that record a demo, list recordings, tell them and show them. */
export function addLookingCommands(making: Making): void {
  const { add, named, chosen, streams, json, paint, columns } = making
  const { env, cwd } = streams
  add('demo', 'let an agent shop for lamps in three modes, and record it', async (_, flags) => {
    const { runDemo } = await import('../commands/demo.ts')
    const onProgress = await createProgress(json ? undefined : streams)
    const { root, headed = false } = flags
    return runDemo({ root, headed, paint, onProgress, env, cwd })
  })
    .option('--headed', 'show the browser')
    .option('--root <directory>', 'where to record; default CONTRAIL_ROOT, else .trajectories')
  add('ls [root]', 'list recordings', async (root) => {
    const { listRecordings } = await import('../commands/ls.ts')
    return listRecordings({ root, paint, columns, env, cwd })
  })
  add('show [directory]', 'tell a recording in under 40 lines', async (directory) => {
    const { showRecording } = await import('../commands/show/show.ts')
    return showRecording({ directory: await chosen(directory), paint, columns, env, cwd })
  })
  add('why <recording>', 'say why a run went as it went: 0 it went well, 1 it did not', async (name = '', flags) => {
    const { explainRun } = await import('../commands/answer/why.ts')
    const { prices: pricesFile } = flags
    return explainRun({ directory: await named(name), name, pricesFile, paint, columns, env, cwd })
  }).option('--prices <file>', pricesHelp)
  add('view [place]', 'see recordings in a browser: a root, or one of them', async (place, flags) => {
    const { viewRecordings } = await import('../commands/view.ts')
    const { openInterruption } = await import('../terminal/interruption.ts')
    const { userInfo } = await import('node:os')
    const { port, host, open = false, annotator = userInfo().username } = flags
    const { stdout, stderr } = streams
    using interruption = openInterruption(() => undefined)
    const { signal } = interruption
    await viewRecordings({ place, port, host, open, annotator, json, signal, stdout, stderr, paint, env, cwd })
    return undefined
  })
    .option('--port <number>', 'where to listen; default: any port that is free', asArgument(parsePort))
    .option('--host <host>', 'default 127.0.0.1; any other than loopback shows the recordings to the network')
    .option('--open', 'open it in the browser')
    .option('--annotator <name>', 'who labels; default: the name of the user')
}
