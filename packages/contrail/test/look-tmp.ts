import { launchBrowser } from '@contrail/browser'
const [, , file, out, ...keys] = process.argv
const { browser } = await launchBrowser({})
const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, offline: false })
const page = await context.newPage()
const requests: string[] = []
page.on('request', (r) => requests.push(r.url().slice(0, 90)))
page.on('console', (m) => console.log('console', m.type(), m.text()))
page.on('pageerror', (e) => console.log('pageerror', e.message))
const t = performance.now()
await page.goto(`file://${file}`)
await page.waitForSelector('[data-testid=search], .notice')
await page.waitForFunction(() => { const i = document.querySelector<HTMLImageElement>('[data-testid=frame-before] img'); return !i || i.naturalWidth > 0 }, undefined, {timeout: 5000}).catch((e) => console.log('no frame', e.message))
console.log('shown', Math.round(performance.now() - t), page.url().slice(-60))
for (const key of keys) { await page.keyboard.press(key); await page.waitForTimeout(300) }
await page.waitForTimeout(300)
await page.screenshot({ path: out })
console.log(requests)
await browser.close()
