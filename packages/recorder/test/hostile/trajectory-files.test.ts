import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ContrailError, type Step, type Trajectory } from '@contrail/core'
import { expect, test } from 'vitest'
import { check, listRuns, readTrajectory } from '../../src/index.ts'
import { seeded, type Random } from '../faults/sim-disk.ts'
import { png } from '../support/evidence.ts'
import { listTree } from '../support/file-tree.ts'
import { recordWholeRun } from '../support/recording.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { MemoryIo } from './memory-io.ts'
import { mutateBytes, mutateJson } from './mutations.ts'
import { withinTime } from './within-time.ts'

const directory = '/root/run/task'

async function ours(): Promise<Map<string, Uint8Array>> {
  const recording = await recordWholeRun(await temporaryDirectory())
  const paths = (await listTree(recording)).filter((path) => !path.endsWith('/'))
  return new Map(
    await Promise.all(
      paths.map(async (path) => [`${directory}/${path}`, await readFile(join(recording, path))] as const),
    ),
  )
}

/** As `writeTrajectoryDir` of @browserbasehq/stagehand 3.7.3 writes it. */
async function stagehands(): Promise<Map<string, Uint8Array>> {
  const look = (name: string) => ({ url: 'http://shop.test/', screenshotPath: `screenshots/probe/${name}.png` })
  const steps = ['goto', 'click', 'type', 'done'].map((actionName, index) => ({
    actionName,
    actionArgs: { selector: '#buy', times: index, options: { deep: [1, 'two', null] } },
    reasoning: `step ${index}`,
    agentEvidence: {
      modalities: [
        { type: 'image', imagePath: 'screenshots/agent/1.png', mediaType: 'image/png' },
        { type: 'text', content: `saw ${index}` },
        { type: 'json', content: { success: true, index } },
      ],
    },
    probeEvidence: { ...look('1'), ariaTree: '- button "Buy"' },
    toolOutput: { ok: index !== 1, result: { index }, ...(index === 1 ? { error: 'no such button' } : {}) },
  }))
  const trajectory = {
    task: { id: 'buy-lamp', instruction: 'Buy a lamp', initUrl: 'http://shop.test/' },
    steps,
    finalAnswer: 'bought',
    finalObservation: look('final'),
    status: 'complete',
    usage: { input_tokens: 10, output_tokens: 2 },
    timing: { startedAt: '2026-05-15T10:00:00.000Z', endedAt: '2026-05-15T10:00:03.000Z' },
  }
  return new Map<string, Uint8Array>([
    [`${directory}/trajectory.json`, Buffer.from(JSON.stringify(trajectory, null, 2))],
    [`${directory}/core.log`, Buffer.from('{"step":0,"action":"goto","url":null,"ok":true}\n')],
    [`${directory}/screenshots/agent/1.png`, png('agent')],
    [`${directory}/screenshots/probe/1.png`, png('probe')],
    [`${directory}/screenshots/probe/final.png`, png('final')],
  ])
}

interface Said {
  readonly actionName: unknown
  readonly actionArgs: unknown
  readonly reasoning?: unknown
  readonly toolOutput: { readonly ok: unknown; readonly result?: unknown; readonly error?: unknown }
  readonly agentEvidence?: { modalities: { type: string; content?: unknown }[] }
  readonly probeEvidence?: { url?: unknown; ariaTree?: unknown; screenshotPath?: unknown }
}

/** What a step says that must be the same in the file and in what was read of it. */
function wordsOf(step: Said | Step): string {
  const { actionName, actionArgs, reasoning = '', toolOutput, agentEvidence, probeEvidence } = step
  const { ok, result, error } = toolOutput
  const words = (agentEvidence?.modalities ?? []).filter(({ type }) => type !== 'image')
  const contents = words.map((modality) => (modality as { content?: unknown }).content)
  return JSON.stringify([
    actionName,
    actionArgs,
    reasoning,
    [ok, result, error],
    contents,
    [probeEvidence?.url, probeEvidence?.ariaTree],
  ])
}

/** Every step is what the file says, or a placeholder that is reported; every picture is there, or a gap. */
function expectHonest(trajectory: Trajectory, bytes: Uint8Array, at: string): void {
  const file = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as { steps: Said[] }
  expect(trajectory.steps.length, at).toBe(file.steps.length)
  for (const [index, step] of trajectory.steps.entries()) {
    const gaps = trajectory.gaps.filter(({ stepIndex }) => stepIndex === index)
    if (step.actionName === '(unreadable step)') {
      expect(
        gaps.map(({ reason }) => reason),
        at,
      ).toContain('invalid_step')
      expect(step.toolOutput.ok, at).toBe(false)
      continue
    }
    const said = file.steps[index] as Said
    expect(wordsOf(step), at).toBe(wordsOf(said))
    const promised = (said.agentEvidence?.modalities ?? []).filter(({ type }) => type === 'image').length
    const had = step.agentEvidence.modalities.filter(({ type }) => type === 'image').length
    const isMissing = gaps.some(({ reason }) => reason === 'frame_missing')
    if (had < promised || (said.probeEvidence?.screenshotPath !== undefined && !step.probeEvidence.screenshot)) {
      expect(isMissing, at).toBe(true)
    }
  }
}

function mutate(bytes: Buffer, round: number, random: Random): { name: string; bytes: Buffer } {
  if (round % 2 === 0) return mutateBytes(bytes, random)
  const { name, text } = mutateJson(bytes.toString(), random)
  return { name, bytes: Buffer.from(text) }
}

const refusals = ['FILE_INVALID', 'FILE_UNSAFE', 'SCHEMA_TOO_NEW']

test.each([
  ['ours', ours],
  ["Stagehand's", stagehands],
])(
  'of 1,000 damaged trajectory.json that were %s every one is read as it says, or refused',
  { timeout: 60_000 },
  async (writer, make) => {
    const io = new MemoryIo(await make())
    const path = `${directory}/trajectory.json`
    const original = Buffer.from(io.files.get(path) as Uint8Array)
    const random = seeded(writer === 'ours' ? 3 : 5)
    const seen = { read: 0, placeholders: 0, refused: 0 }
    for (let round = 0; round < 1_000; round++) {
      const { name, bytes } = mutate(original, round, random)
      const at = `round ${round}, ${name}`
      io.files.set(path, bytes)
      const outcome = await withinTime(() =>
        readTrajectory(directory, { io }).catch((cause: unknown) => {
          if (cause instanceof ContrailError) return cause
          throw cause
        }),
      )
      const report = await withinTime(() => check(directory, { io }))
      if (writer === 'ours' && !bytes.equals(original)) {
        expect(report.status, at).toBe('corrupt')
        expect(
          report.problems.map(({ file }) => file),
          at,
        ).toContain('trajectory.json')
      }
      if (outcome instanceof ContrailError) {
        expect(refusals, at).toContain(outcome.code)
        expect(report.status, at).toBe('corrupt')
        seen.refused++
        continue
      }
      expectHonest(outcome, bytes, at)
      if (outcome.gaps.some(({ reason }) => reason === 'invalid_step')) {
        expect(report.status, at).toBe('corrupt')
        seen.placeholders++
      } else seen.read++
      if (round % 20 === 0) {
        const [run] = await withinTime(() => listRuns('/root', { io }))
        expect(run?.directory, at).toBe(directory)
      }
    }
    expect(Object.values(seen).every((count) => count > 100)).toBe(true)
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  },
)
