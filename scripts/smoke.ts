/**
 * The smoke test: a recorder driven over the bus by synthetic events, with no browser. It checks the trajectory in
 * memory and, to the byte, what lands on the disk.
 */
import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEvidenceBus, TrajectoryRecorder, type EvidenceBus, type Trajectory } from 'contrail'
import { checkRecording } from 'contrail/recordings'

const url = (step: number): string => `https://shop.test/step/${step}`
// No image at all: recording never decodes what it is given.
const bytes = (text: string): Buffer => Buffer.from(`not an image: ${text}`)

const root = await mkdtemp(join(tmpdir(), 'contrail-smoke-'))
try {
  await recordAndCheck('distinct', [bytes('one'), bytes('two'), bytes('three')], ['1.png', '2.png', '3.png'])
  await recordAndCheck('repeated', [bytes('one'), bytes('one'), bytes('three')], ['1.png', '3.png'])
  console.log('smoke: ok')
} finally {
  await rm(root, { recursive: true, force: true })
}

async function recordAndCheck(taskId: string, frames: readonly Buffer[], probeFiles: readonly string[]): Promise<void> {
  const bus = createEvidenceBus()
  const taskSpec = { id: taskId, instruction: 'Buy the lamp.', initUrl: url(0) }
  const recorder = new TrajectoryRecorder({ taskSpec, bus, outputRoot: root, runId: 'smoke', persist: true })
  emitThreeSteps(bus, frames)
  const trajectory = await recorder.finish({
    status: 'complete',
    usage: { input_tokens: 120, output_tokens: 30 },
  })
  await checkMemory(trajectory, frames)
  assert.equal(recorder.directory, join(root, 'smoke', taskId))
  await checkDisk(join(root, 'smoke', taskId), frames, probeFiles)
  await checkVerdict(recorder, join(root, 'smoke', taskId))
  const report = await checkRecording(join(root, 'smoke', taskId))
  assert.deepEqual([report.status, report.problems], ['clean', []])
}

function emitThreeSteps(bus: EvidenceBus, frames: readonly Buffer[]): void {
  for (const [stepIndex, screenshot] of frames.entries()) {
    // The first probe comes before its step has finished; both orders are allowed.
    if (stepIndex === 0) bus.emit('agent_screenshot_taken_event', { stepIndex, screenshot, url: url(0) })
    bus.emit('agent_step_finished_event', {
      stepIndex,
      actionName: stepIndex === 0 ? 'goto' : 'click',
      actionArgs: { target: url(stepIndex) },
      reasoning: `because ${stepIndex}`,
      toolOutput:
        stepIndex === 2 ? { ok: false, result: undefined, error: 'no such button' } : { ok: true, result: 'done' },
    })
    if (stepIndex > 0) {
      const evidenceRole = stepIndex === 1 ? ({ evidenceRole: 'agent_and_probe' } as const) : {}
      bus.emit('agent_screenshot_taken_event', { stepIndex, screenshot, url: url(stepIndex), ...evidenceRole })
    }
    bus.emit('agent_step_observed_event', {
      stepIndex,
      url: url(stepIndex),
      ...(stepIndex === 1 ? { ariaTree: '- button "Buy"' } : {}),
    })
  }
  bus.emit('agent_final_answer_event', { message: 'The lamp is bought.', output: { order: 7 } })
}

async function checkMemory(trajectory: Trajectory, frames: readonly Buffer[]): Promise<void> {
  assert.equal(trajectory.status, 'complete')
  assert.equal(trajectory.finalAnswer, 'The lamp is bought.')
  assert.deepEqual(trajectory.finalOutput, { order: 7 })
  assert.deepEqual(trajectory.usage, { input_tokens: 120, output_tokens: 30 })
  assert.deepEqual(trajectory.gaps, [])
  assert.deepEqual(
    trajectory.steps.map(({ actionName, reasoning, toolOutput }) => [actionName, reasoning, toolOutput]),
    [
      ['goto', 'because 0', { ok: true, result: 'done' }],
      ['click', 'because 1', { ok: true, result: 'done' }],
      ['click', 'because 2', { ok: false, error: 'no such button' }],
    ],
  )
  for (const [index, step] of trajectory.steps.entries()) {
    assert.equal(step.probeEvidence.url, url(index))
    assert.deepEqual(Buffer.from((await step.probeEvidence.screenshot?.read()) ?? []), frames[index])
  }
  assert.equal(trajectory.steps[1]?.probeEvidence.ariaTree, '- button "Buy"')
  const modalities = trajectory.steps.map((step) => step.agentEvidence.modalities.map(({ type }) => type))
  assert.deepEqual(modalities, [['text', 'text'], ['image', 'text', 'text'], ['text']])
}

async function checkDisk(directory: string, frames: readonly Buffer[], probeFiles: readonly string[]): Promise<void> {
  const topLevel = ['core.log', 'scores', 'screenshots', 'task_data.json', 'times.json', 'trajectory.json']
  assert.deepEqual((await readdir(directory)).toSorted(), topLevel)
  assert.deepEqual((await readdir(join(directory, 'screenshots'))).toSorted(), ['agent', 'probe'])
  assert.deepEqual((await readdir(join(directory, 'screenshots/probe'))).toSorted(), probeFiles)
  assert.deepEqual(await readdir(join(directory, 'screenshots/agent')), ['2.png'])
  for (const name of probeFiles) {
    const frame = frames[Number.parseInt(name, 10) - 1]
    assert.deepEqual(await readFile(join(directory, 'screenshots/probe', name)), frame)
  }
  assert.deepEqual(await readFile(join(directory, 'screenshots/agent/2.png')), frames[1])
  const lines = (await readFile(join(directory, 'core.log'), 'utf8')).trimEnd().split('\n')
  const entries = lines.map((line) => JSON.parse(line) as { seq: number; type: string; step?: number; ok?: boolean })
  assert.deepEqual(
    entries.map(({ seq }) => seq),
    entries.map((_, index) => index),
  )
  assert.equal(entries[0]?.type, 'run_started')
  assert.equal(entries.at(-1)?.type, 'run_finished')
  const steps = entries.filter(({ type }) => type === 'step_finished')
  assert.deepEqual(
    steps.map(({ step, ok }) => [step, ok]),
    [
      [0, true],
      [1, true],
      [2, false],
    ],
  )
  const taskData = await readJson(join(directory, 'task_data.json'))
  assert.equal(taskData.status, 'complete')
  assert.equal(taskData.finalAnswer, 'The lamp is bought.')
  assert.equal('verdict' in taskData, false)
}

async function checkVerdict(recorder: TrajectoryRecorder, directory: string): Promise<void> {
  const verdict = { outcomeSuccess: true, processScore: 1, explanation: 'The order exists.' }
  await recorder.persistVerdict(verdict, { name: 'mmrubric_v1' })
  assert.deepEqual(await readJson(join(directory, 'scores/mmrubric_v1.json')), verdict)
  assert.deepEqual((await readJson(join(directory, 'task_data.json'))).verdict, verdict)
}

async function readJson(path: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>
}
