import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isContrailError, type ContrailError, type Step, type Trajectory } from '@contrail/core'
import { expect, test } from 'vitest'
import type { CheckReport } from '../../src/index.ts'
import { checkRecordingOn } from '../../src/check/check.ts'
import { listRunsOn } from '../../src/keep/list-runs.ts'
import { readTrajectoryOn } from '../../src/read/read-trajectory.ts'
import { bySize } from '../../../../scripts/test-size.ts'
import { seeded, type Random } from '../faults/rig/sim-disk.ts'
import { png } from '../support/evidence.ts'
import { listTree } from '../support/file-tree.ts'
import { recordWholeRun } from '../support/recording.ts'
import { memoryDirectory } from '../support/temporary-directory.ts'
import { MemoryIo } from './memory-io.ts'
import { mutateBytes, mutateJson } from './mutations.ts'
import { withinTime } from './within-time.ts'

const directory = '/root/run/task'
const rounds = bySize({ fast: 400, faults: 1_000, long: 10_000 })

async function ours(): Promise<Map<string, Uint8Array>> {
  const recording = await recordWholeRun(await memoryDirectory())
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

/** The part of a step that must be the same in the file and in what was read of it. */
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

/** Find what is wrong where a step is neither what the file says nor a reported placeholder, or a picture no gap tells of. */
function untruths(trajectory: Trajectory, bytes: Uint8Array): string[] {
  const file = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as { steps: Said[] }
  if (trajectory.steps.length !== file.steps.length) return ['a step has gone']
  return trajectory.steps.flatMap((step, index) => {
    const reasons = trajectory.gaps.filter(({ stepIndex }) => stepIndex === index).map(({ reason }) => reason)
    if (step.actionName === '(unreadable step)') {
      return reasons.includes('invalid_step') && !step.toolOutput.ok ? [] : [`placeholder ${index} is not reported`]
    }
    const said = file.steps[index] as Said
    const promised = (said.agentEvidence?.modalities ?? []).filter(({ type }) => type === 'image').length
    const had = step.agentEvidence.modalities.filter(({ type }) => type === 'image').length
    const lacksProbe = said.probeEvidence?.screenshotPath !== undefined && !step.probeEvidence.screenshot
    return [
      ...(wordsOf(step) === wordsOf(said) ? [] : [`step ${index} says something else`]),
      ...((had < promised || lacksProbe) && !reasons.includes('frame_missing')
        ? [`a picture of ${index} is lost`]
        : []),
    ]
  })
}

function mutate(bytes: Buffer, round: number, random: Random): { name: string; bytes: Buffer } {
  if (round % 2 === 0) return mutateBytes(bytes, random)
  const { name, text } = mutateJson(bytes.toString(), random)
  return { name, bytes: Buffer.from(text) }
}

const refusals = ['FILE_INVALID', 'FILE_UNSAFE', 'SCHEMA_TOO_NEW']

type Outcome = Trajectory | ContrailError

async function outcomeOf(io: MemoryIo): Promise<Outcome> {
  try {
    return await readTrajectoryOn(io, directory)
  } catch (cause) {
    if (isContrailError(cause)) return cause
    throw cause
  }
}

const isPlaceholder = ({ actionName }: Step): boolean => actionName === '(unreadable step)'

/** Find where `readTrajectory` and `check` do not say what is true, and the same, about one file. */
function disagreements(
  outcome: Outcome,
  report: CheckReport,
  bytes: Buffer,
  isChanged: boolean,
  isOurs: boolean,
): string[] {
  const isCorrupt = report.status === 'corrupt'
  const isNamed = report.problems.some(({ file }) => file === 'trajectory.json')
  const faults = isOurs && isChanged && !(isCorrupt && isNamed) ? ['check does not name trajectory.json'] : []
  if (isContrailError(outcome)) {
    if (!refusals.includes(outcome.code)) faults.push(`unexpected ${outcome.code}`)
    if (!isCorrupt) faults.push('check does not mind what cannot be read')
    return faults
  }
  if (outcome.steps.some(isPlaceholder) && !isCorrupt) faults.push('check does not mind an unreadable step')
  return [...faults, ...untruths(outcome, bytes)]
}

test.each([
  ['ours', ours],
  ["Stagehand's", stagehands],
])(
  `of ${rounds} damaged trajectory.json that were %s every one is read as it says, or refused`,
  async (writer, make) => {
    const io = new MemoryIo(await make())
    const path = `${directory}/trajectory.json`
    const original = Buffer.from(io.files.get(path) as Uint8Array)
    const isOurs = writer === 'ours'
    const random = seeded(isOurs ? 3 : 5)
    const seen = { read: 0, placeholders: 0, refused: 0 }
    const faults: string[] = []
    for (let round = 0; round < rounds; round++) {
      const { name, bytes } = mutate(original, round, random)
      io.files.set(path, bytes)
      const outcome = await withinTime(() => outcomeOf(io))
      const report = await withinTime(() => checkRecordingOn(io, directory))
      const wrong = disagreements(outcome, report, bytes, !bytes.equals(original), isOurs)
      if (round % 20 === 0 && (await listRunsOn(io, '/root')).length !== 1) wrong.push('listRuns does not list it')
      faults.push(...wrong.map((fault) => `round ${round}, ${name}: ${fault}`))
      if (isContrailError(outcome)) seen.refused++
      else if (outcome.steps.some(isPlaceholder)) seen.placeholders++
      else seen.read++
    }
    expect(faults).toEqual([])
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(rounds / 10)
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  },
  60_000,
)
