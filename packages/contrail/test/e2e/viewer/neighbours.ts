import { readdir } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import type { Page } from 'playwright'
import { describe, expect, onTestFinished, test } from 'vitest'
import { demoRun, type Stage } from './stage.ts'

/** What pages of other sites get, in a browser that is logged in. */
export function testNeighbours(stage: () => Stage): void {
  describe('hostile neighbours', () => {
    test('a name that leads here reads nothing', async () => {
      const page = await openBeside(await stage().show())
      const answer = await page.goto(`http://evil.test:${stage().viewer.port}/api/recordings`)
      expect(answer?.status()).toBe(421)
      expect(await page.content()).not.toContain(demoRun)
    })

    test('a page of another origin can neither read a recording nor write a label', async () => {
      const viewer = await stage().show()
      const rows = (await viewer.evaluate(() => fetch('/api/recordings').then((answer) => answer.json()))) as {
        rows: { key: string; task: string }[]
      }
      const { key } = rows.rows.find(({ task }) => task === 'try-the-cart')!
      const page = await openBeside(viewer)
      await page.goto(await serveEmptyPage())
      const outcomes = await page.evaluate(
        async ([origin, recording]) => {
          const label = JSON.stringify({
            annotator: 'mallory',
            blind: true,
            outcome: 'success',
            process: 1,
            comment: '',
            steps: [],
            verdictsSeen: [],
          })
          const place = `${origin}/api/recordings/${recording}`
          const tries: [string, RequestInit][] = [
            [place, {}],
            [place, { mode: 'no-cors', credentials: 'include' }],
            [place, { credentials: 'include' }],
            [`${place}/labels`, { method: 'POST', mode: 'no-cors', credentials: 'include', body: label }],
            [
              `${place}/labels`,
              {
                method: 'POST',
                credentials: 'include',
                body: label,
                headers: { 'content-type': 'application/json', 'x-contrail': 'label' },
              },
            ],
          ]
          return Promise.all(
            tries.map(async ([url, init]) => {
              try {
                return (await (await fetch(url, init)).text()).length
              } catch {
                return 'refused'
              }
            }),
          )
        },
        [`http://127.0.0.1:${stage().viewer.port}`, key] as const,
      )
      for (const outcome of outcomes) expect([0, 'refused']).toContain(outcome)
      expect(await readdir(path.join(stage().root, demoRun, 'try-the-cart'))).not.toContain('labels')
    })
  })
}

/** Another page of the browser that is logged in. */
async function openBeside(viewer: Page): Promise<Page> {
  const page = await viewer.context().newPage()
  onTestFinished(() => page.close())
  return page
}

async function serveEmptyPage(): Promise<string> {
  const server = createServer((_, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<p>empty</p>'),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `http://evil.test:${(server.address() as AddressInfo).port}/`
}
