import { runEnds, runOrders, verdictWords } from '../commands/choose-runs.ts'
import { createProgress } from '../terminal/progress.ts'
import { parseAnnotator, parseCount, parseDuration, parsePort } from '../terminal/parse-quantity.ts'
import { UsageError } from '../terminal/usage-error.ts'
import { asArgument, pricesHelp, wordOption, wordsOption, type Making } from './definition.ts'

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
  add('ls [root]', 'list recordings', async (root, flags) => {
    const { listRecordings } = await import('../commands/ls.ts')
    const { status, verdict, since: sinceMs, task, failed, limit, sort } = flags
    const choice = { status, verdict, sinceMs, task, failed, limit, sort }
    return listRecordings({ root, choice, paint, columns, env, cwd })
  })
    .addOption(wordsOption('--status <a,b>', 'only what ended so', runEnds))
    .addOption(wordOption('--verdict <word>', 'only with such a verdict', verdictWords))
    .option('--since <duration>', 'only what started within e.g. 2h, 7d', asArgument(parseDuration))
    .option('--task <glob>', 'only tasks whose id fits, e.g. "buy-*"')
    .option('--failed', 'only with failed steps')
    .option('--limit <number>', 'no more than so many, the newest first', asArgument(parseCount))
    .addOption(wordOption('--sort <by>', 'the most first', runOrders))
  add('show [recording]', 'tell a recording in under 40 lines, or one part of it', async (name, flags) => {
    const { step, errors, grep, digest } = flags
    const asked = [step, errors, grep, digest].filter((one) => one !== undefined)
    if (asked.length > 1) throw new UsageError('expected one of --step, --errors, --grep and --digest, got several')
    const input = { directory: await chosen(name), name, paint, columns, env, cwd }
    if (step !== undefined) return (await import('../commands/show/step.ts')).showStep({ ...input, number: step })
    if (errors) return (await import('../commands/show/errors.ts')).showErrors(input)
    if (grep !== undefined) return (await import('../commands/show/grep.ts')).grepRecording({ ...input, text: grep })
    if (digest !== undefined)
      return (await import('../commands/show/digest.ts')).digestRecording({ ...input, tokens: digest })
    const { showRecording } = await import('../commands/show/show.ts')
    return showRecording(input)
  })
    .option('--step <number>', 'everything of one step, from 1', asArgument(parseCount))
    .option('--errors', 'every step that failed, and what failed on the page')
    .option('--grep <text>', 'every place that holds a text, in any case')
    .option('--digest <tokens>', 'the run within so many tokens of 4 characters', asArgument(parseCount))
  add('why <recording>', 'say why a run went as it went: 0 it went well, 1 it did not', async (name = '', flags) => {
    const { explainRun } = await import('../commands/answer/why.ts')
    const { prices: pricesFile } = flags
    return explainRun({ directory: await named(name), name, pricesFile, paint, columns, env, cwd })
  }).option('--prices <file>', pricesHelp)
  const tail = add('tail <recording>', 'follow a run, a line an event: 0 it came to its end', async (name = '') => {
    const { tailRecording } = await import('../commands/answer/tail.ts')
    const { openInterruption } = await import('../terminal/interruption.ts')
    using interruption = openInterruption(() => undefined)
    const { signal } = interruption
    const { stdout } = streams
    return await tailRecording({ directory: await named(name), json, signal, stdout, paint, columns, env, cwd })
  })
  const inLines = tail.options.find(({ long }) => long === '--json')
  if (inLines) inLines.description = 'say each event as one line of JSON'
  add('view [place]', 'see recordings in a browser: a root, or one of them', async (place, flags) => {
    const { viewRecordings } = await import('../commands/show/view.ts')
    const { openInterruption } = await import('../terminal/interruption.ts')
    const { userInfo } = await import('node:os')
    const { port, host, open = false, annotator = userInfo().username, prices: pricesFile } = flags
    const { stdout, stderr } = streams
    using interruption = openInterruption(() => undefined)
    const { signal } = interruption
    const shown = { place, port, host, open, annotator, pricesFile }
    await viewRecordings({ ...shown, json, signal, stdout, stderr, paint, env, cwd })
    return undefined
  })
    .option('--port <number>', 'where to listen; default: any port that is free', asArgument(parsePort))
    .option('--host <host>', 'default 127.0.0.1; any other than loopback shows the recordings to the network')
    .option('--open', 'open it in the browser')
    .option('--annotator <name>', 'who labels; default: the name of the user', asArgument(parseAnnotator))
    .option('--prices <file>', pricesHelp)
}
