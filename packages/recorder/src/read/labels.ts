import { unlessRefused } from '../io/disk-error.ts'
import { resolve } from 'node:path'
import { HumanLabel } from '@contrail/core'
import { fileNames } from '../directory/names.ts'
import { diskIo, type Io } from '../io/io.ts'
import { listUntrusted, readUntrusted } from '../io/open-untrusted.ts'
import { parseUntrusted } from '../io/untrusted-json.ts'

const maxLabelBytes = 1_000_000

/**
 * Read what people said of a recording, `labels/*.json`, by the name of the file. A file that holds no label is left out;
 * `check` names it.
 *
 * @throws {ContrailError} FILE_UNREADABLE, FILE_UNSAFE for a folder that is a link
 */
export async function readLabels(directory: string): Promise<HumanLabel[]> {
  const files = await readFiles(diskIo, resolve(directory))
  return files.flatMap(({ value }) => HumanLabel.safeParse(value).data ?? [])
}

/**
 * Find the files among the labels of a recording that hold none.
 *
 * @returns their paths, relative to the recording
 * @throws {ContrailError} as `readLabels`
 */
export async function findBadLabels(io: Io, root: string): Promise<string[]> {
  const files = await readFiles(io, root)
  const bad = files.filter(({ value }) => !HumanLabel.safeParse(value).success)
  return bad.map(({ name }) => `${fileNames.labels}/${name}.json`)
}

/** One that is a link, too large or no JSON hides no other: its value is undefined. */
async function readFiles(io: Io, root: string): Promise<{ name: string; value: unknown }[]> {
  const names = (await listUntrusted(io, root, fileNames.labels)).filter(
    (name) => name.endsWith('.json') && !name.startsWith('.'),
  )
  return Promise.all(
    names.map(async (file) => {
      const bytes = await unlessRefused(() => readUntrusted(io, root, `${fileNames.labels}/${file}`, maxLabelBytes))
      const parsed = bytes && parseUntrusted(bytes)
      return { name: file.slice(0, -'.json'.length), value: parsed && 'value' in parsed ? parsed.value : undefined }
    }),
  )
}
