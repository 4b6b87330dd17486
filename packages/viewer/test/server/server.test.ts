import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TrajectoryRecorder, writeVerdict } from '@contrail/recorder'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openViewer, type OpenViewer } from '../../src/index.ts'
import { ask, openSession } from './ask.ts'

const secret = 'only-in-the-recording'
const png = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.from(secret)])
const html = Buffer.from(`<script>document.title = "${secret}"</script>`)
const svg = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg"><script>${secret}</script></svg>`)

let root: string
let directory: string
let viewer: OpenViewer
let cookie: string
let key: string

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'contrail-viewer-'))
  directory = await record('run-1', 'task')
  await writeFile(join(root, 'outside.txt'), secret)
  viewer = await openViewer({ root, cacheDirectory: join(root, '.cache') })
  cookie = await openSession(viewer.port, viewer.url)
  const { rows } = JSON.parse((await get('/api/recordings')).bytes.toString()) as { rows: { key: string }[] }
  key = rows[0]!.key
})

afterAll(async () => {
  await viewer.close()
  await rm(root, { recursive: true, force: true })
})

async function record(runId: string, id: string): Promise<string> {
  const recorder = new TrajectoryRecorder({
    taskSpec: { id, instruction: secret },
    outputRoot: root,
    runId,
    persist: true,
  })
  for (const screenshot of [png, html, svg]) {
    await recorder.record({
      type: 'screenshot',
      screenshot,
      url: 'http://shop.test/',
      evidenceRole: 'agent',
      mediaType: 'image/png',
    })
    await recorder.record({
      type: 'step_finished',
      actionName: 'click',
      actionArgs: {},
      reasoning: secret,
      toolOutput: { ok: true },
    })
  }
  await recorder.finish({ status: 'complete' })
  return recorder.directory ?? ''
}

const get = (path: string, headers: Record<string, string> = {}) =>
  ask(viewer.port, path, { headers: { cookie, ...headers } })

