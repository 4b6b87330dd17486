import path from 'node:path'
import { createConfirm } from '../terminal/confirm.ts'
import { createProgress } from '../terminal/progress.ts'
import { parseDuration, parseSize } from '../terminal/parse-quantity.ts'
import { asArgument, type Making } from './definition.ts'

/** Add the commands that verify, finish, remove, shrink and search recordings. */
export function addKeepingCommands(making: Making): void {
  const { program, add, named, chosen, streams, json, paint } = making
  const { env, cwd } = streams
  add(
    'check [directory]',
    'verify a recording, or all below a root: 0 clean, 1 unfinished, 2 corrupt',
    async (directory) => {
      const { checkRecordings } = await import('../commands/keep/check.ts')
      return checkRecordings({ directory: await chosen(directory), paint, env, cwd })
    },
  )
  add(
    'recover <directory>',
    'finish a recording whose process died, or all below a root',
    async (directory = '', flags) => {
      const { recoverRecordings } = await import('../commands/keep/recover.ts')
      const { dryRun = false, force = false } = flags
      return recoverRecordings({ directory: await named(directory), dryRun, force, paint, env, cwd })
    },
  )
    .option('--dry-run', 'only say what would be done')
    .option('--force', 'also where the writer is on another machine and cannot be asked; make a finished one anew')
  add('rm <directory>', 'remove a recording for good', async (directory = '', flags) => {
    const { removeOne } = await import('../commands/keep/rm.ts')
    const { assertRecording } = await import('../commands/recordings-at.ts')
    const { force = false, yes = false } = flags
    const confirm = yes ? undefined : createConfirm(streams, json)
    const recording = await named(directory)
    await assertRecording(path.resolve(cwd, recording), { env, cwd })
    if (!yes && !confirm) program.error('error: there is nobody to ask here: remove it without a question by --yes')
    return removeOne({ directory: recording, force, confirm, paint, env, cwd })
  })
    .option('--yes', 'do not ask')
    .option(
      '--force',
      "also with files that are not Contrail's, and where the writer is on another machine and cannot be asked",
    )
  add('gc [root]', 'remove recordings that are too old or too many, the oldest first', async (root, flags) => {
    const { collect } = await import('../commands/keep/gc.ts')
    const onProgress = await createProgress(json || !streams.stderr.isTTY ? undefined : streams)
    const { olderThan: olderThanMs, maxSize: maxSizeBytes, dryRun = false } = flags
    return collect({ root, olderThanMs, maxSizeBytes, dryRun, onProgress, paint, env, cwd })
  })
    .option('--older-than <duration>', 'what ended longer ago goes, e.g. 30d, 12h, 2w', asArgument(parseDuration))
    .option('--max-size <size>', 'the oldest go until the rest takes no more, e.g. 5GB, 500MB', asArgument(parseSize))
    .option('--dry-run', 'only say what would go')
  add('compact <directory>', 're-encode the pictures of recordings without loss', async (directory = '', flags) => {
    const { compact } = await import('../commands/keep/compact.ts')
    const { openInterruption } = await import('../terminal/interruption.ts')
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
    const { scan } = await import('../commands/keep/scan.ts')
    const onProgress = await createProgress(json || !streams.stderr.isTTY ? undefined : streams)
    const { secretsFile, env: patterns, maxSize: maxSizeBytes } = flags
    return scan({ directory: await named(directory), secretsFile, patterns, maxSizeBytes, onProgress, paint, env, cwd })
  })
    .option('--max-size <size>', 'larger files are left out, and told; e.g. 50MB', asArgument(parseSize))
    .option('--secrets-file <file>', 'a secret a line, or NAME=value; default CONTRAIL_SECRETS_FILE')
    .option('--env <pattern...>', 'variables whose values are secrets, e.g. "*_TOKEN"')
}
