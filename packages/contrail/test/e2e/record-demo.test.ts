import type { Step, Trajectory } from '@contrail/core'
import { scriptedModel } from '@contrail/models'
import { checkRecording, readTrajectory } from '@contrail/recorder'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { plain } from '../../src/terminal/command-result.ts'
import { explainRun } from '../../src/commands/answer/why.ts'
import { goals, type DemoMode } from '@contrail/demo'
import { demoRecording, type DemoRecording } from '../../../../scripts/demo-recording.ts'
import { compareCriteria } from '../examples/compare-criteria.ts'
import { makeRoot } from '../recordings.ts'
import { tellStory } from '../../src/commands/show/story.ts'

let root: string
let result: DemoRecording

beforeAll(async () => {
  result = await demoRecording()
  ;({ root } = result)
})

test('the demo reaches its three goals and says what to type next', () => {
  expect(result.exitCode).toBe(0)
  expect(result.json).toMatchObject({ recordings: [{ mode: 'dom' }, { mode: 'hybrid' }, { mode: 'cua' }] })
  expect(result.text).toMatch(/contrail show \S+buy-desk-lamp$/)
  for (const name of ['buy-desk-lamp/', 'compare-before-buying/', 'try-the-cart/', 'core.log', 'trajectory.json']) {
    expect(result.text).toContain(name)
  }
})

test('its recordings are labelled by two techniques, and a fork says what stricter criteria change', async () => {
  // An answer to the words of the question, and to what a recording shows.
  const model = scriptedModel(({ parts }) => {
    const [question = '', session = ''] = parts.map((part) => (part.type === 'text' ? part.text : ''))
    const isStrict = question.includes('without a single failed call')
    const isDone = session.includes('outcome: complete') && !(isStrict && session.includes('error: '))
    return `VALUE: ${isDone ? 'done' : 'not done'}\nSCORE: ${isDone ? 1 : 0}\nRATIONALE: as the session ends`
  })
  const walk = await compareCriteria(root, await makeRoot(), model)
  expect(walk.ingested).toBe(3)
  expect(walk.scores).toMatchObject([
    { technique: 'task_completion', n: 3, nulls: 0, mean: 1 },
    { technique: 'error_rate', n: 3, nulls: 0 },
  ])
  expect(walk.scores[1]?.mean).toBeGreaterThan(0.8)
  expect(walk.strictScores).toMatchObject([
    { technique: 'task_completion', n: 3, mean: 0 },
    { technique: 'error_rate' },
  ])
  expect(walk.difference).toMatchObject({
    counts: { both: 6, only_a: 0, only_b: 0, changed: 3 },
    by_technique: [
      { technique: 'task_completion', mean_delta: -1 },
      { technique: 'error_rate', mean_delta: 0 },
    ],
  })
  expect(model.requests).toHaveLength(6)
})

const answers: Record<DemoMode, RegExp> = {
  dom: /Order LS-1001 is on its way to Lampton\./,
  hybrid: /Width of the paper pendant: 45 cm\. .*12 pieces in the warehouse\. Delivery takes 3 days .* within 45 days/,
  cua: /€73\.50 .* cart is empty again\. .*guarantee of 5 years/,
}

/** The beginning of what `why` says of each recording: what its first failure was, and where it was mended. */
const reasons: Record<DemoMode, string> = {
  dom: `buy-desk-lamp  complete  11 steps, 1 failed, 7 turns
first failure  step 3 of 11  click button "Gift wrap for €4.50"  on /cart
  error        POST /cart/gift-wrap answered 503 Service Unavailable
  reasoning    It is to be gift wrapped.  (claim)
  page said    + alert: The ribbon machine is stuck. Please try again.
  evidence     2:frame 2:aria
after it       8 more steps; the same action succeeded at step 4`,
  hybrid: `compare-before-buying  complete  7 steps, 1 failed, 8 turns
first failure  step 3 of 7  open_slow link "Check the warehouse"  on /lamps/cleo
  error        page.goto: Timeout
  reasoning    The warehouse knows how many there are.  (claim)
  evidence     2:frame 2:aria
after it       4 more steps; the same action succeeded at step 4`,
  cua: `try-the-cart  complete  10 steps, 1 failed, 9 turns
first failure  step 5 of 10  click at 212, 311  on /cart
  error        POST /cart/gift-wrap answered 503 Service Unavailable
  reasoning    It is to be gift wrapped.  (claim)
  page said    + alert: The ribbon machine is stuck. Please try again.
  evidence     4:frame 4:aria
after it       5 more steps; the same action succeeded at step 6`,
}

/**
 * Leave what is the same each time: neither times and tokens, nor names of pictures, nor how a browser words that time is up and how
 * far it had come with the page by then.
 */
function withoutChance(lines: readonly string[]): string {
  const end = lines.findIndex((line) => line.startsWith('after it')) + 1
  return lines
    .slice(0, end)
    .filter((line) => !line.startsWith(' '.repeat(15)) && !line.startsWith('  page did') && !line.endsWith('+ generic'))
    .join('\n')
    .replace(/(?<=turns), .*/, '')
    .replace(/(?<=: Timeout) .*/, '')
    .replaceAll(/ screenshots\/\S+/g, '')
    .replaceAll(/(?<=frame) +(?=\d)/g, ' ')
}

