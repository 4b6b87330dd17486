import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { chromium } from 'playwright'
import { expect, test } from 'vitest'
import { findSparticuzChromium } from '../../src/find/sparticuz.ts'
import { runProgram } from '../support/run-program.ts'

const runsHere = process.platform === 'linux' && process.arch === 'x64' && isInstalled()

test.runIf(runsHere)(
  'two processes at once leave one whole Chromium, which starts, with its own libraries where some are missing',
  async () => {
    const cache = await mkdtemp(path.join(tmpdir(), 'contrail-cache-'))
    try {
      const answers = await Promise.all(
        [1, 2].map(() => runProgram(new URL('./programs/unpack-chromium.ts', import.meta.url), [cache])),
      )
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

function isInstalled(): boolean {
  try {
    createRequire(import.meta.url).resolve('@sparticuz/chromium')
    return true
  } catch {
    return false
  }
}
