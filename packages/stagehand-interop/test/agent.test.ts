import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { loadTrajectoryFromDisk } from '@browserbasehq/stagehand/lib/v3/verifier/trajectory.js'
import { findBrowser } from '@contrail/browser'
import { checkRecording, readTrajectory, TrajectoryRecorder } from '@contrail/recorder'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryDirectory } from './pictures.ts'
import { AISdkClient, Stagehand } from './published-exports.ts'
import { scriptedModel } from './scripted-model.ts'

async function serveShop(): Promise<string> {
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'text/html')
    response.end(`<title>Shop</title><h1>Page ${request.url ?? ''}</h1><a href="/lamp">Lamp for 12 EUR</a>`)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test("a run of Stagehand's own agent in a real browser is recorded as it went, and its loader reads it", async () => {
  const shop = await serveShop()
  const { executablePath, args, env } = await findBrowser()
  // Stagehand starts its browser with the variables of this process.
  for (const [name, value] of Object.entries(env ?? {})) process.env[name] = value
  const model = scriptedModel([
    {
      text: 'I open the shop',
      calls: [
        { tool: 'goto', input: { url: `${shop}/` } },
        { tool: 'think', input: { reasoning: 'cheap?' } },
      ],
    },
    { text: 'The lamp', calls: [{ tool: 'goto', input: { url: `${shop}/lamp` } }] },
    { text: 'The lamp costs 12 EUR', calls: [] },
    { text: '', calls: [{ tool: 'done', input: { reasoning: 'It costs 12 EUR', taskComplete: true } }] },
  ])
  const stagehand = new Stagehand({
    env: 'LOCAL',
    experimental: true,
    verbose: 0,
    disablePino: true,
    llmClient: new AISdkClient({ model }),
    localBrowserLaunchOptions: {
      executablePath,
      headless: true,
      args: [...args],
      userDataDir: await temporaryDirectory(),
    },
  })
  await stagehand.init()
  onTestFinished(() => stagehand.close({ force: true }))

  const outputRoot = await temporaryDirectory()
  const taskSpec = { id: 'price-of-the-lamp', instruction: 'What does the lamp cost?', initUrl: shop }
  const recorder = new TrajectoryRecorder({ taskSpec, outputRoot, runId: 'stagehand', persist: true })
  const result = await stagehand.agent().execute({
    instruction: taskSpec.instruction,
    callbacks: { onEvidence: recorder.onEvidence },
  })
  const trajectory = await recorder.finish({ status: result.completed ? 'complete' : 'error' })

  expect(trajectory).toMatchObject({ status: 'complete', finalAnswer: 'It costs 12 EUR', gaps: [] })
  expect(
    trajectory.steps.map(({ actionName, reasoning, toolOutput }) => [actionName, reasoning, toolOutput.ok]),
  ).toStrictEqual([
    ['goto', 'I open the shop', true],
    ['think', 'I open the shop', true],
    ['goto', 'The lamp', true],
  ])
  const [first, second, third] = trajectory.steps
  expect(first?.actionArgs).toStrictEqual({ url: `${shop}/` })
  expect(first?.probeEvidence).toMatchObject({ url: `${shop}/`, ariaTree: expect.stringContaining('Lamp for 12 EUR') })
  expect(second?.probeEvidence).toStrictEqual(first?.probeEvidence)
  expect(third?.probeEvidence).toMatchObject({ url: `${shop}/lamp`, ariaTree: expect.stringContaining('Page /lamp') })
  expect(trajectory.finalObservation).toMatchObject({ url: `${shop}/lamp`, screenshot: { mediaType: 'image/png' } })

  const directory = recorder.directory as string
  expect((await checkRecording(directory)).problems).toStrictEqual([])
  const loaded = await loadTrajectoryFromDisk(directory)
  expect(loaded).toMatchObject({ status: 'complete', finalAnswer: 'It costs 12 EUR', task: taskSpec })
  const read = await readTrajectory(directory)
  for (const [index, step] of read.steps.entries()) {
    const bytes = await step.probeEvidence.screenshot?.read()
    expect(bytes && Buffer.from(bytes)).toStrictEqual(loaded.steps[index]?.probeEvidence.screenshot)
  }
})
