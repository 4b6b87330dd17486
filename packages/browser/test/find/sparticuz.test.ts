import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { chromium } from 'playwright'
import { expect, onTestFinished, test } from 'vitest'
import { inFast } from '../../../../scripts/test-size.ts'
import { findSparticuzChromium } from '../../src/find/sparticuz.ts'
import { runProgram } from '../support/run-program.ts'

const runsHere = process.platform === 'linux' && process.arch === 'x64' && isInstalled()

/** A start with the libraries of the package, on a machine that lacks its own, as its ldd would say. */
async function expectToStart(cache: string, folder: string): Promise<void> {
  const bin = path.join(cache, 'bin')
  await mkdir(bin)
  await writeFile(path.join(bin, 'ldd'), '#!/bin/sh\necho "libnss3.so => not found"\n')
  await chmod(path.join(bin, 'ldd'), 0o755)
  const bare = await findSparticuzChromium({ XDG_CACHE_HOME: cache, PATH: bin, LD_LIBRARY_PATH: '/mine' })
  const libraries = path.join(folder, 'al2023', 'lib')
  expect(bare?.env['LD_LIBRARY_PATH']).toBe(`${libraries}:/mine`)

  // All tests of pages start it with the machine's own, where they run with this browser.
  const env = { ...process.env, LD_LIBRARY_PATH: libraries }
  const browser = await chromium.launch({ executablePath: path.join(folder, 'chromium'), env })
  const page = await browser.newPage()
  await page.setContent('<h1>Hello</h1>')
  expect(await page.locator('h1').textContent()).toBe('Hello')
  await browser.close()
}

async function makeCache(): Promise<string> {
  const cache = await mkdtemp(path.join(tmpdir(), 'contrail-cache-'))
  onTestFinished(() => rm(cache, { recursive: true, force: true }))
  return cache
}

// To unpack it takes seconds. Two workers of a first run on a machine do so at once.
test.runIf(runsHere).each(inFast<string[]>([], ['two processes at once']))(
  '%s leave one whole Chromium, which starts',
  async () => {
    const cache = await makeCache()
    const unpack = () => runProgram(new URL('./programs/unpack-chromium.ts', import.meta.url), [cache])
    const answers = await Promise.all([unpack(), unpack()])
    expect(new Set(answers).size).toBe(1)
    const { executablePath } = JSON.parse(answers[0] ?? '') as { executablePath: string }
    const [folder = '', ...others] = await readdir(path.join(cache, 'contrail'))
    expect(folder).toMatch(/^chromium-\d+\.\d+\.\d+$/)
    expect(others).toEqual([]) // no half of one is left
    expect(executablePath).toBe(path.join(cache, 'contrail', folder, 'chromium'))
    await expectToStart(cache, path.join(cache, 'contrail', folder))
  },
)

test.runIf(runsHere)(
  'one that was unpacked is used as it is, with its own libraries where some are missing',
  async () => {
    const cache = await makeCache()
    // The one of this machine, which is unpacked for the first that asks.
    const known = await findSparticuzChromium(process.env)
    const whole = path.dirname(known!.executablePath)
    const folder = path.join(cache, 'contrail', path.basename(whole))
    await mkdir(folder, { recursive: true })
    for (const name of await readdir(whole)) await symlink(path.join(whole, name), path.join(folder, name))
    await expectToStart(cache, folder)
    expect(await readdir(path.join(cache, 'contrail'))).toEqual([path.basename(whole)])
  },
)

test.runIf(runsHere)(
  'what ends well and unpacks nothing, as one executable of a program may, leaves no browser',
  async () => {
    const cache = await makeCache()
    const { execPath } = process
    process.execPath = path.join(cache, 'program')
    await writeFile(process.execPath, '#!/bin/sh\n', { mode: 0o755 })
    try {
      await expect(findSparticuzChromium({ XDG_CACHE_HOME: cache })).rejects.toThrow('there is no browser')
    } finally {
      process.execPath = execPath
    }
    expect(await readdir(path.join(cache, 'contrail'))).toEqual([])
  },
)

function isInstalled(): boolean {
  try {
    createRequire(import.meta.url).resolve('@sparticuz/chromium')
    return true
  } catch {
    return false
  }
}
