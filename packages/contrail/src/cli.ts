import { Command, CommanderError, InvalidArgumentError } from 'commander'
import type { Readable, Writable } from 'node:stream'
import { styleText } from 'node:util'
import { plain, type CommandResult, type ExitCode, type Paint, type PaintStyle } from './terminal/command-result.ts'
import { createConfirm } from './terminal/confirm.ts'
import { describeError, Problem } from './terminal/describe-error.ts'
import { parseDuration, parsePort, parseSize } from './terminal/parse-quantity.ts'
import { pickRecording } from './terminal/pick-recording.ts'
import type { Surroundings } from './terminal/places.ts'
import { toPrintableJson } from './terminal/printable.ts'
import { createProgress } from './terminal/progress.ts'
import { readVersion } from './terminal/version.ts'

/** The outside of the program. */
export interface CliStreams extends Surroundings {
  readonly stdin: Readable & { isTTY?: boolean }
  readonly stdout: Writable & { isTTY?: boolean; columns?: number }
  readonly stderr: Writable & { isTTY?: boolean }
}

type Flags = {
  root?: string
  headed?: boolean
  dryRun?: boolean
  force?: boolean
  yes?: boolean
  olderThan?: number
  maxSize?: number
  agentFrames?: boolean
  secretsFile?: string
  env?: string[]
  into?: string
  from?: string
  port?: number
  host?: string
  open?: boolean
  annotator?: string
}
/** A command that has said all it had to say by itself has no result. */
type Run = (
  argument: string | undefined,
  flags: Flags,
  second: string | undefined,
) => Promise<CommandResult | undefined>

/**
 * Run the command line. All that is said goes to `stdout`: text, or with `--json` exactly one document, also of an error.
 * Never throws for what a user did or a disk said.
 *
 * @param words what was typed after the program's name
 * @returns the exit code
 */
