import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sniffMediaType, type ImageTools } from '@contrail/core'
import type { ReadFrame } from '../../view/unshown.ts'
import { pruneCache } from './prune-cache.ts'

/** Widths that pages ask for; no other is made. */
export const thumbnailWidths: readonly number[] = [160, 320]

/** Small pictures of frames, kept by hash outside of every recording. */
export interface Thumbnails {
  /** @param read gives the frame, where there is no small picture of it yet @returns WebP, or why there is none */
  get(sha256: string, width: number, read: () => Promise<ReadFrame>): Promise<ReadFrame>
}

/** @param directory the folder where they are kept: a cache of 256 MB at most, which anybody may clear */
export function createThumbnails(tools: Pick<ImageTools, 'thumbnail'>, directory: string): Thumbnails {
  void pruneCache(directory)
  const making = new Map<string, Promise<ReadFrame>>()
  let written = 0
  const make = async (file: string, width: number, read: () => Promise<ReadFrame>): Promise<ReadFrame> => {
    const kept = await readFile(file).catch(() => undefined)
    if (kept && sniffMediaType(kept) === 'image/webp') return { bytes: kept }
    const frame = await read()
    if ('problem' in frame) return frame
    // What cannot be decoded has no small picture: the page shows that there is none.
    const small = await tools.thumbnail(frame.bytes, { width }).catch(() => undefined)
    if (!small) return { problem: 'This frame cannot be decoded.' }
    // A cache that cannot be written costs time and nothing else.
    await keep(file, small, ++written).catch(() => undefined)
    return { bytes: small }
  }
  return {
    get(sha256, width, read) {
      const file = join(directory, `${sha256}-${width}.webp`)
      const made = making.get(file) ?? make(file, width, read).finally(() => making.delete(file))
      making.set(file, made)
      return made
    },
  }
}

async function keep(file: string, bytes: Uint8Array, number: number): Promise<void> {
  await mkdir(join(file, '..'), { recursive: true, mode: 0o700 })
  const temporary = `${file}.${process.pid}-${number}.tmp`
  await writeFile(temporary, bytes, { mode: 0o600 })
  await rename(temporary, file)
}

/** The folder of a user's caches, as each system has it. */
export function cacheDirectory(
  env: Readonly<Record<string, string | undefined>>,
  platform: string,
  home: string,
): string {
  if (env['XDG_CACHE_HOME']) return join(env['XDG_CACHE_HOME'], 'contrail')
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'contrail', 'cache')
  return platform === 'darwin' ? join(home, 'Library', 'Caches', 'contrail') : join(home, '.cache', 'contrail')
}
