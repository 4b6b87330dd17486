import { findRecordings, recordingRoot } from '@contrail/recorder'
import type { ViewerOptions } from '@contrail/viewer'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Writable } from 'node:stream'
import type { Paint } from '../../terminal/command-result.ts'
import type { Surroundings } from '../../terminal/places.ts'
import { findRecording } from '../../terminal/find-recording.ts'
import { readClassified, toFailureClass } from '../classified.ts'
import { describeCost, toCost } from '../facts/cost.ts'
import { readPrices, type Prices } from '../facts/prices.ts'
import { assertRecording } from '../recordings-at.ts'

/**
 * Serve a viewer until the signal aborts.
 *
 * @param input.place a root, a recording, or nothing for the default root
 * @param input.signal ends it
 * @throws {UsageError} for prices that are none
 * @throws {ContrailError} JOURNAL_MISSING where nothing is at the place, DIRECTORY_UNAVAILABLE, PORT_UNAVAILABLE
 */
export async function viewRecordings(
  input: {
    place: string | undefined
    port: number | undefined
    host: string | undefined
    open: boolean
    annotator: string
    pricesFile: string | undefined
    json: boolean
    signal: AbortSignal
    stdout: Writable
    stderr: Writable
    paint: Paint
  } & Surroundings,
): Promise<void> {
  const { port, host, annotator, json, signal, stdout, stderr, paint } = input
  if (host !== undefined && !/^(?:localhost|::1|127\.\d+\.\d+\.\d+)$/.test(host)) {
    stderr.write(`Warning: at ${host} everybody on the network who has the link sees these recordings.\n`)
  }
  const [{ openImageTools }, { openViewer }] = await Promise.all([
    import('@contrail/images'),
    import('@contrail/viewer'),
  ])
  const prices = await readPrices(input.pricesFile, input)
  await using imageTools = openImageTools()
  const place = await placeToView(input.place, input)
  await using viewer = await openViewer({
    ...place,
    ...(port === undefined ? {} : { port }),
    ...(host === undefined ? {} : { host }),
    annotator,
    imageTools,
    ...toKnownBeside(prices),
  })
  const { url, recordings } = viewer
  if (json) stdout.write(`${JSON.stringify({ url, port: viewer.port, recordings })}\n`)
  else stdout.write(`Viewer: ${paint('strong', url)}   ${paint('faint', 'Ctrl-C ends it')}\n`)
  if (input.open) openInBrowser(url, stderr)
  if (!signal.aborted) await once(signal, 'abort')
}

/** Say what the page of a run shows and its recording does not say: how it failed, and what it cost. */
export function toKnownBeside(prices: Prices): Pick<ViewerOptions, 'classify' | 'describeCost'> {
  return {
    classify: async (directory) => toFailureClass((await readClassified(directory)).report),
    ...(prices.size === 0 ? {} : { describeCost: (run) => describeCost(toCost(run, prices)) }),
  }
}

/** A recording of the default root is seen among all of that root; any other by itself. */
async function placeToView(
  place: string | undefined,
  surroundings: Surroundings,
): Promise<Pick<ViewerOptions, 'root' | 'directory'>> {
  const root = path.resolve(surroundings.cwd, recordingRoot({ env: surroundings.env }))
  if (place === undefined) return { root }
  const directory = path.resolve(surroundings.cwd, await findRecording(place, surroundings))
  // It refuses what is not there, with names that are near.
  if (!existsSync(directory)) await assertRecording(directory, surroundings)
  const { kind } = await findRecordings(directory)
  if (kind === 'root') return { root: directory }
  if (kind === 'run') return { root: path.dirname(directory) }
  return path.dirname(path.dirname(directory)) === root ? { root, directory } : { directory }
}

/** Open a page in the browser. A link that cannot be opened can be clicked: it is in the terminal. */
function openInBrowser(url: string, stderr: Writable): void {
  const [command, ...args] =
    process.platform === 'darwin' ? ['open'] : process.platform === 'win32' ? ['cmd', '/c', 'start', ''] : ['xdg-open']
  const child = spawn(command, [...args, url.replaceAll('&', '^&')], { stdio: 'ignore', detached: true })
  child.on('error', () => stderr.write('No browser could be opened from here; open the link yourself.\n'))
  child.unref()
}
