import tab from '@bomb.sh/tab/commander'
import type { Command } from 'commander'
import type { Writable } from 'node:stream'

/** Names of arguments in whose place a recording may stand. */
const recordingArguments: ReadonlySet<string> = new Set(['recording', 'directory', 'place', 'root'])

/** A name that can be completed, with what tells it from others. */
export interface Suggestion {
  readonly name: string
  readonly description: string
}

/**
 * The function that the script for bash takes the words of the line from, for where the package bash-completion is not
 * there: as bash has them, an address or a time in several.
 */
const wordsInBash = `declare -F _get_comp_words_by_ref >/dev/null || _get_comp_words_by_ref() {
    words=("\${COMP_WORDS[@]}") cword=$COMP_CWORD
    cur=\${words[cword]} prev=\${words[cword > 0 ? cword - 1 : 0]}
}
`

/**
 * Add what completes the command line in a shell: `completion <shell>`, which prints its script, and what that script asks. To be
 * called after all other commands were added.
 */
export function addCompletion(program: Command, recordings: readonly Suggestion[], stdout: Writable): void {
  const completing = tab(program, { completionCommandName: 'completion' })
  program.commands
    .find((command) => command.name() === 'completion')
    ?.description(
      'print the script that completes these commands in bash, zsh, fish or powershell, also with --json; put it into the file that your shell reads',
    )
    .hook('preAction', (_, { args: [shell] }) => void (shell === 'bash' && stdout.write(wordsInBash)))
  for (const command of completing.commands.values()) {
    for (const argument of command.arguments.values()) {
      if (!recordingArguments.has(argument.name)) continue
      argument.handler = (complete) => recordings.forEach(({ name, description }) => complete(name, description))
    }
  }
}
