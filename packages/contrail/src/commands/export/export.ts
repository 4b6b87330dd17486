import { readNamedSecrets } from '../named-secrets.ts'
import { isContrailError, type ImageTools } from '@contrail/core'
import { readJournal, readLabels, readTrajectory, readVerdicts } from '@contrail/recorder'
import path from 'node:path'
import { UsageError } from '../../terminal/usage-error.ts'
import type { CommandResult, Paint } from '../../terminal/command-result.ts'
import { formatCount, formatSize } from '../../terminal/format.ts'
import { formatPath, type Surroundings } from '../../terminal/places.ts'
import { toPrintable } from '../../terminal/printable.ts'
import { classify, toFailureClass } from '../classified.ts'
import { describeCost, toCost } from '../facts/cost.ts'
import { readPrices } from '../facts/prices.ts'
import { assertRecording } from '../recordings-at.ts'
import { exportFormats, type Exported, type ExportedFile, type ExportFormat } from './exported.ts'
import { createSecretSearch, type FoundSecret } from './find-secrets.ts'
import { leaveOut, leaveOutOfVerdicts } from './leave-out.ts'
import { describeLeftOut, type PublicPart } from './public-parts.ts'
import { assertFree, writeOutput } from './write-output.ts'

const defaultMaxBytes = 25_000_000

/**
 * Export a recording to one file. Where a secret would be in it nothing is written: registered values in any form, and what is
 * known by its shape.
 *
 * @param input.format default what the name of the output ends with, else html
 * @param input.allowed parts that a public file holds all the same; undefined for a file that is not public
 * @returns 0, or 1 where a secret was found
 * @throws {UsageError} where the name of the output is - or says no format, and for prices that are none
 * @throws {ContrailError} as `readTrajectory`; OUTPUT_UNAVAILABLE; FILE_TOO_LARGE where it cannot be made as small as asked for
 */
export async function exportRecording(
  input: {
    directory: string
    output: string
    format: ExportFormat | undefined
    allowed: readonly PublicPart[] | undefined
    force: boolean
    maxSizeBytes?: number | undefined
    secretsFile?: string | undefined
    patterns?: readonly string[] | undefined
    pricesFile?: string | undefined
    paint: Paint
  } & Surroundings,
): Promise<CommandResult> {
  const { paint, cwd, force, maxSizeBytes = defaultMaxBytes } = input
  if (input.output === '-') {
    throw new UsageError(
      'expected the name of a file, got -: an export is not written to standard output; ./- names such a file',
    )
  }
  const directory = path.resolve(cwd, input.directory)
  const output = path.resolve(cwd, input.output)
  const format = input.format ?? formatOf(output)
  await assertRecording(directory, input)
  await assertFree(output, force)
  const { secrets } = await readNamedSecrets(input)
  const prices = await readPrices(input.pricesFile, input)
  const search = createSecretSearch(secrets)
  await using tools = createTools()
  const file = await toFile(format, {
    directory,
    ...(await readExported(directory, input.allowed)),
    prices: input.allowed ? new Map() : prices,
    maxSizeBytes,
    images: tools.open,
    search,
  })
  if (search.found.length > 0) return refuse(format, output, search.found, { paint, cwd })
  const sizeBytes = await writeOutput(output, file.pieces, force)
  const { describeReduction } = await import('@contrail/viewer')
  return {
    exitCode: 0,
    text: [
      `${paint('good', formatPath(output, cwd))}  ${format}, ${formatSize(sizeBytes)}`,
      ...file.reduced.map((reduction) => paint('faint', `  ${describeReduction(reduction)}`)),
    ].join('\n'),
    json: { format, output, files: [{ path: output, sizeBytes }], reduced: file.reduced },
  }
}

function createTools(): { open: () => Promise<ImageTools> } & AsyncDisposable {
  let opened: Promise<ImageTools & AsyncDisposable> | undefined
  return {
    open: () => (opened ??= import('@contrail/images').then(({ openImageTools }) => openImageTools())),
    [Symbol.asyncDispose]: async () => (await opened)?.[Symbol.asyncDispose](),
  }
}

/** @throws {UsageError} for a name that says another format than those that there are */
function formatOf(output: string): ExportFormat {
  const { ext } = path.parse(output.toLowerCase())
  const format = exportFormats.find((one) => ext === `.${one}`)
  if (format) return format
  if (ext === '' || ext === '.htm') return 'html'
  throw new UsageError(
    `${ext} is no format of an export: expected ${exportFormats.map((one) => `.${one}`).join(', ')}, or name one with --format`,
  )
}

