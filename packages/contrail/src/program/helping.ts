import type { Making } from './definition.ts'

/** Add `help [topic]`: of a command, of all, and for coding agents. */
export function addHelp({ program, add, streams }: Making): void {
  const { env, cwd } = streams
  program.helpCommand(false)
  add('help [topic]', 'tell how a command is used; "help agents": which command answers what', async (topic) => {
    if (topic === 'agents') {
      const { helpAgents } = await import('../commands/answer/help-agents.ts')
      return helpAgents({ env, cwd })
    }
    const command = topic === undefined ? program : program.commands.find((one) => one.name() === topic)
    if (!command) return program.error(`error: there is no command ${JSON.stringify(topic)} to help with`)
    command.outputHelp()
    return undefined
  })
}
