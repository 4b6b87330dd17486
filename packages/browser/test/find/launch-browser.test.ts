import { findBrowser, launchBrowser } from '@contrail/browser'
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

test('a browser is started once, says its version then and where it came from, and takes the switches it is given', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'contrail-once-'))
  try {
    const { executablePath, env = {} } = await findBrowser()
    const [wrapper, starts] = [path.join(folder, 'chromium'), path.join(folder, 'starts')]
    await writeFile(wrapper, `#!/bin/sh\necho start >> '${starts}'\nexec '${executablePath}' "$@"\n`, { mode: 0o755 })
    const { browser, found } = await launchBrowser({
      env: { ...process.env, ...env, CONTRAIL_BROWSER: wrapper },
      args: ['--user-agent=Contrail'],
    })
    const page = await browser.newPage()
    expect(await page.evaluate(() => navigator.userAgent)).toBe('Contrail')
    expect(browser.version()).toContain(found.version)
    await browser.close()
    expect(found).toMatchObject({ source: 'CONTRAIL_BROWSER', executablePath: wrapper })
    expect(found.args).toEqual(process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [])
    expect(found.version).toMatch(/^\d+\.\d+\.\d+/)
    expect(await readFile(starts, 'utf8')).toBe('start\n')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('a browser that does not start is BROWSER_LAUNCH_FAILED and names itself', async () => {
  const launching = launchBrowser({ env: { ...process.env, CONTRAIL_BROWSER: '/bin/false' } })
  await expect(launching).rejects.toMatchObject({
    name: 'ContrailError',
    code: 'BROWSER_LAUNCH_FAILED',
    message: expect.stringContaining('/bin/false (CONTRAIL_BROWSER) did not start'),
  })
})

test('without Playwright the package loads, and only a launch fails, with the cure', async () => {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'contrail-alone-')))
  try {
    // Our source where no Playwright can be resolved from, with core beside it.
    await cp(path.join(import.meta.dirname, '../../src'), path.join(folder, 'src'), { recursive: true })
    await mkdir(path.join(folder, 'node_modules/@contrail'), { recursive: true })
    await symlink(path.join(import.meta.dirname, '../../../core'), path.join(folder, 'node_modules/@contrail/core'))
    await writeFile(path.join(folder, 'package.json'), '{ "type": "module" }')
    await writeFile(
      path.join(folder, 'program.ts'),
      `import { findBrowser, launchBrowser } from './src/index.ts'
       await launchBrowser().catch(({ code, message }) => console.log(code, message))`,
    )
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--conditions=@contrail/source',
      path.join(folder, 'program.ts'),
    ])
    expect(stdout).toMatch(/^PLAYWRIGHT_MISSING .*npm install playwright/)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
