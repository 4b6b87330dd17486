import { channel as diagnosticsChannel } from 'node:diagnostics_channel'
import type { Worker } from 'node:worker_threads'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { ContrailError, readImageHeader } from '@contrail/core'
import { afterAll, expect, test } from 'vitest'
import { openImageTools } from '../src/index.ts'
import { pagePixels, rgbaPng } from './png-file.ts'

// A thread takes longer to start than most of these.
const tools = openImageTools()
afterAll(() => tools.close())

const page = rgbaPng(pagePixels(300, 200), 300)

test('the work is done in another thread: this one goes on meanwhile', async () => {
  // It runs already.
  await tools.reencode(page)
  let turns = 0
  const timer = setInterval(() => turns++, 1)
  const result = await tools.reencode(rgbaPng(pagePixels(640, 400), 640))
  clearInterval(timer)
  expect(result).toMatchObject({ mediaType: 'image/webp' })
  expect(turns).toBeGreaterThan(3)
})

test('questions asked at once are all answered, each with its own answer', async () => {
  const other = rgbaPng(pagePixels(300, 200, 2), 300)
  const [one, same, differing] = await Promise.all([
    tools.reencode(page),
    tools.compare(page, page),
    tools.compare(page, other),
  ])
  expect(one).toMatchObject({ mediaType: 'image/webp' })
  expect(same.differingPixels).toBe(0)
  expect(differing.differingPixels).toBeGreaterThan(0)
})

test('a refusal comes back as the error it was, and the next question is answered', async () => {
  const refusal = await tools.reencode(page.subarray(0, 900)).catch((cause: unknown) => cause)
  expect(await tools.reencode(Buffer.from('no image')).catch((cause: unknown) => cause)).toBeInstanceOf(ContrailError)
  expect(refusal).toMatchObject({ kept: 'not_exact' })
  await expect(tools.compare(page, page, { threshold: -1 })).rejects.toThrow(TypeError)
  await expect(tools.reencode(page)).resolves.toMatchObject({ mediaType: 'image/webp' })
})

test('closed, it rejects what it has not answered, and everything after', async () => {
  const own = openImageTools()
  const asked = own.reencode(page).catch((cause: unknown) => cause)
  await own.close()
  expect(String(await asked)).toContain('has ended')
  await expect(own.reencode(page)).rejects.toThrow('are closed')
  await own.close()
})

// Each of these is a process of its own, and they run side by side.
test.concurrent('tools that nobody closed hold no process open', async () => {
  const index = fileURLToPath(new URL('../src/index.ts', import.meta.url))
  const code = `const { openImageTools } = await import(${JSON.stringify(index)}); await openImageTools().reencode(Buffer.from('no image')).catch(() => undefined); console.log('opened')`
  const child = spawn(process.execPath, ['--conditions=@contrail/source', '--eval', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 60_000,
  })
  const [exitCode] = (await once(child, 'exit')) as [number | null]
  expect(exitCode).toBe(0)
})

test.concurrent('where Node permits no thread the work is done all the same', async () => {
  const index = fileURLToPath(new URL('../src/index.ts', import.meta.url))
  const code = `const { openImageTools } = await import(${JSON.stringify(index)}); console.log(await openImageTools().reencode(Buffer.from('no image')).catch(({ code }) => code))`
  const permitted = ['--permission', '--allow-fs-read=*', '--allow-addons', '--no-warnings']
  const child = spawn(process.execPath, [...permitted, '--conditions=@contrail/source', '--eval', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 60_000,
  })
  expect(await text(child.stdout)).toBe('FILE_INVALID\n')
})

test.concurrent('where a bundler gives the file an address of its own the work is done all the same', async () => {
  const real = new URL('../src/open-image-tools.ts', import.meta.url).href
  const bundled = `import { registerHooks } from 'node:module'
import { readFileSync } from 'node:fs'
registerHooks({
  resolve: (name, context, next) => name === 'app:///tools.ts' ? { url: name, format: 'module-typescript', shortCircuit: true } : next(name, context.parentURL?.startsWith('app:') ? { ...context, parentURL: ${JSON.stringify(real)} } : context),
  load: (url, context, next) => url === 'app:///tools.ts' ? { source: readFileSync(new URL(${JSON.stringify(real)})), format: 'module-typescript', shortCircuit: true } : next(url, context),
})`
  const hooks = `--import=data:text/javascript,${encodeURIComponent(bundled)}`
  const code = `const { openImageTools } = await import('app:///tools.ts'); console.log(await openImageTools().reencode(Buffer.from('no image')).catch(({ code, message }) => code ?? message))`
  const child = spawn(process.execPath, ['--conditions=@contrail/source', hooks, '--no-warnings', '--eval', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 60_000,
  })
  expect(await text(child.stdout)).toBe('FILE_INVALID\n')
})

test.concurrent('where sharp cannot be loaded whatever is asked is refused, and says so', async () => {
  const index = fileURLToPath(new URL('../src/index.ts', import.meta.url))
  const lost = `import { registerHooks } from 'node:module'
registerHooks({ resolve: (name, context, next) => { if (name === 'sharp') throw new Error('no such package'); return next(name, context) } })`
  const code = `const { openImageTools } = await import(${JSON.stringify(index)}); await openImageTools().reencode(Buffer.from('no image')).catch(({ code, message }) => console.log(code, message))`
  const hooks = `--import=data:text/javascript,${encodeURIComponent(lost)}`
  const child = spawn(process.execPath, ['--conditions=@contrail/source', hooks, '--eval', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 60_000,
  })
  expect(await text(child.stdout)).toMatch(/^PACKAGE_MISSING .*no such package.*npm install sharp\n$/)
})

test('a thumbnail is WebP as wide as was asked for, and never wider than the picture', async () => {
  const small = await tools.thumbnail(page, { width: 60 })
  expect(readImageHeader(small)).toMatchObject({ mediaType: 'image/webp', width: 60, height: 40 })
  expect(readImageHeader(await tools.thumbnail(page, { width: 900 }))).toMatchObject({ width: 300, height: 200 })
  const tower = await tools.thumbnail(rgbaPng(pagePixels(20, 2000), 20), { width: 10 })
  expect(readImageHeader(tower)).toMatchObject({ width: 10, height: 30 })
})

test('no thumbnail is made of what is no picture, nor of a width that is none', async () => {
  await expect(tools.thumbnail(Buffer.from('no image'), { width: 60 })).rejects.toBeInstanceOf(ContrailError)
  for (const width of [0, 1.5, 4_000, Number.NaN]) {
    await expect(tools.thumbnail(page, { width })).rejects.toThrow(TypeError)
  }
})

test('a thread that dies takes with it what it was asked, and the next question is answered by another', async () => {
  const threads: Worker[] = []
  const channel = diagnosticsChannel('worker_threads')
  const hear = (message: unknown): void => void threads.push((message as { worker: Worker }).worker)
  channel.subscribe(hear)
  await using own = openImageTools()
  try {
    const asked = own.reencode(page).catch((cause: unknown) => cause)
    await threads[0]!.terminate()
    expect(String(await asked)).toContain('has ended')
    await expect(own.reencode(page)).resolves.toBeDefined()
    expect(threads).toHaveLength(2)
  } finally {
    channel.unsubscribe(hear)
  }
})