test('who has the cookie sees recordings; the link has a token of 128 bits in its fragment', async () => {
  expect(viewer.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#\/\?token=[0-9a-f]{32}$/)
  expect(viewer.recordings).toBe(1)
  const { status, bytes } = await get(`/api/recordings/${key}`)
  expect([status, bytes.toString().includes(secret)]).toEqual([200, true])
})

test('the cookie is HttpOnly and of this site alone, and only the token gives it', async () => {
  const exchange = (token: unknown) =>
    ask(viewer.port, '/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    })
  const good = await exchange(viewer.url.split('token=')[1])
  expect(good.headers['set-cookie']?.[0]).toMatch(/; HttpOnly; SameSite=Strict$/)
  for (const wrong of ['', '0'.repeat(32), 5, null, [], viewer.url.split('token=')[1]?.slice(1)]) {
    const refused = await exchange(wrong)
    expect([refused.status, refused.headers['set-cookie']]).toEqual([401, undefined])
  }
})

test.each([
  ['without a cookie', {}, 401],
  ['with a made-up cookie', { cookie: 'contrail-1=0' }, 401],
  ['by a name that leads here', { host: 'evil.test' }, 421],
  ['by our name and another port', { host: '127.0.0.1:1' }, 421],
  ['by a page of another origin', { origin: 'http://evil.test' }, 403],
  ['by a page of another port', { origin: 'http://127.0.0.1:1' }, 403],
  ['by a page without an origin', { origin: 'null' }, 403],
  ['across sites', { 'sec-fetch-site': 'cross-site' }, 403],
  ['from another port of this host', { 'sec-fetch-site': 'same-site' }, 403],
])('asked %s, nothing of a recording goes out', async (name, headers, status) => {
  for (const path of [
    '/api/recordings',
    `/api/recordings/${key}`,
    `/frames/${'0'.repeat(64)}`,
    `/api/recordings/${key}/events`,
  ]) {
    const isOurs = !name.includes('cookie')
    const answer = await ask(viewer.port, path, { headers: { ...(isOurs ? { cookie } : {}), ...headers } })
    expect([path, answer.status]).toEqual([path, status])
    expect(answer.bytes.includes(secret)).toBe(false)
  }
})

test('a page of another site can neither read nor write, whatever it sends', async () => {
  const body = JSON.stringify({
    annotator: 'mallory',
    blind: true,
    outcome: 'success',
    process: 1,
    comment: '',
    steps: [],
    verdictsSeen: [],
  })
  const send = (headers: Record<string, string>, method = 'POST') =>
    ask(viewer.port, `/api/recordings/${key}/labels`, { method, body, headers: { cookie, ...headers } })
  const json = { 'content-type': 'application/json' }
  const mark = { 'x-contrail': 'label' }
  expect((await send({ 'content-type': 'text/plain', ...mark })).status).toBe(415)
  expect((await send(json)).status).toBe(403)
  expect((await send({ ...json, ...mark, origin: 'http://evil.test' })).status).toBe(403)
  for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS'])
    expect((await send({ ...json, ...mark }, method)).status).toBe(405)
  expect(await readdir(directory)).not.toContain('labels')
  expect((await send({ ...json, ...mark })).status).toBe(200)
  expect(await readFile(join(directory, 'labels/mallory.json'), 'utf8')).toContain('success')
})

test('a label is at most 64 KB', async () => {
  const body = JSON.stringify({ comment: 'x'.repeat(70_000) })
  const headers = { cookie, 'content-type': 'application/json', 'x-contrail': 'label' }
  const answer = await ask(viewer.port, `/api/recordings/${key}/labels`, { method: 'POST', body, headers })
  expect(answer.status).toBe(413)
})

const up = ['../', '..%2f', '%2e%2e/', '%2e%2e%2f', '..\\', '..%5c', '%252e%252e%252f', '..%c0%af', '....//', '.%00./']
const targets = ['outside.txt', 'run-1/task/core.log', 'etc/passwd', '/etc/passwd']
const traversals = up.flatMap((one) => targets.map((target) => one.repeat(4) + target))

test(`none of ${traversals.length} spellings of a path leads out of what is served`, async () => {
  expect(traversals.length).toBeGreaterThanOrEqual(40)
  for (const prefix of [
    '/',
    '/assets/',
    '/frames/',
    '/thumbnails/',
    '/api/recordings/',
    `/api/recordings/${key}/steps/`,
  ]) {
    for (const path of traversals) {
      const { status, bytes } = await get(prefix + path)
      expect([prefix + path, status >= 400]).toEqual([prefix + path, true])
      expect(bytes.includes(secret) || bytes.includes('root:')).toBe(false)
    }
  }
})

test('a frame goes out as the picture that its bytes are, with a policy of its own; what is no picture does not', async () => {
  const { steps } = JSON.parse((await get(`/api/recordings/${key}`)).bytes.toString()) as {
    steps: { before: { agent: { sha256: string } } }[]
  }
  const [picture, page, drawing] = await Promise.all(
    steps.map(({ before }) => get(`/frames/${before.agent.sha256}?of=${key}`)),
  )
  expect(picture!.bytes.equals(png)).toBe(true)
  expect(picture!.headers).toMatchObject({
    'content-type': 'image/png',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
  })
  for (const refused of [page!, drawing!])
    expect([refused.status, refused.bytes.includes(secret)]).toEqual([404, false])
})

test('a frame is the one of the recording that is named, whatever a sibling has, and says why there is none', async () => {
  const sibling = await record('run-5', 'sibling')
  const { rows } = JSON.parse((await get('/api/recordings?look=1')).bytes.toString()) as {
    rows: { key: string; run: string }[]
  }
  const of = rows.find(({ run }) => run === 'run-5')!.key
  const { steps } = JSON.parse((await get(`/api/recordings/${of}`)).bytes.toString()) as {
    steps: { before: { agent: { sha256: string } } }[]
  }
  const [picture = '', , drawing = ''] = steps.map(({ before }) => before.agent.sha256)
  const told = async (sha256: string, from: string): Promise<string> => {
    const { status, bytes } = await get(`/frames/${sha256}?of=${from}&width=160`)
    return `${status} ${status === 200 ? 'shown' : bytes.toString()}`
  }
  expect(await told(picture, of)).toBe('200 shown')
  const [file = ''] = await readdir(join(sibling, 'screenshots/agent'))
  await writeFile(join(sibling, 'screenshots/agent', file), 'no picture')
  expect(await told(picture, of)).toBe('404 This frame is corrupt: its bytes are not what was recorded.')
  await rm(join(sibling, 'screenshots/agent', file))
  expect(await told(picture, of)).toBe('404 This frame is missing from the recording.')
  expect(await told(picture, key)).toBe('200 shown')
  expect(await told(drawing, of)).toBe('404 This frame cannot be shown: its bytes are not image/png.')
})

test('the page comes with a policy under which nothing from elsewhere runs', async () => {
  const { headers, bytes } = await ask(viewer.port, '/')
  expect(bytes.toString()).toContain('<div id="page">')
  expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
  expect(headers['content-security-policy']).toContain("require-trusted-types-for 'script'; trusted-types 'none'")
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
  })
  expect(headers['access-control-allow-origin']).toBeUndefined()
})

