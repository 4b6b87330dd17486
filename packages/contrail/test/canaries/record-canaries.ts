import {
  captureCua,
  captureDom,
  captureHybrid,
  recordPage,
  TrajectoryRecorder,
  type DomTurn,
  type EvidenceSink,
} from 'contrail'
import type { Browser, BrowserContext, Page } from 'playwright'
import { servePages } from './pages.ts'
import { toldEvents } from './tell-events.ts'
import { inFile, option, typed, underName, variable } from './values.ts'

/** The outcome of a run beside its files. */
export interface CanaryRun {
  readonly directory: string
  /** All that the run said: the trajectory, warnings, errors, the path of the score. */
  readonly said: readonly unknown[]
  /** Every event as the recorder was given it. */
  readonly events: readonly unknown[]
}

/**
 * Record all canaries in one run, through every capture in a real browser, by several recorders at once.
 *
 * @returns the outcome of each
 */
export async function recordCanaries(
  browser: Browser,
  recorders: readonly ConstructorParameters<typeof TrajectoryRecorder>[0][],
): Promise<CanaryRun[]> {
  const events: unknown[] = []
  const all = recorders.map((options) => {
    const said: unknown[] = []
    const onWarning = (message: string, cause: unknown): void => void said.push(message, cause)
    return { said, recorder: new TrajectoryRecorder({ ...options, onWarning }) }
  })
  const sink: EvidenceSink = (event) => {
    events.push(event)
    for (const { recorder } of all) recorder.onEvidence(event)
  }
  await using site = await servePages()
  await using context = await browser.newContext({ viewport: { width: 320, height: 240 } })
  await Promise.all([
    signIn(await context.newPage(), sink, site.url),
    useTools(context, sink, site.url),
    typeKeys(await context.newPage(), sink, site.url),
    runScript(await context.newPage(), sink, site.url),
  ])
  return await Promise.all(
    all.map(async ({ said, recorder }) => {
      for (const event of toldEvents()) {
        events.push(event)
        await recorder.record(event).catch((cause: unknown) => said.push(cause))
      }
      const verdict = { outcomeSuccess: true, explanation: `saw ${option.verdictExplanation}` }
      said.push(await recorder.persistVerdict(verdict, { name: `by ${option.scoreName}` }))
      said.push(await recorder.finish({ finalAnswer: `found ${option.finishAnswer}` }))
      said.push(recorder.health())
      return { directory: recorder.directory ?? '', said, events }
    }),
  )
}

type Url = (path: string) => string

/** An agent with tools fills the fields of a form, in frames, dialogs and shadow roots too. */
async function signIn(page: Page, sink: EvidenceSink, url: Url): Promise<void> {
  await page.goto(url('/login'))
  const capture = captureDom(page, sink)
  const fields = [
    [page.locator('#password'), 'password'],
    [page.locator('#shown'), 'shownPassword'],
    [page.locator('#code'), 'oneTimeCode'],
    [page.locator('#card'), 'card'],
    [page.locator('#cvc'), 'cardCode'],
    [page.locator('#inShadow'), 'shadowPassword'],
    [page.frameLocator('iframe').locator('#inFrame'), 'framePassword'],
    [page.locator('#inDialog'), 'dialogPassword'],
  ] as const
  const fill = async ([field, door]: (typeof fields)[number], step: DomTurn['step']): Promise<void> => {
    const text = typed[door]
    await step({ actionName: 'fill', actionArgs: { text, at: String(field) } }, async () => {
      await field.fill(text)
      return { success: true, message: `typed ${text} into ${String(field)}` }
    })
  }
  await capture.turn(async ({ step }) => {
    for (const field of fields.slice(0, -1)) await fill(field, step)
  })
  await page.evaluate('dialog.showModal()')
  await capture.turn(async ({ step }) => {
    for (const field of fields.slice(-1)) await fill(field, step)
    await step({ actionName: 'show' }, () => page.locator('#show').evaluate('show.click()'))
  })
  await capture.finalAnswer({
    message: `It is ${option.finalMessage}`,
    output: { code: [option.finalOutput], variables: Object.values(variable), lines: Object.values(inFile) },
  })
}

/** An agent with tools and pictures reads what the page and the browser keep. */
async function useTools(context: BrowserContext, sink: EvidenceSink, url: Url): Promise<void> {
  const page = await context.newPage()
  const capture = captureHybrid(page, sink)
  await page.goto(url('/shop'))
  await context.addCookies([{ name: 'sid', value: underName.storedCookie, url: url('/') }])
  await page.evaluate((token) => localStorage.setItem('auth_token', token), underName.localStorage)
  await capture.screenshot()
  await capture.turn(async ({ step }) => {
    await step({ actionName: 'storage' }, () => page.evaluate('JSON.stringify(localStorage)'))
    await step({ actionName: 'cookies' }, () => context.cookies())
    await step({ actionName: 'download' }, async () => {
      const [download] = await Promise.all([page.waitForEvent('download'), page.click('#file')])
      return { saved: download.suggestedFilename() }
    })
  })
  await page.goto(url('/login'))
  const text = typed.thrownPassword
  const failing = capture.turn(({ step }) =>
    step({ actionName: 'fill', actionArgs: { text } }, async () => {
      await page.fill('#password', text)
      throw new Error(`could not type ${text}`)
    }),
  )
  await failing.catch(() => undefined)
  const refused = capture.turn(({ step }) =>
    // oxlint-disable-next-line typescript/only-throw-error -- agents do
    step({ actionName: 'call' }, () => Promise.reject({ status: 401, told: option.thrownObject })),
  )
  await refused.catch(() => undefined)
  await capture.settled()
}

/** A computer-use model types where the focus is. */
async function typeKeys(page: Page, sink: EvidenceSink, url: Url): Promise<void> {
  await page.goto(url('/login'))
  const capture = captureCua(page, sink)
  await capture.turn(async () => {
    await capture.screenshot()
    await page.focus('#password')
    const text = typed.keyboardPassword
    await capture.act({ type: 'type', text }, () => page.keyboard.type(text))
    await capture.act({ type: 'click', x: 5, y: 5 }, () => page.mouse.click(5, 5))
  })
  await capture.settled()
}

/** A script without any agent. */
async function runScript(original: Page, sink: EvidenceSink, url: Url): Promise<void> {
  const page = recordPage(original, sink)
  await page.goto(url('/form'))
  await page.getByLabel('Password').fill(typed.formPassword)
  await page.getByRole('button').click()
  await page.waitForURL('**/shop?password=*')
  await page.goto(url(`/shop?note=${option.pageAddress}`))
  await page.goto(url(`/shop?access_token=${underName.queryToken}#id_token=${underName.fragmentToken}`))
  await page.goto(url('/shop').replace('://', `://anna:${underName.userinfo}@`)).catch(() => undefined)
  await page.click(`text=${option.selectorError}`, { timeout: 50 }).catch(() => undefined)
  await page.click('#buy')
  await page.close()
}
