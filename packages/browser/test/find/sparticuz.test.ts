import { chmod, mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { chromium } from 'playwright'
import { expect, test } from 'vitest'
import { bySize } from '../../../../scripts/test-size.ts'
import { findSparticuzChromium } from '../../src/find/sparticuz.ts'
import { runProgram } from '../support/run-program.ts'

const runsHere = process.platform === 'linux' && process.arch === 'x64' && isInstalled()

test.runIf(runsHere)(
  'two processes at once leave one whole Chromium, which starts, with its own libraries where some are missing',
  async () => {
    const cache = await mkdtemp(path.join(tmpdir(), 'contrail-cache-'))
    try {
      const unpack = () => runProgram(new URL('./programs/unpack-chromium.ts', import.meta.url), [cache])
      const answers = await Promise.all([unpack(), other(unpack, cache)])
      expect(new Set(answers).size).toBe(1)
      const { executablePath } = JSON.parse(answers[0] ?? '') as { executablePath: string }
      const [folder = '', ...others] = await readdir(path.join(cache, 'contrail'))
      expect(folder).toMatch(/^chromium-\d+\.\d+\.\d+$/)
      expect(others).toEqual([]) // no half of one is left
      expect(executablePath).toBe(path.join(cache, 'contrail', folder, 'chromium'))

      // A machine that lacks libraries, as its ldd would say.
      const bin = path.join(cache, 'bin')
      await mkdir(bin)
      await writeFile(path.join(bin, 'ldd'), '#!/bin/sh\necho "libnss3.so => not found"\n')
      await chmod(path.join(bin, 'ldd'), 0o755)
      const bare = await findSparticuzChromium({ XDG_CACHE_HOME: cache, PATH: bin, LD_LIBRARY_PATH: '/mine' })
      const libraries = path.join(cache, 'contrail', folder, 'al2023', 'lib')
      expect(bare?.env['LD_LIBRARY_PATH']).toBe(`${libraries}:/mine`)

      // All tests of pages start it with the machine's own, where they run with this browser.
      const env = { ...process.env, LD_LIBRARY_PATH: libraries }
      const browser = await chromium.launch({ executablePath, env })
      const page = await browser.newPage()
      await page.setContent('<h1>Hello</h1>')
      expect(await page.locator('h1').textContent()).toBe('Hello')
      await browser.close()
    } finally {
      await rm(cache, { recursive: true, force: true })
    }
  },
)

/**
 * The process that is first. In the smallest size it is one that had unpacked long ago, the first time that a browser was started here,
 * and that ends as soon as the second has begun.
 */
const other = bySize<(unpack: () => Promise<string>, cache: string) => Promise<string>>({
  fast: async (_unpack, cache) => {
    const known = await findSparticuzChromium(process.env)
    const [whole, ready] = [path.dirname(known!.executablePath), path.join(cache, 'ready')]
    await mkdir(ready)
    for (const name of await readdir(whole)) await symlink(path.join(whole, name), path.join(ready, name))
    const place = path.join(cache, 'contrail', path.basename(whole))
    while (!(await readdir(path.dirname(place)).catch(() => [])).length) await sleep(20)
    await rename(ready, place)
    return JSON.stringify({ executablePath: path.join(place, 'chromium'), env: known!.env })
  },
  faults: (unpack) => unpack(),
  long: (unpack) => unpack(),
})

function isInstalled(): boolean {
  try {
    createRequire(import.meta.url).resolve('@sparticuz/chromium')
    return true
  } catch {
    return false
  }
}
