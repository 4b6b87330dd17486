import tab from '@bomb.sh/tab/commander'
import type { Command } from 'commander'

/** Names of arguments in whose place a recording may stand. */
const recordingArguments: ReadonlySet<string> = new Set(['recording', 'directory', 'place', 'root'])

/** A name that can be completed, with what tells it from others. */
export interface Suggestion {
  readonly name: string
  readonly description: string
}

/**
 * Add what completes the command line in a shell: `completion <shell>`, which prints its script, and what that script asks. To be
 * called after all other commands were added.
 */
export function addCompletion(program: Command, recordings: readonly Suggestion[]): void {
  const completing = tab(program, { completionCommandName: 'completion' })
  program.commands
    .find((command) => command.name() === 'completion')
    ?.description(
      'print what completes these commands in bash, zsh or fish; put it into the file that your shell reads',
    )
  for (const command of completing.commands.values()) {
    for (const argument of command.arguments.values()) {
      if (!recordingArguments.has(argument.name)) continue
      argument.handler = (complete) => recordings.forEach(({ name, description }) => complete(name, description))
    }
  }
}
