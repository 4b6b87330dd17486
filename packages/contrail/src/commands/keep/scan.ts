import { readNamedSecrets } from '../named-secrets.ts'
import { scanForSecrets, type ScanReport, type SecretFinding } from '@contrail/recorder'
import path from 'node:path'
import type { CommandResult, ExitCode, Paint } from '../../terminal/command-result.ts'
import { formatCount, formatSize } from '../../terminal/format.ts'
import { formatPath, type Surroundings } from '../../terminal/places.ts'
import { toPrintable } from '../../terminal/printable.ts'
import { findSomeRecordings } from '../recordings-at.ts'

const lineLimit = 50

/**
 * Search a recording, or all below a root, for secrets: registered values in many forms, and what is known by its shape.
 * Says where they are and never what they are.
 *
 * @param input.maxSizeBytes larger files are left out, and told
 * @param input.onProgress hears now and then how much has been searched
 * @returns 0 where there are none, 1 where there are some, 2 where something could not be searched
 * @throws {ContrailError} JOURNAL_MISSING where there is neither a recording nor a root of some, DIRECTORY_UNAVAILABLE where it
 * cannot be read; FILE_UNREADABLE for a
 * secrets file that is not there
 */
export async function scan(
  input: {
    directory: string
    secretsFile?: string | undefined
    patterns?: readonly string[] | undefined
    maxSizeBytes?: number | undefined
    paint: Paint
    onProgress?: ((message: string) => void) | undefined
  } & Surroundings,
): Promise<CommandResult> {
  const { paint, cwd } = input
  const directory = path.resolve(cwd, input.directory)
  await findSomeRecordings(directory, input)
  const { secrets, unusable } = await readNamedSecrets(input)
  const onFile = tellEvery(progressBytes, input.onProgress)
  const report = await scanForSecrets(directory, secrets, { maxFileBytes: input.maxSizeBytes, onFile })
  const { findings, unread, tooLarge, fileCount, sizeBytes, more } = report
  const secretCount = new Set(secrets.map(({ name }) => name)).size
  const lines = [
    ...findings.slice(0, lineLimit).map((finding) => tell(finding, paint)),
    ...(findings.length > lineLimit ? [`  … and ${findings.length - lineLimit}${more ? ' or more' : ''} others`] : []),
    ...unread.slice(0, lineLimit).map(({ file, message }) => {
      return `${paint('warning', 'not searched')}  ${toPrintable(file)}: ${toPrintable(message)}`
    }),
    ...tooLarge.slice(0, lineLimit).map(({ file, sizeBytes: size }) => {
      return `${paint('warning', 'left out')}  ${toPrintable(file)}: ${formatSize(size)}`
    }),
    ...unusable.map((name) => paint('faint', `  · ${toPrintable(name)} is too short or too plain to be searched for`)),
    `${summary(report, paint)} in ${formatCount(fileCount, 'file')}, ${formatSize(sizeBytes)}, of ${formatPath(directory, cwd)}; ` +
      `looked for ${formatCount(secretCount, 'registered secret')} and for known shapes.`,
  ]
  return { exitCode: exitCodeOf(report), text: lines.join('\n'), json: { ...report, secretCount, unusable } }
}

/** Told after so many bytes. */
const progressBytes = 20_000_000

/** Report what is searched, by the sizes of files, each time that so many more bytes have been begun with. */
function tellEvery(
  bytes: number,
  onProgress: ((message: string) => void) | undefined,
): (file: string, sizeBytes: number) => void {
  let begun = 0
  let files = 0
  return (file, sizeBytes) => {
    const before = begun
    begun += sizeBytes
    files += 1
    if (Math.floor(begun / bytes) === Math.floor(before / bytes)) return
    onProgress?.(`Searching ${file}: ${formatCount(files, 'file')}, ${formatSize(begun)} so far`)
  }
}

function exitCodeOf({ findings, unread }: ScanReport): ExitCode {
  if (findings.length > 0) return 1
  return unread.length > 0 ? 2 : 0
}

function summary({ findings, more }: ScanReport, paint: Paint): string {
  if (findings.length === 0) return paint('good', 'No secret')
  return paint('bad', `${formatCount(findings.length, 'secret')}${more ? ' or more' : ''}`)
}

function tell({ file, where, offset, kind, form, name }: SecretFinding, paint: Paint): string {
  const place = where === 'name' ? `the name ${toPrintable(file)}` : `${toPrintable(file)} at byte ${offset}`
  const what = [kind, name, form === 'shape' ? 'by its shape' : form].filter(Boolean).join(', ')
  return `${paint('bad', '✗')} ${place}: ${toPrintable(what)}`
}
