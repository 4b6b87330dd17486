import type { AgentEvidenceCallback, AgentEvidenceEvent } from '@browserbasehq/stagehand'
import type { EvidenceEvent } from '@contrail/core'
import { TrajectoryRecorder } from '@contrail/recorder'
import { expect, test } from 'vitest'

const taskSpec = { id: 'task', instruction: 'do it' }

test("a recorder's onEvidence is Stagehand's callback without a cast", async () => {
  const recorder = new TrajectoryRecorder({ taskSpec, persist: false })
  const callback: AgentEvidenceCallback = recorder.onEvidence
  await callback({
    type: 'step_finished',
    actionName: 'act',
    actionArgs: {},
    reasoning: '',
    toolOutput: { ok: true, result: undefined },
  })
  await callback({ type: 'screenshot', screenshot: Buffer.from('bytes'), url: 'u', evidenceRole: 'probe' })
  await callback({ type: 'step_observed', url: 'u' })
  await callback({ type: 'final_answer', message: 'm', observation: { url: 'u' } })
  const { steps, finalAnswer, gaps } = await recorder.finish()
  expect(steps[0]?.probeEvidence.screenshot?.sizeBytes).toBe(5)
  expect(finalAnswer).toBe('m')
  expect(gaps).toStrictEqual([])
})

test("every event of Stagehand's is an event of ours", () => {
  const widen = (event: AgentEvidenceEvent): EvidenceEvent => event
  const event: AgentEvidenceEvent = { type: 'step_observed', url: 'u' }
  expect(widen(event)).toBe(event)
})
