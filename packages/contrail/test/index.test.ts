import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import * as door from '../src/index.ts'

test('the door has what a user needs to record, read and judge', () => {
  const wanted = [
    'TrajectoryRecorder',
    'createEvidenceBus',
    'busSink',
    'captureDom',
    'captureHybrid',
    'captureCua',
    'recordPage',
  ]
  const reading = ['readTrajectory', 'followJournal', 'listRuns', 'recover', 'check', 'ContrailError', 'TaskSpec']
  expect(Object.keys(door)).toEqual(expect.arrayContaining([...wanted, ...reading]))
})

test('importing the library loads no browser, no argument parser and no prompts', async () => {
  const file = fileURLToPath(new URL('../src/index.ts', import.meta.url))
  const program = `
    import { registerHooks } from 'node:module'
    const loaded = []
    registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context) } })
    await import(${JSON.stringify(file)})
    console.log(loaded.filter((url) => /node_modules.(playwright|commander|@clack|@sparticuz)/.test(url)).join('\\n') || loaded.length > 10)`
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--conditions=source',
    '--input-type=module',
    '-e',
    program,
  ])
  expect(stdout.trim()).toBe('true')
})