export async function runCli(words: readonly string[], streams: CliStreams): Promise<ExitCode> {
  const json = words.includes('--json')
  let result: CommandResult | undefined
  const program = createProgram(streams, json, async (run) => {
    result = await run()
  })
  try {
    await program.parseAsync([...words], { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0
    result = describeError(error)
    // Commander has said it on stderr already, with the usage beside it.
    if (error instanceof CommanderError && !json) return 64
  }
  if (!result) return 0
  const out = json ? streams.stdout : result.json instanceof Problem ? streams.stderr : streams.stdout
  for (const piece of json ? toPrintableJson(result.json) : [result.text]) out.write(piece)
  out.write('\n')
  return result.exitCode
}

function createProgram(
  streams: CliStreams,
  json: boolean,
  hold: (run: () => Promise<CommandResult | undefined>) => Promise<void>,
): Command {
  const { env, cwd, stdin } = streams
  const program = new Command('contrail')
    .description('The flight recorder for browser agents.')
    .version(readVersion())
    .option('--json', 'say it as one JSON document')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void streams.stdout.write(text),
      // With --json the one document says it.
      writeErr: (text) => void (json || streams.stderr.write(text)),
    })
  const add = (usage: string, description: string, run: Run, parent = program): Command =>
    parent
      .command(usage)
      .description(description)
      .option('--json', 'say it as one JSON document')
      .action((...given: unknown[]) => {
        const flags = given.at(-2) as Flags
        const [argument, second] = given.map((one) => (typeof one === 'string' ? one : undefined))
        return hold(() => run(argument, flags, second))
      })
  const paint = json ? plain : createPaint(streams)
  const { columns } = streams.stdout
  const named = async (recording: string): Promise<string> => {
    const { findRecording } = await import('./terminal/find-recording.ts')
    return findRecording(recording, { env, cwd })
  }
  const chosen = async (directory: string | undefined): Promise<string> => {
    if (directory !== undefined) return named(directory)
    const picked = json ? undefined : await pickRecording(streams)
    return picked ?? program.error('error: expected the directory of a recording, got none; "contrail ls" lists them')
  }

  add('demo', 'let an agent shop for lamps in three modes, and record it', async (_, flags) => {
    const { runDemo } = await import('./commands/demo.ts')
    const onProgress = await createProgress(json ? undefined : streams)
    const { root, headed = false } = flags
    return runDemo({ root, headed, paint, onProgress, env, cwd })
  })
    .option('--headed', 'show the browser')
    .option('--root <directory>', 'where to record; default CONTRAIL_ROOT, else .trajectories')
  add('ls [root]', 'list recordings', async (root) => {
    const { listRecordings } = await import('./commands/ls.ts')
    return listRecordings({ root, paint, columns, env, cwd })
  })
  add('show [directory]', 'tell a recording in under 40 lines', async (directory) => {
    const { showRecording } = await import('./commands/show/show.ts')
    return showRecording({ directory: await chosen(directory), paint, columns, env, cwd })
  })
  add('view [place]', 'see recordings in a browser: a root, or one of them', async (place, flags) => {
    const { viewRecordings } = await import('./commands/view.ts')
    const { openInterruption } = await import('./terminal/interruption.ts')
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
  add(
    'check [directory]',
    'verify a recording, or all below a root: 0 clean, 1 unfinished, 2 corrupt',
    async (directory) => {
      const { checkRecordings } = await import('./commands/keep/check.ts')
      return checkRecordings({ directory: await chosen(directory), paint, env, cwd })
    },
  )
  add(
    'recover <directory>',
    'finish a recording whose process died, or all below a root',
    async (directory = '', flags) => {
      const { recoverRecordings } = await import('./commands/keep/recover.ts')
      const { dryRun = false, force = false } = flags
      return recoverRecordings({ directory: await named(directory), dryRun, force, paint, env, cwd })
    },
  )
    .option('--dry-run', 'only say what would be done')
    .option('--force', 'also where the writer is on another machine and cannot be asked; make a finished one anew')
  add('rm <directory>', 'remove a recording for good', async (directory = '', flags) => {
    const { removeOne } = await import('./commands/keep/rm.ts')
    const { force = false, yes = false } = flags
    const confirm = yes ? undefined : createConfirm(streams, json)
    if (!yes && !confirm) program.error('error: there is nobody to ask here: remove it without a question by --yes')
    return removeOne({ directory: await named(directory), force, confirm, paint, env, cwd })
  })
    .option('--yes', 'do not ask')
    .option(
      '--force',
      "also with files that are not Contrail's, and where the writer is on another machine and cannot be asked",
    )
  add('gc [root]', 'remove recordings that are too old or too many, the oldest first', async (root, flags) => {
    const { collect } = await import('./commands/keep/gc.ts')
    const onProgress = await createProgress(json || !streams.stderr.isTTY ? undefined : streams)
    const { olderThan: olderThanMs, maxSize: maxSizeBytes, dryRun = false } = flags
    return collect({ root, olderThanMs, maxSizeBytes, dryRun, onProgress, paint, env, cwd })
  })
    .option('--older-than <duration>', 'what ended longer ago goes, e.g. 30d, 12h, 2w', asArgument(parseDuration))
    .option('--max-size <size>', 'the oldest go until the rest takes no more, e.g. 5GB, 500MB', asArgument(parseSize))
    .option('--dry-run', 'only say what would go')
  add('compact <directory>', 're-encode the pictures of recordings without loss', async (directory = '', flags) => {
    const { compact } = await import('./commands/keep/compact.ts')
    const { openInterruption } = await import('./terminal/interruption.ts')
    const onProgress = await createProgress(json || !streams.stderr.isTTY ? undefined : streams)
    const { olderThan: olderThanMs, agentFrames = false, dryRun = false } = flags
    using interruption = openInterruption(() => onProgress('Stopping after this frame'))
    const { signal } = interruption
    return await compact({
      directory: await named(directory),
      olderThanMs,
      agentFrames,
      dryRun,
      signal,
      onProgress,
      paint,
      env,
      cwd,
    })
  })
    .option(
      '--older-than <duration>',
      'of a root only what ended longer ago, e.g. 30d, 12h, 2w',
      asArgument(parseDuration),
    )
    .option('--agent-frames', 'also what the model was given; without it those stay byte for byte')
    .option('--dry-run', 'only say what would be done')
  add('scan <directory>', 'search every byte of recordings for secrets', async (directory = '', flags) => {
    const { scan } = await import('./commands/keep/scan.ts')
    const onProgress = await createProgress(json || !streams.stderr.isTTY ? undefined : streams)
    const { secretsFile, env: patterns, maxSize: maxSizeBytes } = flags
    return scan({ directory: await named(directory), secretsFile, patterns, maxSizeBytes, onProgress, paint, env, cwd })
  })
    .option('--max-size <size>', 'larger files are left out, and told; e.g. 50MB', asArgument(parseSize))
    .option('--secrets-file <file>', 'a secret a line, or NAME=value; default CONTRAIL_SECRETS_FILE')
    .option('--env <pattern...>', 'variables whose values are secrets, e.g. "*_TOKEN"')
  add('classify <directory>', 'name how a recording failed, or all below a root, by rules', async (directory = '') => {
    const { classifyRecordings } = await import('./commands/evaluation/classify.ts')
    return classifyRecordings({ directory: await named(directory), paint, env, cwd })
  })
  add('ground <directory>', 'look for what the answer says in what the run saw', async (directory = '') => {
    const { groundAnswer } = await import('./commands/evaluation/ground.ts')
    return groundAnswer({ directory: await named(directory), paint, env, cwd })
  })
  const episode = program.command('episode').description('look at an episode, list episodes, replay what one wrote')
  const addEpisode = (usage: string, description: string, run: Run): Command => add(usage, description, run, episode)
  addEpisode('timeline <directory>', 'plot reward, pass rate and time of each step', async (directory = '') => {
    const { tellTimeline } = await import('./commands/episode/timeline.ts')
    return tellTimeline({ directory, paint, env, cwd })
  })
  addEpisode('actions <directory>', 'tell each action with all that it was given', async (directory = '') => {
    const { tellActions } = await import('./commands/episode/timeline.ts')
    return tellActions({ directory, paint, env, cwd })
  })
  addEpisode('history [root]', 'list the episodes, the newest first', async (root) => {
    const { listEpisodes } = await import('./commands/episode/history.ts')
    return listEpisodes({ root, paint, env, cwd })
  })
  addEpisode(
    'replay <directory>',
    'write again what its steps wrote: 0 the same tree, 1 another, 2 it cannot be replayed',
    async (directory = '', { into = '', from }) => {
      const { replay } = await import('./commands/episode/replay.ts')
      return replay({ directory, into, from, paint, env, cwd })
    },
  )
    .requiredOption('--into <folder>', 'where to write; empty, or the tree that the episode began with')
    .option('--from <folder>', 'the folder that the agent began with; copied first')
  const trace = program.command('trace').description('execution traces, as a code world model predicts them')
  const addTrace = (usage: string, description: string, run: Run): Command => add(usage, description, run, trace)
  addTrace('parse <file>', 'read a trace and say what is malformed; - is standard input', async (file = '-') => {
    const { parseTrace } = await import('./commands/trace/trace.ts')
    return parseTrace({ file, paint, cwd, stdin })
  })
  addTrace('expand <file>', 'resolve every ".." into scopes and whole states', async (file = '-') => {
    const { expandTrace } = await import('./commands/trace/trace.ts')
    return expandTrace({ file, paint, cwd, stdin })
  })
  addTrace(
    'score <predicted> <truth>',
    'compare a prediction with what ran',
    async (predicted = '-', _, truth = '-') => {
      const { scorePrediction } = await import('./commands/trace/trace.ts')
      if (predicted === '-' && truth === '-')
        program.error('error: expected one file at least, got standard input twice')
      return scorePrediction({ predicted, truth, paint, cwd, stdin })
    },
  )
  add('doctor', 'look at what Contrail needs of this machine', async () => {
    const { examine } = await import('./commands/doctor.ts')
    return examine({ paint, env, cwd })
  })
  return program
}

/** Make a reader of an option's value from a function that throws a TypeError for what it does not understand. */
function asArgument<T>(parse: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return parse(text)
    } catch (error) {
      if (error instanceof TypeError) throw new InvalidArgumentError(error.message)
      throw error
    }
  }
}

/** Colours where `stdout` is a terminal that wants them: not with NO_COLOR, and not on a dumb one. */
function createPaint({ stdout, env }: CliStreams): Paint {
  if (!stdout.isTTY || env['NO_COLOR'] || env['TERM'] === 'dumb') return plain
  const styles = {
    good: 'green',
    bad: 'red',
    warning: 'yellow',
    faint: 'dim',
    strong: 'bold',
  } as const satisfies Record<PaintStyle, string>
  return (style, text) => styleText(styles[style], text, { validateStream: false })
}