test('verdicts are not sent before the annotator has judged, unless asked for', async () => {
  await writeVerdict(directory, { outcomeSuccess: true, explanation: 'the judge said so' })
  const of = async (query: string) => (await get(`/api/recordings/${key}/judgements${query}`)).bytes.toString()
  expect(await of('?annotator=ann')).not.toContain('the judge said so')
  expect(JSON.parse(await of('?annotator=ann'))).toMatchObject({ hidden: true, counts: { verdicts: 1 } })
  expect(await of('?annotator=ann&reveal=1')).toContain('the judge said so')
  expect(await of('?annotator=mallory')).toContain('the judge said so')
})

test('labels that cannot be read hide no verdict and say why, and nothing is written through a link', async () => {
  const linked = await record('run-4', 'linked')
  await writeVerdict(linked, { outcomeSuccess: true, explanation: 'the judge said so' })
  const elsewhere = join(root, '.elsewhere')
  await mkdir(elsewhere)
  await symlink(elsewhere, join(linked, 'labels'))
  const { rows } = JSON.parse((await get('/api/recordings?look=1')).bytes.toString()) as {
    rows: { key: string; run: string }[]
  }
  const at = `/api/recordings/${rows.find(({ run }) => run === 'run-4')!.key}`
  const told = (await get(`${at}/judgements?annotator=ann&reveal=1`)).bytes.toString()
  expect(told).toContain('the judge said so')
  expect(JSON.parse(told)).toMatchObject({ labels: [], labelsProblem: expect.stringContaining('a link') as string })
  const body = JSON.stringify({
    annotator: 'ann',
    blind: true,
    outcome: null,
    process: null,
    comment: '',
    steps: [],
    verdictsSeen: [],
  })
  const headers = { cookie, 'content-type': 'application/json', 'x-contrail': 'label' }
  expect((await ask(viewer.port, `${at}/labels`, { method: 'POST', body, headers })).status).toBe(404)
  expect(await readdir(elsewhere)).toEqual([])
})

test('the page has one script of less than 60 kB packed, and what only the one file needs is not served', async () => {
  const [, script = ''] = /<script type="module"[^>]* src="([^"]+)"/.exec((await get('/')).bytes.toString()) ?? []
  const { status, bytes } = await get(script)
  expect([status, gzipSync(bytes).byteLength < 60_000]).toEqual([200, true])
  expect((await get('/file/page.js')).status).toBe(404)
})

test('HEAD asks for the same and gets no body, also where events are told', async () => {
  for (const path of ['/', '/api/recordings', `/api/recordings/${key}`, '/api/recordings/events']) {
    const { status, bytes } = await ask(viewer.port, path, { method: 'HEAD', headers: { cookie } })
    expect([path, status, bytes.byteLength]).toEqual([path, 200, 0])
  }
})

test('a recording that cannot be read is a row that says why, and its page says so too', async () => {
  const broken = await record('run-2', 'broken')
  await writeFile(join(broken, 'trajectory.json'), '{"formatVersion":1,')
  await writeFile(join(broken, 'task_data.json'), '{')
  const linked = join(root, 'run-3')
  await symlink('/etc', linked)
  const again = await openViewer({ root, cacheDirectory: join(root, '.cache') })
  try {
    const headers = { cookie: await openSession(again.port, again.url) }
    const { rows } = JSON.parse((await ask(again.port, '/api/recordings', { headers })).bytes.toString()) as {
      rows: { key: string; run: string; status: string; error?: string }[]
    }
    const row = rows.find(({ run }) => run === 'run-2')
    expect(row).toMatchObject({ status: 'unreadable', error: expect.stringContaining('trajectory.json') as string })
    expect((await ask(again.port, `/api/recordings/${row!.key}`, { headers })).status).toBe(404)
    expect(rows.map(({ run }) => run)).not.toContain('run-3')
  } finally {
    await again.close()
  }
})

test('a port in use is refused, and the next free one is named', async () => {
  const second = openViewer({ root, port: viewer.port })
  await expect(second).rejects.toMatchObject({ code: 'PORT_UNAVAILABLE', details: { port: viewer.port } })
  await expect(second).rejects.toThrow(/port \d+ is free: --port \d+/)
})

test('a viewer wants a root or a directory', async () => {
  await expect(openViewer({})).rejects.toThrow(TypeError)
  await expect(openViewer({ root: join(root, 'nowhere') })).rejects.toMatchObject({ code: 'DIRECTORY_UNAVAILABLE' })
})
