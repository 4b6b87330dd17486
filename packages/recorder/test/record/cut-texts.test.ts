import { expect, test } from 'vitest'
import { readTrajectory } from '../../src/index.ts'
import { stepFinished } from '../support/evidence.ts'
import { createRecorder, directoryOf, recordAll } from '../support/recording.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

test('a text that is too long for the journal keeps its beginning and its end, and a gap tells what is lost of which step, of data too', async () => {
  const recorder = createRecorder(await temporaryDirectory(), { durability: 'finish' })
  const long = `begun ${'a line of a log\n'.repeat(100_000)}FAIL: the error`
  await recordAll(recorder, [
    stepFinished(),
    stepFinished({ toolOutput: { ok: false, error: 'exit 1', result: long } }),
    { type: 'turn_finished', turnId: '1', text: long },
    { type: 'final_answer', message: long, output: Array.from({ length: 10_001 }) },
  ])
  await recorder.finish({ status: 'complete' })
  const { steps, turns, finalAnswer, gaps } = await readTrajectory(directoryOf(recorder))
  for (const text of [steps[1]!.toolOutput.result, turns[0]!.text, finalAnswer])
    expect(text).toMatch(/^begun a line[^]*\[\$truncated \d+ of \d+ characters\][^]*FAIL: the error$/)
  const lostCharacters = expect.any(Number) as number
  expect(gaps).toMatchObject([
    { what: 'event', reason: 'text_cut', stepIndex: 1, detail: { type: 'step_finished', lostCharacters } },
    { what: 'event', reason: 'text_cut', detail: { type: 'turn_finished', lostCharacters } },
    { what: 'event', reason: 'data_cut', detail: { type: 'final_answer', lostCharacters, lostItems: 2 } },
  ])
})
