import { Command, CommanderError } from 'commander'
import { styleText } from 'node:util'
import { addEnvironmentCommands } from './program/environments.ts'
import { addGate } from './program/gating.ts'
import { addHelp } from './program/helping.ts'
import { addJudgingCommands } from './program/judging.ts'
import { addSendingCommands } from './program/sending.ts'
import { addKeepingCommands } from './program/keeping.ts'
import { addLookingCommands } from './program/looking.ts'
import type { CliStreams, Flags, Making, Run } from './program/definition.ts'
import { plain, type CommandResult, type ExitCode, type Paint, type PaintStyle } from './terminal/command-result.ts'
import { describeError, Problem } from './terminal/describe-error.ts'
import { defaultColumns, fitRow } from './terminal/fit.ts'
import { formatCommand } from './terminal/places.ts'
import { pickRecording } from './terminal/pick-recording.ts'
import { toPrintableJson } from './terminal/printable.ts'
import { readVersion } from './terminal/version.ts'

/**
 * Run the command line. All that is said goes to `stdout`: text, or with `--json` exactly one document, also of an error.
 * Never throws for what a user did or a disk said.
 *
 * @param words what was typed after the program's name
 * @returns the exit code
 */
export async function runCli(words: readonly string[], streams: CliStreams): Promise<ExitCode> {
  const json = words.includes('--json')
  let result: CommandResult | ExitCode | undefined
  const program = createProgram(streams, json, async (run) => {
    result = await run()
  })
  // Who names another command has no need of the package that completes them.
  const isOther = words[0] !== 'help' && program.commands.some((command) => command.name() === words[0])
  if (!isOther) await addCompletionTo(program, words, streams)
  try {
    await program.parseAsync([...words], { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0
    result = describeError(error)
    // Commander has said it on stderr already, with the usage beside it.
    if (error instanceof CommanderError && !json) return 64
  }
  if (typeof result !== 'object') return result ?? 0
  const out = json ? streams.stdout : result.json instanceof Problem ? streams.stderr : streams.stdout
  const isWhole = result.whole || result.json instanceof Problem
  const text = isWhole ? result.text : fitRows(result.text, streams)
  for (const piece of json ? toPrintableJson(result.json) : [text]) out.write(piece)
  out.write('\n')
  return result.exitCode
}

/** Cut the rows of a listing to the width of the terminal. One that tells a command to be copied stays whole. */
function fitRows(text: string, streams: CliStreams): string {
  const command = formatCommand('', streams)
  const columns = columnsOf(streams) ?? defaultColumns
  const rows = text.split('\n')
  return rows.flatMap((row) => (row.includes(command) ? [row] : fitRow(row, columns))).join('\n')
}

/** Columns of the terminal; undefined where the output is none. */
function columnsOf({ stdout: { columns, isTTY } }: CliStreams): number | undefined {
  // A terminal that does not know its size says 0, or nothing.
  return columns || (columns === 0 || isTTY ? defaultColumns : undefined)
}

async function addCompletionTo(program: Command, words: readonly string[], streams: CliStreams): Promise<void> {
  const { addCompletion } = await import('./program/completing.ts')
  // The script of a shell asks so at each press of the key.
  const isCompleting = words[0] === 'complete'
  const suggestions = isCompleting
    ? await (await import('./commands/suggest-recordings.ts')).suggestRecordings(streams)
    : []
  addCompletion(program, suggestions, streams.stdout)
}

function createProgram(
  streams: CliStreams,
  json: boolean,
  hold: (run: () => Promise<CommandResult | ExitCode | undefined>) => Promise<void>,
): Command {
  const { env, cwd } = streams
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
  const named = async (recording: string): Promise<string> => {
    const { findRecording } = await import('./terminal/find-recording.ts')
    return findRecording(recording, { env, cwd })
  }
  const chosen = async (directory: string | undefined): Promise<string> => {
    if (directory !== undefined) return named(directory)
    const picked = json ? undefined : await pickRecording(streams)
    return picked ?? program.error('error: expected the directory of a recording, got none; "contrail ls" lists them')
  }
  const making: Making = { program, streams, json, paint, columns: columnsOf(streams), add, named, chosen }
  addLookingCommands(making)
  addGate(making)
  addKeepingCommands(making)
  addJudgingCommands(making)
  addSendingCommands(making)
  addEnvironmentCommands(making)
  add('doctor', 'look at what Contrail needs of this machine', async () => {
    const { examine } = await import('./commands/doctor.ts')
    return examine({ paint, columns: making.columns, env, cwd })
  })
  addHelp(making)
  return program
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
