import { Option } from 'commander'
import { exportFormats } from '../commands/export/exported.ts'
import { parseParts, publicParts } from '../commands/export/public-parts.ts'
import { parseSize } from '../terminal/parse-quantity.ts'
import { asArgument, pricesHelp, type Making } from './definition.ts'

/** Add the commands that make a file to send, and take back what people say in it. */
export function addSendingCommands({ program, add, named, streams, paint }: Making): void {
  const { env, cwd } = streams
  add(
    'export <recording>',
    'make one file to send: the page, a summary, a moving picture',
    async (name = '', flags) => {
      const { exportRecording } = await import('../commands/export/export.ts')
      const {
        output = '',
        allow,
        force = false,
        maxSize: maxSizeBytes,
        secretsFile,
        env: patterns,
        prices: pricesFile,
      } = flags
      if (allow && !flags.public) program.error('error: --allow says what a --public file holds all the same')
      const format = exportFormats.find((known) => known === flags.format)
      const allowed = flags.public ? (allow ?? []) : undefined
      const directory = await named(name)
      const what = { directory, output, format, allowed, force, maxSizeBytes, secretsFile, patterns, pricesFile }
      return exportRecording({ ...what, paint, env, cwd })
    },
  )
    .requiredOption('-o, --output <file>', 'the file; one that is there is not replaced without --force')
    .addOption(
      new Option('--format <format>', "default: what the file's name ends with, else html").choices(exportFormats),
    )
    .option('--public', 'leave out all but action names, roles, status, times and counts')
    .option('--allow <parts>', `of a public file: ${publicParts.join(',')}`, asArgument(parseParts))
    .option(
      '--max-size <size>',
      'default 25MB; pictures are made smaller to fit, and it is told',
      asArgument(parseSize),
    )
    .option('--force', 'replace the file where it is there')
    .option('--secrets-file <file>', 'write nothing that holds one of these; default CONTRAIL_SECRETS_FILE')
    .option('--env <pattern...>', 'variables whose values are secrets, e.g. "*_TOKEN"')
    .option('--prices <file>', pricesHelp)
  const label = program.command('label').description('labels that people saved from exported files')
  add(
    'import <file> [recording]',
    'put a label into the recording it is of',
    async (file = '', { force = false }, recording) => {
      const { importLabel } = await import('../commands/export/import-label.ts')
      return importLabel({ file, recording, force, paint, env, cwd })
    },
    label,
  ).option('--force', 'also into another recording than it names, and over what the same annotator said before')
}