async function readExported(
  directory: string,
  allowed: readonly PublicPart[] | undefined,
): Promise<Pick<Exported, 'trajectory' | 'verdicts' | 'isPublic' | 'notes'>> {
  const trajectory = await readTrajectory(directory)
  const verdicts = await readVerdicts(directory)
  if (!allowed) return { trajectory, verdicts, isPublic: false, notes: [] }
  const parts = new Set(allowed)
  return {
    trajectory: leaveOut(trajectory, parts),
    verdicts: leaveOutOfVerdicts(verdicts),
    isPublic: true,
    notes: [describeLeftOut(parts)],
  }
}

async function toFile(format: ExportFormat, exported: Exported): Promise<ExportedFile> {
  switch (format) {
    case 'html':
      return toHtml(exported)
    case 'md': {
      const { toMarkdown } = await import('./to-markdown.ts')
      return toMarkdown(exported)
    }
    case 'gif':
    case 'webp': {
      const { toAnimation } = await import('./to-animation.ts')
      return toAnimation(exported, format)
    }
  }
}

async function toHtml(exported: Exported): Promise<ExportedFile> {
  const { directory, trajectory, verdicts, isPublic, prices, notes, search, images, maxSizeBytes } = exported
  const [{ renderFile, toFileContent }, { readInFlight }] = await Promise.all([
    import('@contrail/viewer'),
    import('@contrail/viewer/run-view'),
  ])
  const content = await toFileContent({
    trajectory,
    verdicts,
    labels: isPublic ? [] : await readLabels(directory),
    place: isPublic
      ? { run: trajectory.runId, task: trajectory.task.id }
      : { run: path.basename(path.dirname(directory)), task: path.basename(directory) },
    journal: isPublic || !(await hasJournal(directory)) ? undefined : readJournal(directory),
    failureClass: isPublic ? null : toFailureClass((await classify(directory, trajectory, verdicts)).report),
    inFlight: isPublic ? null : await readInFlight(directory, trajectory.status),
    ...(prices.size === 0 ? {} : { cost: describeCost(toCost(trajectory, prices)) }),
    notes,
    isPartial: isPublic,
  })
  const { head, details, entries = [] } = content
  const { steps, turns, ...run } = head.view
  await search.parts([
    { fields: { ...run, turns, verdicts, labels: head.labels, class: head.failureClass, row: head.row } },
    ...steps.map((step) => ({ step: step.index, fields: { ...step } })),
    ...details.map((detail) => ({ step: detail.index, fields: { ...detail } })),
    ...entries.map((journal, step) => ({ step, fields: { journal } })),
  ])
  // Frames cost the most: where there is a secret already nobody needs them.
  if (search.found.length > 0) return { pieces: [], reduced: [] }
  return renderFile(content, {
    maxSizeBytes,
    images,
    inspect: (bytes, sha256) => search.bytes(bytes, { ...stepOf(content.head.view, sha256), field: 'frame' }),
  })
}

/** The first step that shows a frame. */
function stepOf({ cells }: { cells: readonly { sha256: string; step: number }[] }, sha256: string): { step?: number } {
  const cell = cells.find((one) => one.sha256 === sha256)
  return cell ? { step: cell.step } : {}
}

/** A recording that was imported has none. */
async function hasJournal(directory: string): Promise<boolean> {
  try {
    for await (const _ of readJournal(directory)) return true
    return true
  } catch (cause) {
    if (isContrailError(cause)) return false
    throw cause
  }
}

function refuse(
  format: ExportFormat,
  output: string,
  found: readonly FoundSecret[],
  { paint, cwd }: { paint: Paint; cwd: string },
): CommandResult {
  const lines = found.slice(0, 20).map(({ step, field, kind, name }) => {
    const place = step === undefined ? 'the run' : `step ${step + 1}`
    return `${paint('bad', '✗')} ${place}, ${field}: ${toPrintable([kind, name].filter(Boolean).join(', '))}`
  })
  const more = found.length > lines.length ? [`  … and ${found.length - lines.length} others`] : []
  return {
    exitCode: 1,
    text: [
      ...lines,
      ...more,
      `${paint('bad', 'Nothing was written')}: ${formatPath(output, cwd)} would hold ${formatCount(found.length, 'secret')}.`,
    ].join('\n'),
    json: { format, output, files: [], reduced: [], refused: found },
  }
}
