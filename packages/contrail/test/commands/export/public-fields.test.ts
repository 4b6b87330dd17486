import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exportRecording } from '../../../src/commands/export/export.ts'
import { publicParts, type PublicPart } from '../../../src/commands/export/public-parts.ts'
import { plain } from '../../../src/terminal/command-result.ts'
import { picture } from '../../recordings.ts'
import { plant, type Planted } from './plant.ts'

/** The places of a recording that each part is about. All others, and every one that is added, are about none. */
const placesOf: Readonly<Record<PublicPart, RegExp>> = {
  task: /^(?:runId|task\.id|task\.instruction)$/,
  reasoning: /^(?:steps\.0\.reasoning|turns\.0\.text)$/,
  arguments: /^steps\.0\.(?:actionArgs\.|target\.(?:name|selector)$)/,
  results: /^steps\.0\.toolOutput\.(?:result\.|error$)/,
  trees: /^(?:steps\.0\.probeEvidence|initialObservation|finalObservation)\.(?:title|ariaTree)$/,
  frames: /^frame$/,
  urls: /(?:^|\.)(?:\w*[uU]rl|from|to)$/,
  answer: /^finalAnswer$/,
}

let directory = ''
let planted: Planted
beforeAll(async () => {
  directory = path.join(await mkdtemp(path.join(tmpdir(), 'contrail-public-')), 'run-1', 'sample')
  const bytes = Buffer.concat([picture(10), Buffer.from('CanaryFrameZz')])
  const file = 'screenshots/probe/1.png'
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  planted = plant({ sha256, mediaType: 'image/png', sizeBytes: bytes.byteLength, path: file })
  await mkdir(path.join(directory, 'screenshots/probe'), { recursive: true })
  await mkdir(path.join(directory, 'scores'))
  await writeFile(path.join(directory, file), bytes)
  await writeFile(path.join(directory, 'trajectory.json'), JSON.stringify(planted.trajectory))
  await writeFile(path.join(directory, 'scores/CanaryScoreZz.json'), JSON.stringify(planted.verdict))
})

afterAll(() => rm(path.join(directory, '../..'), { recursive: true, force: true }))

async function placesIn(allowed: readonly PublicPart[] | undefined, format: 'html' | 'md'): Promise<string[]> {
  const output = path.join(directory, '../..', `out.${format}`)
  const input = { directory, output, format, allowed, force: true, paint: plain, env: {}, cwd: '/' }
  expect(await exportRecording(input)).toMatchObject({ exitCode: 0 })
  const text = await readFile(output, 'utf8')
  const decoded = [...text.matchAll(/[\w+/]{24,}={0,2}/g)].map(([part]) =>
    Buffer.from(part, 'base64').toString('latin1'),
  )
  const all = `${text}\n${decoded.join('\n')}`.toLowerCase()
  const words = [...planted.words, ['frame', 'CanaryFrameZz'], ['scores', 'CanaryScoreZz']] as const
  return words.filter(([, word]) => all.includes(word.toLowerCase())).map(([place]) => place)
}

/** An action is called by its name, whoever may see it. */
const kept = ['steps.0.actionName']

describe('of every text that a recording can hold', () => {
  test('the whole file has those that are shown, so that what is left out is left out by the filter', async () => {
    const places = await placesIn(undefined, 'html')
    expect(planted.words.size).toBeGreaterThan(150)
    expect(places.length).toBeGreaterThan(60)
    for (const part of publicParts)
      expect([part, places.some((place) => placesOf[part].test(place))]).toEqual([part, true])
  })

  test.each(['html', 'md'] as const)('a public %s has the name of the action and nothing else', async (format) => {
    expect(await placesIn([], format)).toEqual(kept)
  })

  test.each(publicParts)('%s, allowed by itself, brings back its own', async (part) => {
    const places = (await placesIn([part], 'html')).filter((place) => !kept.includes(place))
    expect(places.length).toBeGreaterThan(0)
    expect(places.filter((place) => !placesOf[part].test(place))).toEqual([])
  })
})