describe.each(Object.keys(goals) as DemoMode[])('the %s recording', (mode) => {
  let directory: string
  let trajectory: Trajectory
  beforeAll(async () => {
    directory = path.join(path.dirname(firstDirectory()), goals[mode].id)
    trajectory = await readTrajectory(directory)
  })

  test('is complete, clean and without gaps', async () => {
    expect(trajectory).toMatchObject({ status: 'complete', gaps: [] })
    expect(await checkRecording(directory)).toMatchObject({ status: 'clean', problems: [] })
  })

  test('ends with the answer, and a last look at the page beside it', () => {
    expect(trajectory.finalAnswer).toMatch(answers[mode])
    expect(trajectory.finalOutput).toMatchObject({ reached: true })
    expect(trajectory.finalObservation?.screenshot?.sizeBytes).toBeGreaterThan(1000)
    // The last page is a long one, of which the tree may be what its window shows.
    expect(trajectory.finalObservation?.ariaTree).toMatch(/heading|cell/)
  })

  test('has a step that failed, and the same thing tried again with success', () => {
    const failed = trajectory.steps.findIndex((step) => !step.toolOutput.ok)
    const again = trajectory.steps[failed + 1]
    expect(trajectory.steps[failed]?.toolOutput.error).toMatch(/503|Timeout/)
    expect(again?.toolOutput.ok).toBe(true)
    expect(subjectOf(again)).toEqual(subjectOf(trajectory.steps[failed]))
    expect(trajectory.steps.filter((step) => !step.toolOutput.ok)).toHaveLength(1)
  })

  test('has a turn that only says something, and every step belongs to a turn', () => {
    expect(trajectory.turns[0]).toMatchObject({
      steps: [],
      text: expect.stringContaining('The task has'),
      model: 'demo-rules',
    })
    expect(trajectory.turns.flatMap((turn) => turn.steps)).toEqual(trajectory.steps.map((_, index) => index))
    const read = trajectory.turns.map((turn) => turn.usage?.input_tokens ?? 0)
    expect(Math.min(...read)).toBeGreaterThan(0)
    expect(trajectory.usage.input_tokens).toBeGreaterThanOrEqual(read.reduce((sum, tokens) => sum + tokens, 0))
  })

  test('has proof of every step', () => {
    for (const step of trajectory.steps) {
      expect(step.probeEvidence.screenshot?.mediaType).toBe('image/png')
      expect(step.probeEvidence.ariaTree).toBeTruthy()
      expect(framesOf(step)).toHaveLength(mode === 'dom' ? 0 : 1)
    }
  })

  test('is explained by its first failure', async () => {
    const surroundings = { env: { CONTRAIL_COMMAND: 'contrail' }, cwd: root, paint: plain }
    const { exitCode, text } = await explainRun({ directory, name: directory, pricesFile: undefined, ...surroundings })
    expect(exitCode).toBe(0)
    expect(withoutChance(text.split('\n'))).toBe(reasons[mode])
  })

  test('is told in under 40 lines', () => {
    const lines = tellStory(trajectory, directory, plain).split('\n')
    expect(lines.length).toBeLessThan(40)
    expect(lines.join('\n')).toContain('FAIL')
  })
})

test('one model call may choose many tool calls', async () => {
  const { steps, turns } = await readTrajectory(path.join(path.dirname(firstDirectory()), goals.dom.id))
  const form = turns.find((turn) => turn.steps.length > 2)
  const names = form?.steps.map((index) => steps[index]?.actionName)
  expect(names).toEqual(['fill', 'fill', 'fill', 'fill', 'fill', 'click'])
  const probes = new Set(form?.steps.map((index) => steps[index]?.probeEvidence.screenshot?.sha256))
  expect(probes.size).toBe(1)
})

test.each([['dom'], ['cua']] as const)('an alert of the page is met and answered in the %s mode', async (mode) => {
  const { steps } = await readTrajectory(path.join(path.dirname(firstDirectory()), goals[mode].id))
  const alerts = steps.filter((step) =>
    String(step.toolOutput.result).includes('answered “Your lamps will be gift wrapped.”'),
  )
  expect(alerts).toHaveLength(1)
  expect(alerts[0]?.probeEvidence.ariaTree).toContain('Gift wrapped')
})

test('several actions are chosen from one frame', async () => {
  const { steps, turns } = await readTrajectory(path.join(path.dirname(firstDirectory()), goals.cua.id))
  const search = turns.find((turn) => turn.steps.length === 3)?.steps.map((index) => steps[index])
  expect(search?.map((step) => step?.actionName)).toEqual(['click', 'type', 'click'])
  expect(new Set(search?.flatMap((step) => (step ? framesOf(step) : []))).size).toBe(1)
})

test('what the agent was trusted with is in no file that can be read', async () => {
  for (const { id } of Object.values(goals)) {
    const directory = path.join(path.dirname(firstDirectory()), id)
    for (const name of ['core.log', 'trajectory.json', 'task_data.json']) {
      expect(await readFile(path.join(directory, name), 'utf8')).not.toMatch(/tungsten-filament|4242 4242/)
    }
  }
})

function firstDirectory(): string {
  return result.json.recordings[0]?.directory ?? ''
}

function framesOf(step: Step): string[] {
  return step.agentEvidence.modalities.flatMap((modality) => (modality.type === 'image' ? [modality.image.sha256] : []))
}

/** The subject of a step. */
function subjectOf(step: Step | undefined): unknown {
  const { x, y, name } = step?.actionArgs ?? {}
  return { action: step?.actionName, x, y, name }
}
