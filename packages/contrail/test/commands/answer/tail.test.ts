import { TrajectoryRecorder } from '@contrail/recorder'
import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { tailRecording } from '../../../src/commands/answer/tail.ts'
import { act, surroundings } from '../../answers.ts'
import { makeRoot, record, recordKilled } from '../../recordings.ts'

/** Output of a command, and the wish to be told when that is something. */
function sink() {
  let text = ''
  let wake = (): void => undefined
  const stdout = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString()
      wake()
      done()
    },
  })
  const until = async (wanted: string): Promise<void> => {
    while (!text.includes(wanted)) await new Promise<void>((resolve) => (wake = resolve))
  }
  return { stdout, until, text: () => text }
}

const events = [...act('goto'), ...act('click', { name: 'Pay', error: 'covered', reasoning: 'It is time.' })]

test('of a finished run every event is told on a line, and then it ends', async () => {
  const root = await makeRoot()
  const directory = await record(root, events, { finalAnswer: 'Paid.' })
  const { stdout, text } = sink()
  const { signal } = new AbortController()
  expect(await tailRecording({ directory, json: false, signal, stdout, ...surroundings(root) })).toBe(0)
  expect(text().replaceAll(/^ +\d+\.\d s/gm, '')).toBe(`  run             sample: Do it.
  step 1 ok       goto
  frame           /cart
  look            /cart  Cart
  step 2 FAIL     click button "Pay": covered
  frame           /cart
  look            /cart  Cart
  end             complete  answer (claim): Paid.
`)
})

test('as JSON each line is an entry of the journal', async () => {
  const root = await makeRoot()
  const directory = await record(root, act('\u001b[2J'))
  const { stdout, text } = sink()
  const { signal } = new AbortController()
  await tailRecording({ directory, json: true, signal, stdout, ...surroundings(root) })
  expect(text()).not.toContain('\u001b')
  const entries = text()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { seq: number; type: string; action?: string })
  expect(entries.map(({ seq }) => seq)).toEqual([0, 1, 2, 3, 4])
  expect(entries[1]).toMatchObject({ type: 'step_finished', action: '\u001b[2J' })
})

test('a live run is followed to its end, and a killed one says that its writer is gone', async () => {
  const root = await makeRoot()
  const taskSpec = { id: 'live', instruction: 'Go.' }
  const recorder = new TrajectoryRecorder({ taskSpec, outputRoot: root, runId: 'live', persist: true })
  for (const event of act('goto')) await recorder.record(event)
  const live = sink()
  const { signal } = new AbortController()
  const directory = recorder.directory!
  const ending = tailRecording({ directory, json: false, signal, stdout: live.stdout, ...surroundings(root) })
  await live.until('step 1 ok')
  for (const event of act('click')) await recorder.record(event)
  await live.until('step 2 ok')
  await recorder.finish({ status: 'stalled' })
  expect(await ending).toBe(1)
  expect(live.text()).toMatch(/end +stalled\n$/)

  const killed = sink()
  const input = {
    directory: await recordKilled(root),
    json: false,
    signal,
    stdout: killed.stdout,
    ...surroundings(root),
  }
  expect(await tailRecording(input)).toBe(1)
  expect(killed.text()).toMatch(/step 2 ok +click\nThe run never said that it ended: its writer is gone\.\n$/)
})

test('who no longer wants to see it ends it, and the run goes on', async () => {
  const root = await makeRoot()
  const recorder = new TrajectoryRecorder({
    taskSpec: { id: 'live', instruction: 'Go.' },
    outputRoot: root,
    runId: 'live',
    persist: true,
  })
  for (const event of act('goto')) await recorder.record(event)
  const { stdout, until } = sink()
  const abort = new AbortController()
  const input = { directory: recorder.directory!, json: false, stdout, ...surroundings(root) }
  const ending = tailRecording({ ...input, signal: abort.signal })
  await until('look')
  abort.abort()
  expect(await ending).toBe(0)
  expect(await recorder.finish({ status: 'complete' })).toMatchObject({ status: 'complete' })
})
