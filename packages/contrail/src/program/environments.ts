import type { Command } from 'commander'
import type { Making, Run } from './definition.ts'

/** Add the commands of episodes and execution traces. */
export function addEnvironmentCommands(making: Making): void {
  const { program, add, named, streams, paint, columns } = making
  const { env, cwd, stdin } = streams
  const episode = program.command('episode').description('look at an episode, list episodes, replay what one wrote')
  const addEpisode = (usage: string, description: string, run: Run): Command => add(usage, description, run, episode)
  addEpisode('timeline <recording>', 'plot reward, pass rate and time of each step', async (name = '') => {
    const { tellTimeline } = await import('../commands/episode/timeline.ts')
    return tellTimeline({ directory: await named(name), paint, columns, env, cwd })
  })
  addEpisode('actions <recording>', 'tell each action with all that it was given', async (name = '') => {
    const { tellActions } = await import('../commands/episode/timeline.ts')
    return tellActions({ directory: await named(name), paint, env, cwd })
  })
  addEpisode('history [root]', 'list the episodes, the newest first', async (root) => {
    const { listEpisodes } = await import('../commands/episode/history.ts')
    return listEpisodes({ root, paint, env, cwd })
  })
  addEpisode(
    'replay <recording>',
    'write again what its steps wrote: 0 the same tree, 1 another, or none to compare, 2 it cannot be replayed',
    async (name = '', { into = '', from }) => {
      const { replay } = await import('../commands/episode/replay.ts')
      return replay({ directory: await named(name), into, from, paint, env, cwd })
    },
  )
    .requiredOption('--into <folder>', 'where to write; empty, or the tree that the episode began with')
    .option('--from <folder>', 'the folder that the agent began with; copied first')
  const trace = program.command('trace').description('execution traces, as a code world model predicts them')
  const addTrace = (usage: string, description: string, run: Run): Command => add(usage, description, run, trace)
  addTrace('parse <file>', 'read a trace and say what is malformed; - is standard input', async (file = '-') => {
    const { parseTrace } = await import('../commands/trace/trace.ts')
    return parseTrace({ file, paint, columns, cwd, stdin })
  })
  addTrace('expand <file>', 'resolve every ".." into scopes and whole states', async (file = '-') => {
    const { expandTrace } = await import('../commands/trace/trace.ts')
    return expandTrace({ file, paint, columns, cwd, stdin })
  })
  addTrace(
    'score <predicted> <truth>',
    'compare a prediction with what ran',
    async (predicted = '-', _, truth = '-') => {
      const { scorePrediction } = await import('../commands/trace/trace.ts')
      if (predicted === '-' && truth === '-')
        program.error('error: expected one file at least, got standard input twice')
      return scorePrediction({ predicted, truth, paint, columns, cwd, stdin })
    },
  )
}
