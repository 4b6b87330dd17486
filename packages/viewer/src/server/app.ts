import { ContrailError, isContrailError } from '@contrail/core'
import { readJournal } from '@contrail/recorder'
import { Hono, type Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { streamSSE } from 'hono/streaming'
import { toStepDetail } from '../view/step-detail.ts'
import { entriesOfStep } from '../view/entries-of-steps.ts'
import type { FailureClass } from '../view/protocol.ts'
import { shownTypeOf, type ReadFrame } from '../view/unshown.ts'
import { createGlances } from './data/glances.ts'
import { guardRequests } from './access/guards.ts'
import { recordedPolicy, securityHeaders } from './access/headers.ts'
import { readJudgements, saveLabel } from './data/judgements.ts'
import { tellList } from './data/list-events.ts'
import type { OpenedRuns } from './data/opened-runs.ts'
import type { PageFile } from './data/page-files.ts'
import type { Recordings } from './data/recordings.ts'
import { tellRun } from './data/run-events.ts'
import type { Sessions } from './access/session.ts'
import { thumbnailWidths, type Thumbnails } from './data/thumbnails.ts'

/** The parts that answer requests. */
export interface AppParts {
  readonly hosts: () => ReadonlySet<string>
  readonly sessions: Sessions
  readonly pageFiles: ReadonlyMap<string, PageFile>
  readonly recordings: Recordings
  readonly runs: OpenedRuns
  readonly thumbnails: Thumbnails | undefined
  readonly classify: ((directory: string) => Promise<FailureClass>) | undefined
  readonly annotator: string
  readonly now: () => Date
}

const key = ':key{[0-9a-f]{16}}'
const hash = ':sha256{[0-9a-f]{64}}'

/** Compose what a viewer serves: the page to everybody here, recordings to who has the token. */
export function createApp({
  hosts,
  sessions,
  pageFiles,
  recordings,
  runs,
  thumbnails,
  classify,
  annotator,
  now,
}: AppParts): Hono {
  const app = new Hono()
  const glances = createGlances()
  const placeOf = async (context: Context): Promise<string> => {
    const asked = context.req.param('key') ?? context.req.query('of') ?? ''
    if (recordings.directoryOf(asked) === undefined) await recordings.refresh()
    const directory = recordings.directoryOf(asked)
    if (directory === undefined) throw new ContrailError('JOURNAL_MISSING', 'there is no such recording (any more)')
    return directory
  }
  const stepOf = (context: Context): number => Number(context.req.param('step'))
  const readFrame = async (context: Context): Promise<ReadFrame> =>
    (await runs.open(await placeOf(context))).frame(context.req.param('sha256') ?? '')
  const makeSmall = async (context: Context, read: () => Promise<ReadFrame>): Promise<ReadFrame> => {
    const width = Number(context.req.query('width'))
    if (!thumbnails || !thumbnailWidths.includes(width)) return read()
    return thumbnails.get(context.req.param('sha256') ?? '', width, read)
  }

  app.use(securityHeaders)
  app.use(guardRequests(hosts))
  app.use(bodyLimit({ maxSize: 65_536, onError: (context) => context.text('More than 64 KB.', 413) }))
  app.onError((error, context) => {
    const status = error instanceof TypeError ? 400 : isContrailError(error) ? 404 : 500
    return context.json({ error: error.message, code: isContrailError(error) ? error.code : '' }, status)
  })
  for (const [path, { type, bytes }] of pageFiles) {
    app.get(path, (context) => context.body(bytes, 200, { 'content-type': type }))
  }
  app.post('/session', (context) => sessions.exchange(context))
  app.use('/api/*', sessions.required)
  app.use('/frames/*', sessions.required)
  app.use('/thumbnails/*', sessions.required)

  app.get('/api/recordings', async (context) => {
    if (context.req.query('look') === '1') await recordings.refresh()
    return context.json({ version: recordings.version(), rows: recordings.rows(), annotator })
  })
  app.get('/api/recordings/events', (context) =>
    streamSSE(context, async (stream) => {
      const abort = new AbortController()
      stream.onAbort(() => abort.abort())
      // A browser that connects again says itself what it has heard last.
      const since = context.req.header('last-event-id') ?? context.req.query('since') ?? ''
      await tellList(
        recordings,
        since,
        (patch) => stream.writeSSE({ event: 'list', id: patch.version, data: JSON.stringify(patch) }),
        abort.signal,
      )
    }),
  )
  app.get(`/api/recordings/${key}`, async (context) => context.json((await runs.open(await placeOf(context))).view()))
  app.get(`/api/recordings/${key}/events`, async (context) => {
    const run = await runs.open(await placeOf(context))
    return streamSSE(context, async (stream) => {
      const abort = new AbortController()
      stream.onAbort(() => abort.abort())
      await tellRun(run, (patch) => stream.writeSSE({ event: 'run', data: JSON.stringify(patch) }), abort.signal)
      await stream.writeSSE({ event: 'over', data: '{}' })
    })
  })
  app.get(`/api/recordings/${key}/glance`, async (context) => {
    const directory = await placeOf(context)
    const row = recordings.rows().find((candidate) => candidate.key === context.req.param('key'))
    if (!row) return context.notFound()
    return context.json(await glances.of(row, directory))
  })
  app.get(`/api/recordings/${key}/search`, async (context) => {
    const run = await runs.open(await placeOf(context))
    return context.json(run.search()((context.req.query('text') ?? '').slice(0, 1_000)))
  })
  app.get(`/api/recordings/${key}/steps/:step{[0-9]{1,7}}`, async (context) => {
    const detail = toStepDetail((await runs.open(await placeOf(context))).trajectory(), stepOf(context))
    return detail ? context.json(detail) : context.notFound()
  })
  app.get(`/api/recordings/${key}/steps/:step{[0-9]{1,7}}/entries`, async (context) => {
    const directory = await placeOf(context)
    const { steps } = (await runs.open(directory)).trajectory()
    return context.json(await entriesOfStep(readJournal(directory), steps, stepOf(context)))
  })
  app.get(`/api/recordings/${key}/judgements`, async (context) => {
    const { annotator: who = annotator, reveal } = context.req.query()
    return context.json(await readJudgements(await placeOf(context), who, reveal === '1'))
  })
  app.get(`/api/recordings/${key}/class`, async (context) => {
    const directory = await placeOf(context)
    return context.json(classify ? await classify(directory) : null)
  })
  app.post(`/api/recordings/${key}/labels`, async (context) => {
    if (context.req.header('x-contrail') !== 'label') return context.text('Expected the header x-contrail.', 403)
    const draft: unknown = await context.req.json().catch(() => undefined)
    return context.json(await saveLabel(await placeOf(context), draft, now().toISOString()))
  })

  // A frame is what the recording that is named has of it now; of a small picture in a list the one that was made once is enough.
  app.get(`/frames/${hash}`, async (context) => {
    const frame = await readFrame(context)
    return sendPicture(context, 'bytes' in frame ? await makeSmall(context, async () => frame) : frame)
  })
  app.get(`/thumbnails/${hash}`, async (context) =>
    sendPicture(context, await makeSmall(context, () => readFrame(context))),
  )
  return app
}

/** Send recorded bytes as a picture or, in words, why not: the type is what the bytes say, whatever anybody declared. */
function sendPicture(context: Context, frame: ReadFrame): Response {
  if ('problem' in frame) return context.text(frame.problem, 404)
  const type = shownTypeOf(frame.bytes)
  if (type === undefined) return context.text('There is no such picture.', 404)
  return context.body(frame.bytes as Uint8Array<ArrayBuffer>, 200, {
    'content-type': type,
    'content-security-policy': recordedPolicy,
  })
}
