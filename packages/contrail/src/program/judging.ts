import type { Making } from './definition.ts'

/** Add the commands that judge what a run did. */
export function addJudgingCommands({ add, named, streams, paint }: Making): void {
  const { env, cwd } = streams
  add('classify <directory>', 'name how a recording failed, or all below a root, by rules', async (directory = '') => {
    const { classifyRecordings } = await import('../commands/evaluation/classify.ts')
    return classifyRecordings({ directory: await named(directory), paint, env, cwd })
  })
  add('improve <directory>', 'tell what the next attempt is to do otherwise', async (directory = '', flags) => {
    const { improveRun } = await import('../commands/evaluation/improve.ts')
    return improveRun({ directory: await named(directory), prompt: flags.prompt ?? false, paint, env, cwd })
  }).option('--prompt', 'only the text to append to a prompt')
  add(
    'attempts <original> [retry]',
    'compare two attempts, or those of every loop below a root',
    async (original = '', _, retry) => {
      const { compareRecordings } = await import('../commands/evaluation/attempts.ts')
      const second = retry === undefined ? undefined : await named(retry)
      return compareRecordings({ original: await named(original), retry: second, paint, env, cwd })
    },
  )
  add('ground <directory>', 'look for what the answer says in what the run saw', async (directory = '') => {
    const { groundAnswer } = await import('../commands/evaluation/ground.ts')
    return groundAnswer({ directory: await named(directory), paint, env, cwd })
  })
}
