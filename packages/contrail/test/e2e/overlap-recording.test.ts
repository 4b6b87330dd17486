import { launchBrowser } from '@contrail/browser'
import { busSink, createEvidenceBus, type EvidenceSink } from '@contrail/core'
import { readTrajectory, TrajectoryRecorder } from '@contrail/recorder'
import { expect, test } from 'vitest'
import { useBrowser } from '../../../../scripts/shared-browser.ts'
import { captureDom, recordPage } from '../../src/index.ts'
import { makeRoot } from '../recordings.ts'

const browser = useBrowser(launchBrowser)

const ways: Record<string, (options: object) => { recorder: TrajectoryRecorder; sink: EvidenceSink }> = {
  'the callback': (options) => {
    const recorder = new TrajectoryRecorder({ ...options, taskSpec: { id: 'add', instruction: 'Add.' }, persist: true })
    return { recorder, sink: recorder.onEvidence }
  },
  'a bus': (options) => {
    const bus = createEvidenceBus()
    const taskSpec = { id: 'add', instruction: 'Add.' }
    return { recorder: new TrajectoryRecorder({ ...options, taskSpec, bus, persist: true }), sink: busSink(bus) }
  },
}

test.each(Object.entries(ways))(
  'finish() right after the last step still records its probe, over %s',
  async (_way, open) => {
    const { recorder, sink } = open({ outputRoot: await makeRoot() })
    await using context = await browser().newContext({ viewport: { width: 320, height: 200 } })
    const page = await context.newPage()
    await page.setContent('<button onclick="this.textContent = ++count">Add</button><script>count = 0</script>')
    const capture = captureDom(page, sink)
    await capture.turn(({ step }) => step({ actionName: 'click' }, () => page.click('button')))
    await recordPage(page, sink).click('button')
    const live = await recorder.finish({ status: 'complete' })

    const { steps, gaps, turns } = await readTrajectory(recorder.directory ?? '')
    expect(gaps).toEqual([])
    expect(turns).toHaveLength(1)
    expect(steps.map(({ probeEvidence }) => probeEvidence.ariaTree)).toEqual([
      expect.stringContaining('"1"'),
      expect.stringContaining('"2"'),
    ])
    const time = expect.stringMatching(/^\d{4}-.*Z$/)
    expect(steps[1]?.probeEvidence).toMatchObject({
      startedAt: time,
      finishedAt: time,
      screenshot: { mediaType: 'image/png' },
    })
    expect(live.steps[1]?.probeEvidence.startedAt).toBe(steps[1]?.probeEvidence.startedAt)
  },
)
