import path from 'node:path'
import { expect, test } from 'vitest'
import { findRecording } from '../../src/terminal/find-recording.ts'
import { makeRoot, record, step } from '../recordings.ts'

test('a recording is named by its path, by run and task, or as the latest', async () => {
  const root = await makeRoot()
  const older = await record(root, step('goto'), { runId: 'run-1' })
  const newer = await record(root, step('goto'), { runId: 'run-2' })
  const surroundings = { env: { CONTRAIL_ROOT: root }, cwd: path.dirname(root) }
  expect(await findRecording('latest', surroundings)).toBe(newer)
  expect(await findRecording('run-1/sample', surroundings)).toBe(older)
  expect(await findRecording(older, surroundings)).toBe(older)
})

test('what names nothing, or leads out of the root, stays the path that it is', async () => {
  const root = await makeRoot()
  const surroundings = { env: { CONTRAIL_ROOT: path.join(root, 'empty') }, cwd: root }
  for (const name of ['latest', 'run-1/sample', '../..', 'a/..', '/nowhere/at-all']) {
    expect(await findRecording(name, surroundings)).toBe(name)
  }
})
