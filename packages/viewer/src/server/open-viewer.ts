import { createServer, type Server } from 'node:http'
import { homedir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { createAdaptorServer } from '@hono/node-server'
import type { ImageTools } from '@contrail/core'
import type { FailureClass } from '../view/protocol.ts'
import { createApp } from './app.ts'
import { allowedHosts } from './access/guards.ts'
import { listen } from './access/listening.ts'
import type { DescribeCost } from './data/opened-run.ts'
import { createOpenedRuns } from './data/opened-runs.ts'
import { readPageFiles } from './data/page-files.ts'
import { openRecordings } from './data/recordings.ts'
import { createSessions } from './access/session.ts'
import { cacheDirectory, createThumbnails } from './data/thumbnails.ts'

/** Options of {@link openViewer}: one of `root` and `directory`, or both for a root with one recording opened. */
export interface ViewerOptions {
  /** The root of the recordings that are listed, `<root>/<runId>/<taskId>/`. */
  readonly root?: string
  /** The recording that is opened first; without a root the only one. */
  readonly directory?: string
  /** Default 0: any that is free. */
  readonly port?: number
  /** Default 127.0.0.1. Any other than a loopback address shows the recordings to the network, to who has the link. */
  readonly host?: string
  /** Makes small pictures for lists; without it they are the frames themselves. */
  readonly imageTools?: Pick<ImageTools, 'thumbnail'>
  /** The folder of small pictures; default the user's cache directory. */
  readonly cacheDirectory?: string
  /** Says how a run failed, from the directory of its recording; without it the page says that nobody does. */
  readonly classify?: (directory: string) => Promise<FailureClass>
  /** Says what a run cost, as `cost $0.0132`; without it the page says that it is unknown. */
  readonly describeCost?: DescribeCost
  /** Who labels recordings, unless the page is told another name. Default `me`. */
  readonly annotator?: string
}

/** A viewer that is being served. */
export interface OpenViewer extends AsyncDisposable {
  /** The link that opens it, with its token. Who has it sees the recordings. */
  readonly url: string
  readonly port: number
  /** The number of recordings that it lists now. */
  readonly recordings: number
  /** Stop serving; connections that are open end. */
  close(): Promise<void>
}

/**
 * Serve recordings to a browser on this machine. The page asks for nothing from anywhere else.
 *
 * @throws {TypeError} without a root or a directory
 * @throws {ContrailError} DIRECTORY_UNAVAILABLE, PORT_UNAVAILABLE
 * @example
 * const viewer = await openViewer({ root: '.trajectories' })
 * console.log(viewer.url)
 */
export async function openViewer(options: ViewerOptions): Promise<OpenViewer> {
  const { root, directory, host = '127.0.0.1', imageTools, classify, annotator = 'me' } = options
  if (root === undefined && directory === undefined) {
    throw new TypeError('options of a viewer: expected a root or a directory, got neither')
  }
  const recordings = await openRecordings(root === undefined ? { directory: directory! } : { root })
  const runs = createOpenedRuns(options.describeCost)
  const kept = options.cacheDirectory ?? cacheDirectory(process.env, process.platform, homedir())
  let port = 0
  const sessions = createSessions(() => port)
  const app = createApp({
    hosts: () => allowedHosts(host, port),
    sessions,
    pageFiles: await readPageFiles(),
    recordings,
    runs,
    thumbnails: imageTools && createThumbnails(imageTools, join(kept, 'thumbnails')),
    classify,
    annotator,
    now: () => new Date(),
  })
  const server = createAdaptorServer({
    fetch: app.fetch,
    createServer,
    serverOptions: { maxHeaderSize: 16_384, requestTimeout: 10_000, headersTimeout: 10_000 },
  }) as Server
  server.maxConnections = 64
  port = await listen(server, host, options.port ?? 0)
  const opened = directory === undefined ? '' : await linkTo(resolve(directory), runs)
  const close = async (): Promise<void> => {
    runs.close()
    const closed = new Promise((done) => server.close(done))
    server.closeAllConnections()
    await closed
  }
  return {
    url: `http://${nameOf(host)}:${port}/#/${opened}?token=${sessions.token}`,
    port,
    recordings: recordings.rows().length,
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** A host as a link on this machine names it. */
function nameOf(host: string): string {
  const reached = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return reached.includes(':') ? `[${reached}]` : reached
}

/** The place of a recording in links, at its first failing step where one failed. */
async function linkTo(directory: string, runs: ReturnType<typeof createOpenedRuns>): Promise<string> {
  const link = [basename(dirname(directory)), basename(directory)].map(encodeURIComponent).join('/')
  // What cannot be read is opened all the same: the page says why.
  const run = await runs.open(directory).catch(() => undefined)
  const failed = run?.view().failed[0]
  return failed === undefined ? link : `${link}/${failed + 1}`
}
