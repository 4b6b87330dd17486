/** Paint over three places of the picture of a page, again and again, and say what one takes. */
import { launchBrowser } from 'contrail'
import { openImageTools } from '../../../packages/images/src/index.ts'
import { answer, givenArguments } from '../in-child.ts'

const { url, times } = givenArguments() as { url: string; times: number }

const { browser } = await launchBrowser()
const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage()
await page.goto(url)
// Encoded as probes are.
const session = await page.context().newCDPSession(page)
const { data } = await session.send('Page.captureScreenshot', { format: 'png', optimizeForSpeed: true })
await browser.close()

const picture = Buffer.from(data, 'base64')
const boxes = [100, 150, 200].map((y) => ({ x: 60.5, y, width: 420, height: 38 }))
await using images = openImageTools()
let painted = await images.paint(picture, boxes)
for (let time = 0; time < 5; time++) painted = await images.paint(picture, boxes)
const before = process.cpuUsage()
const startedMs = performance.now()
for (let time = 0; time < times; time++) await images.paint(picture, boxes)
const wallMs = (performance.now() - startedMs) / times
const { user, system } = process.cpuUsage(before)
answer({ cpuMs: (user + system) / 1_000 / times, wallMs, sizeBytes: picture.length, paintedBytes: painted.length })
