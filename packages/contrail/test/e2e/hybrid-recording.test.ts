import { launchBrowser } from '@contrail/browser'
import { createEvidenceBus, busSink, type AgentEvidence } from '@contrail/core'
import { readTrajectory, TrajectoryRecorder } from '@contrail/recorder'
import { expect, test } from 'vitest'
import { useBrowser } from '../../../../scripts/shared-browser.ts'
import { captureHybrid } from '../../src/index.ts'
import { makeRoot } from '../recordings.ts'

const shop = `<title>Lamps</title><button onclick="this.textContent = 'Added ' + ++count">Add</button><script>count = 0</script>`

const browser = useBrowser(launchBrowser)

test('a hybrid run is dom turns with agent frames: a frame holds until the next, a probe is shared by its turn', async () => {
  const outputRoot = await makeRoot()
  const bus = createEvidenceBus()
  await using recorder = new TrajectoryRecorder({
    taskSpec: { id: 'add', instruction: 'Add lamps.' },
    bus,
    outputRoot,
    persist: true,
  })
  await using context = await browser().newContext({ viewport: { width: 320, height: 200 } })
  const page = await context.newPage()
  await page.setContent(shop)
  const capture = captureHybrid(page, busSink(bus))
  const add = () => page.getByRole('button').click()

  const first = await capture.screenshot()
  await capture.turn(async (turn) => {
    await turn.step({ actionName: 'click', reasoning: 'One' }, add)
    await turn.step({ actionName: 'click', reasoning: 'Two' }, add)
  })
  await capture.turn((turn) => turn.step({ actionName: 'click', reasoning: 'Still the same picture' }, add))
  await capture.turn((turn) => turn.said({ text: 'I look again.' }))
  const second = await capture.screenshot()
  const failing = capture.turn((turn) =>
    turn.step({ actionName: 'click' }, () => Promise.reject(new Error('the button is covered'))),
  )
  await expect(failing).rejects.toThrow('the button is covered')
  await capture.finalAnswer({ message: 'Three lamps.', output: { lamps: 3 } })
  await recorder.finish()

  const { steps, turns, gaps, finalAnswer, finalOutput, finalObservation } = await readTrajectory(
    recorder.directory ?? '',
  )
  expect(gaps).toEqual([])
  expect(turns.map((turn) => turn.steps)).toEqual([[0, 1], [2], [], [3]])
  expect(steps.map(({ toolOutput }) => toolOutput.ok)).toEqual([true, true, true, false])
  expect(steps[3]?.toolOutput.error).toBe('the button is covered')
  const frames = await Promise.all(steps.map(({ agentEvidence }) => framesOf(agentEvidence)))
  expect(frames).toEqual([[first], [first], [first], [second]].map((each) => each.map((bytes) => Buffer.from(bytes))))
  const probes = steps.map(({ probeEvidence }) => probeEvidence.screenshot?.sha256)
  expect(probes[0]).toBe(probes[1])
  expect(probes[0]).not.toBe(probes[2])
  expect(steps.map(({ probeEvidence }) => probeEvidence.ariaTree)).toEqual([
    expect.stringContaining('"Added 2"'),
    expect.stringContaining('"Added 2"'),
    expect.stringContaining('"Added 3"'),
    expect.stringContaining('"Added 3"'),
  ])
  expect({ finalAnswer, finalOutput }).toEqual({ finalAnswer: 'Three lamps.', finalOutput: { lamps: 3 } })
  expect(finalObservation?.ariaTree).toContain('"Added 3"')
})

async function framesOf({ modalities }: AgentEvidence): Promise<Buffer[]> {
  const images = modalities.flatMap((modality) => (modality.type === 'image' ? [modality.image] : []))
  return Promise.all(images.map(async (image) => Buffer.from(await image.read())))
}
