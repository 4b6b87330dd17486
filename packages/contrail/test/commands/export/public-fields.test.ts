import type { EvidenceEvent, TaskSpec } from '@contrail/core'
import { TrajectoryRecorder, writeLabel, writeVerdict } from '@contrail/recorder'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exportRecording } from '../../../src/commands/export/export.ts'
import { publicParts, type PublicPart } from '../../../src/commands/export/public-parts.ts'
import { plain } from '../../../src/terminal/command-result.ts'
import { picture } from '../../recordings.ts'
import { plant } from './plant.ts'

/** The places of a recording that each part is about. All others, and every one that is added, are about none. */
const placesOf: Readonly<Record<PublicPart, RegExp>> = {
  task: /^(?:run|run_started\.taskSpec\.(?:id|instruction))$/,
  reasoning: /^(?:step_finished\.reasoning|turn_finished\.text)$/,
  arguments: /^step_finished\.(?:actionArgs\.|target\.(?:name|selector)$)/,
  results: /^step_finished\.toolOutput\.(?:result\.|error$)/,
  trees: /^(?:step_observed|final_answer\.observation)\.(?:title|ariaTree)$/,
  frames: /^frame$/,
  urls: /\.(?:\w*[uU]rl|from|to)$/,
  answer: /^final_answer\.message$/,
}
/** An action is called by its name, whoever may see it. */
const kept = ['step_finished.actionName']

const { events, verdict, label, words } = plant()
const places = new Map([...words, ['run', 'CanaryRunZz'], ['frame', 'CanaryFrameZz'], ['score', 'CanaryScoreZz']])
let root = ''
let directory = ''
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'contrail-public-'))
  const taskSpec = events.get('run_started')![0]!['taskSpec'] as TaskSpec
  const where = { outputRoot: root, runId: places.get('run')!, persist: true, durability: 'finish' } as const
  const recorder = new TrajectoryRecorder({ taskSpec, ...where })
  const tell = (type: string, more: object = {}): Promise<unknown>[] =>
    events.get(type)!.map((event) => recorder.record({ type, ...event, ...more } as unknown as EvidenceEvent))
  const screenshot = Buffer.concat([picture(10), Buffer.from(places.get('frame')!)])
  await Promise.all([
    ...tell('screenshot', { screenshot, evidenceRole: 'agent' }),
    ...tell('step_finished', {
      toolOutput: { ...(events.get('step_finished')![0]!['toolOutput'] as object), ok: false },
    }),
    ...tell('page_event'),
    ...tell('screenshot', { screenshot, evidenceRole: 'probe' }),
    ...['step_observed', 'turn_finished', 'gap', 'final_answer'].flatMap((type) => tell(type)),
  ])
  await recorder.finish({ status: 'complete' })
  directory = recorder.directory!
  await writeVerdict(directory, verdict, { name: places.get('score')! })
  await writeLabel(directory, label)
})
afterAll(() => rm(root, { recursive: true, force: true }))

async function placesIn(allowed: readonly PublicPart[] | undefined, format: 'html' | 'md'): Promise<string[]> {
  const output = path.join(root, `out.${format}`)
  const input = { directory, output, format, allowed, force: true, paint: plain, env: {}, cwd: '/' }
  expect(await exportRecording(input)).toMatchObject({ exitCode: 0 })
  const text = await readFile(output, 'utf8')
  const decoded = [...text.matchAll(/[\w+/]{24,}={0,2}/g)].map(([part]) =>
    Buffer.from(part, 'base64').toString('latin1'),
  )
  const all = `${text}\n${decoded.join('\n')}`.toLowerCase()
  return [...places].filter(([, word]) => all.includes(word.toLowerCase())).map(([place]) => place)
}

describe('of every text that a recording can hold', () => {
  test('the whole file has nearly all, so that what is left out is left out by the filter', async () => {
    const found = await placesIn(undefined, 'html')
    expect(found.length).toBeGreaterThan(0.8 * places.size)
    expect(places.size).toBeGreaterThan(150)
    for (const part of publicParts)
      expect([part, found.some((place) => placesOf[part].test(place))]).toEqual([part, true])
  })

  test.each(['html', 'md'] as const)('a public %s has the name of the action and nothing else', async (format) => {
    expect(await placesIn([], format)).toEqual(kept)
  })

  test.each(publicParts)('%s, allowed by itself, brings back its own', async (part) => {
    const found = (await placesIn([part], 'html')).filter((place) => !kept.includes(place))
    expect(found.length).toBeGreaterThan(0)
    expect(found.filter((place) => !placesOf[part].test(place))).toEqual([])
  })
})
