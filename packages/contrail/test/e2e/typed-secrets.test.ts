import { launchBrowser } from '@contrail/browser'
import { busSink, createEvidenceBus } from '@contrail/core'
import { checkRecording, TrajectoryRecorder } from '@contrail/recorder'
import { expect, test } from 'vitest'
import { useBrowser } from '../../../../scripts/shared-browser.ts'
import { captureDom } from '../../src/index.ts'
import { filesBelow } from '../canaries/search.ts'
import { makeRoot } from '../recordings.ts'

const browser = useBrowser(launchBrowser)

const typed = ['Zx8kPlmQ', 'Cl0sureQ9']

test('what is typed into a field for a secret is stored nowhere, however the step says it and whoever typed it', async () => {
  const outputRoot = await makeRoot()
  const bus = createEvidenceBus()
  const heard: unknown[] = []
  bus.on('agent_step_finished_event', (event) => heard.push(event))
  await using recorder = new TrajectoryRecorder({
    taskSpec: { id: 'sign-in', instruction: 'Sign in.' },
    bus,
    outputRoot,
    persist: true,
    env: {},
  })
  await using context = await browser().newContext()
  const page = await context.newPage()
  await page.setContent('<label>Password <input type="password" id="pw"></label><input id="note"><title>Shop</title>')
  const capture = captureDom(page, busSink(bus))
  await capture.turn(async (turn) => {
    const told = { actionArgs: { instruction: 'type Zx8kPlmQ into the password field' }, reasoning: 'typing Zx8kPlmQ' }
    await turn.step({ actionName: 'act', ...told }, () => page.fill('#pw', 'Zx8kPlmQ'))
    await turn.step({ actionName: 'login', reasoning: 'by a tool' }, () => page.fill('#pw', 'Cl0sureQ9'))
    await turn.step({ actionName: 'note', actionArgs: { text: 'Zx8kPlmQ, then Cl0sureQ9' } }, () => page.title())
    await turn.step({ actionName: 'fill', actionArgs: { value: 'Cl0sureQ9' } }, () => page.fill('#pw', 'Cl0sureQ9'))
    turn.said({ text: 'I typed Zx8kPlmQ and Cl0sureQ9' })
  })
  await capture.finalAnswer({ message: 'The passwords are Zx8kPlmQ and Cl0sureQ9', output: typed })
  const { steps, finalAnswer } = await recorder.finish({ finalAnswer: 'It is Cl0sureQ9' })

  const stored = (await filesBelow(outputRoot)).filter(({ bytes }) => typed.some((value) => bytes.includes(value)))
  expect(stored.map(({ name }) => name)).toEqual([])
  expect(finalAnswer).toMatch(/^It is \[redacted:password:[0-9a-f]{8}\]$/)
  expect(steps.map(({ actionName }) => actionName)).toEqual(['act', 'login', 'note', 'fill'])
  // Keyed by the recorder where it stood alone: a replay can ask for it.
  expect(steps[3]?.actionArgs['value']).toBe(finalAnswer?.slice('It is '.length))
  expect((await checkRecording(recorder.directory ?? '')).status).toBe('clean')
  // A listener of one's own gets what was typed where it stands alone, as the argument that it is, and nowhere else.
  expect(JSON.stringify(heard.slice(0, 3)).match(/Zx8kPlmQ|Cl0sureQ9/g)).toBeNull()
  expect(heard[3]).toMatchObject({ actionArgs: { value: 'Cl0sureQ9' }, sensitive: true })
})
