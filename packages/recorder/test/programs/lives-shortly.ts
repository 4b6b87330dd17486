import { writeSync } from 'node:fs'
import { createHash } from 'node:crypto'
import type { EvidenceEvent } from '@contrail/core'
import { TrajectoryRecorder } from '../../src/index.ts'
import { agentFrame, png, screenshot, stepFinished, stepObserved } from '../support/evidence.ts'

// Makes one recording after the other until it is killed, and says what it was promised, at once and in one write each:
//
//   ready
//   recording <directory>
//   ack <directory> <seq> <type> <sha256 of its frame, or ->
//   finishing <directory>
//   finished <directory>
//
//   <root> <durability> <steps of each recording, 0 for none at all>
const [outputRoot, durability, steps = '0'] = process.argv.slice(2)
const say = (...words: (string | number)[]): void => void writeSync(1, `${words.join(' ')}\n`)

say('ready')
for (let task = 0; Number(steps) > 0; task++) {
  const recorder = new TrajectoryRecorder({
    taskSpec: { id: `task-of-${task}`, instruction: 'go on until you are killed' },
    outputRoot,
    runId: 'run',
    persist: true,
    env: {},
    durability: durability === 'finish' ? 'finish' : 'step',
  })
  await recorder.open()
  const directory = recorder.directory as string
  say('recording', directory)
  const record = async (event: EvidenceEvent): Promise<void> => {
    const hash = event.type === 'screenshot' ? createHash('sha256').update(event.screenshot) : undefined
    const { seq } = await recorder.record(event)
    say('ack', directory, seq, event.type, hash?.digest('hex') ?? '-')
  }
  for (let step = 0; step < Number(steps); step++) {
    const page = png(`page ${task} ${step}`.repeat(2_000))
    await Promise.all([
      record(agentFrame(png(`seen ${task} ${step}`.repeat(2_000)))),
      record(stepFinished({ actionArgs: { step } })),
      record(screenshot(page)),
      record(stepObserved({ title: `page ${step}` })),
    ])
  }
  say('finishing', directory)
  await recorder.finish()
  say('finished', directory)
}
