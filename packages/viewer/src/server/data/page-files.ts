import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** A file of the page as it is served. */
export interface PageFile {
  readonly type: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
}

/** The page as one script, for a file that can fetch no part of it. */
const wholeScript = '/file/page.js'

/**
 * Read the files of the page, by the path they are asked for: all there is to serve, so that no request reaches a disk. In the
 * workspace the page is built first where its sources have changed.
 */
export async function readPageFiles(): Promise<ReadonlyMap<string, PageFile>> {
  return new Map([...(await readOnce())].filter(([path]) => path !== wholeScript))
}

/** Read the one script and the one style that make the page without a server. */
export async function readFilePage(): Promise<{ script: string; style: string }> {
  const files = [...(await readOnce())]
  const textOf = (end: string): string => {
    const [found, ...others] = files.filter(([path]) => path.endsWith(end))
    if (!found || others.length > 0)
      throw new Error(`the page: expected one file ${end}, got ${found ? others.length + 1 : 0}`)
    return Buffer.from(found[1].bytes).toString('utf8')
  }
  return { script: textOf(wholeScript), style: textOf('.css') }
}

let once: Promise<ReadonlyMap<string, PageFile>> | undefined

/** A process shows one page all its time, also where many files are exported by it. */
function readOnce(): Promise<ReadonlyMap<string, PageFile>> {
  return (once ??= readBuilt().catch((cause: unknown) => {
    once = undefined
    throw cause
  }))
}

async function readBuilt(): Promise<Map<string, PageFile>> {
  const packageDirectory = fileURLToPath(new URL('../../..', import.meta.url))
  // What is published holds no settings of a build, and its page is built.
  const isWorkspace = existsSync(join(packageDirectory, 'vite.config.ts'))
  const directory = isWorkspace ? await buildWhereChanged(packageDirectory) : join(packageDirectory, 'dist/page')
  const files = new Map<string, PageFile>()
  for (const name of await readdir(directory, { recursive: true })) {
    const type = types[name.slice(name.lastIndexOf('.') + 1)]
    if (type === undefined) continue
    const path = `/${name.replaceAll('\\', '/')}`
    files.set(path === '/index.html' ? '/' : path, {
      type,
      bytes: new Uint8Array(await readFile(join(directory, name))),
    })
  }
  return files
}

/** Each state of the sources has a directory of its own, which is whole or not there: several may build at once. */
async function buildWhereChanged(packageDirectory: string): Promise<string> {
  const directory = join(packageDirectory, 'dist/.pages', await hashSources(packageDirectory))
  if (existsSync(directory)) return directory
  const temporary = `${directory}.${process.pid}`
  const vite = join(packageDirectory, 'node_modules/vite/bin/vite.js')
  const words = [vite, 'build', '--logLevel', 'warn', '--outDir', temporary]
  // Whoever asks for it, a test too, gets the page that is published.
  const env = { ...process.env, NODE_ENV: 'production' }
  await promisify(execFile)(process.execPath, words, { cwd: packageDirectory, env })
  await rename(temporary, directory).catch(async (cause: unknown) => {
    // Somebody else was faster, with the same page.
    if (!existsSync(directory)) throw cause
    await rm(temporary, { recursive: true })
  })
  return directory
}

async function hashSources(packageDirectory: string): Promise<string> {
  const hash = createHash('sha256')
  const names = [
    'vite.config.ts',
    'package.json',
    ...(await readdir(join(packageDirectory, 'src'), { recursive: true })).map((name) => join('src', name)).toSorted(),
  ]
  for (const name of names.filter((file) => /\.\w+$/.test(file))) {
    hash.update(name).update(await readFile(join(packageDirectory, name)))
  }
  return hash.digest('hex')
}
