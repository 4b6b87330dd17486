import { captureDom, launchBrowser, observePage, TrajectoryRecorder } from 'contrail'
import { expect, test } from 'vitest'
import { useBrowser } from '../../../../scripts/shared-browser.ts'

const browser = useBrowser(launchBrowser)

test('what captures and looks of contrail picture is painted over without being told how', async () => {
  const page = await browser().newPage({ viewport: { width: 400, height: 200 } })
  await page.setContent('<input autocomplete="cc-number" value="4111 1111 1111 1111"><button>Go</button>')
  expect(await observePage(page)).toMatchObject({ masked: true, gaps: [] })
  const recorder = new TrajectoryRecorder({ taskSpec: { id: 'card', instruction: 'look' }, persist: false })
  const capture = captureDom(page, recorder.onEvidence)
  await capture.turn(({ step }) => step({ actionName: 'click' }, () => page.click('button')))
  const { steps, gaps } = await recorder.finish()
  expect(gaps).toEqual([])
  expect(steps[0]?.probeEvidence).toMatchObject({ masked: true })
})
