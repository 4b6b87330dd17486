import { openDemoSite, type DemoSite } from '@contrail/demo'
import { launchBrowser } from '@contrail/browser'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { useBrowser } from '../../../../scripts/shared-browser.ts'
import { retryLoop, type RetryLoopResult } from '../../src/doors/evaluation.ts'
import { inFast } from '../../../../scripts/test-size.ts'
import { createAgent } from './self-improvement/agent.ts'
import { scenarios, type Scenario } from './self-improvement/scenarios.ts'

let root: string
const browser = useBrowser(launchBrowser)
let shop: DemoSite
let otherShop: DemoSite

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'contrail-retry-'))
  ;[shop, otherShop] = [await openDemoSite(), await openDemoSite()]
})
afterAll(async () => {
  await Promise.all([shop.close(), otherShop.close()])
  await rm(root, { recursive: true, force: true })
})

/** Let an agent with one bad habit work on its task until it is done, twice at most. */
async function improve({ id, instruction, work, isDone }: Scenario): Promise<RetryLoopResult> {
  const { origin } = shop
  await using context = await browser().newContext({ viewport: { width: 480, height: 360 } })
  return await retryLoop({
    taskSpec: { id, instruction, initUrl: `${origin}/` },
    outputRoot: root,
    systemPrompt: 'You shop for lamps.',
    maxAttempts: 2,
    async run({ systemPrompt, userContext, recorder }) {
      // What the attempt before has put into the cart.
      await context.clearCookies()
      const page = await context.newPage()
      const agent = createAgent(page, recorder.onEvidence, origin, `${systemPrompt}\n${userContext}`)
      const finalAnswer = await agent.answer(await work(agent, otherShop.origin))
      return { finalAnswer, score: (await isDone(page, finalAnswer, origin)) ? 1 : 0.2 }
    },
  })
}

/** Each loop runs once, whichever test asks for it first. */
const loops = new Map<Scenario, Promise<RetryLoopResult>>()
function loopOf(scenario: Scenario): Promise<RetryLoopResult> {
  const loop = loops.get(scenario) ?? improve(scenario)
  loops.set(scenario, loop)
  return loop
}
/** Of the smallest size: failures of the site, of the agent's tools, of its words, and of what it leaves undone. */
const few = ['BLOCKED', 'TOOL_ERROR_CASCADE', 'FABRICATED_ANSWER', 'PREMATURE_STOP']
const tried = inFast(
  scenarios.filter(({ fails }) => few.includes(fails)),
  scenarios,
)

// One browser and one shop serve all of them at once.
test.concurrent.each(tried)('$fails: $instruction', async (scenario) => {
  const loop = await loopOf(scenario)
  expect(loop.attempts[0]?.report).toMatchObject({ primary: scenario.fails, score: 0.2, succeeded: false })
})

test('the plan in the prompt turns at least three of four into successes, and the results say so', async () => {
  const results = await Promise.all(tried.map(loopOf))
  const succeeded = results.filter(({ stopped }) => stopped === 'success')
  expect(succeeded.length).toBeGreaterThanOrEqual((tried.length * 3) / 4)
  for (const { results: compared } of succeeded)
    expect(compared[0]).toMatchObject({ original_score: 0.2, retry_score: 1, improvement: 0.8, failure_fixed: true })
})
