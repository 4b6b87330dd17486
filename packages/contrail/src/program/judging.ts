import type { Making } from './making.ts'

/** Add the commands that judge what a run did. */
export function addJudgingCommands({ add, named, streams, paint }: Making): void {
  const { env, cwd } = streams
  add('classify <directory>', 'name how a recording failed, or all below a root, by rules', async (directory = '') => {
    const { classifyRecordings } = await import('../commands/evaluation/classify.ts')
    return classifyRecordings({ directory: await named(directory), paint, env, cwd })
  })
  add('ground <directory>', 'look for what the answer says in what the run saw', async (directory = '') => {
    const { groundAnswer } = await import('../commands/evaluation/ground.ts')
    return groundAnswer({ directory: await named(directory), paint, env, cwd })
  })
}
