import fc from 'fast-check'
import { expect, test } from 'vitest'
import { digestRecording } from '../../../src/commands/show/digest.ts'
import { cut, fitParts, type Part } from '../../../src/commands/show/digest-parts.ts'
import { act, surroundings } from '../../answers.ts'
import { makeRoot, record, recordKilled } from '../../recordings.ts'

async function digest(root: string, directory: string, tokens: number) {
  const { text, json } = await digestRecording({ directory, tokens, ...surroundings(root) })
  expect(`${text}\n`.length).toBeLessThanOrEqual(tokens * 4)
  return { text, json: json as { cut: string | null; tokens: number } }
}

test('a digest never takes more than it may, is the same each time, and from 200 on has the least one must know', async () => {
  const root = await makeRoot()
  const events = Array.from({ length: 200 }, (_, at) =>
    act(`action-${at}`, at % 7 === 3 ? { error: `error ${at} ${'é😀'.repeat(at)}`, tree: `- alert: Alert ${at}` } : {}),
  ).flat()
  const long = await record(root, events, {
    id: `a-${'long-'.repeat(40)}id`,
    instruction: `Buy ${'very '.repeat(500)}much.`,
    finalAnswer: 'word '.repeat(900),
  })
  for (const tokens of [1, 5, 40, 200, 201, 300, 1_000, 10_000]) {
    const { text, json } = await digest(root, long, tokens)
    expect(await digest(root, long, tokens)).toEqual({ text, json })
    if (tokens < 200) continue
    expect(text).toMatch(/^a-long-.*: complete, 200 steps, 29 failed/)
    expect(text).toContain('task: Buy very very')
    expect(text).toMatch(/first failure, step 4 FAILED action-3.*\n {2}error: error 3/)
  }
  expect((await digest(root, long, 300)).text).toMatch(
    /\ncut: 1\d\d steps \(between \d+ and 200\), all but a line of \d+ failures?, the end of the task, answer$/,
  )
  const all = await digest(root, long, 200_000)
  expect(all.json.cut).toBeNull()
  expect(all.text).not.toContain('\ncut: ')
})

test('the first failure is whole wherever it fits, and what stands beside it is cut for it', async () => {
  const root = await makeRoot()
  const error = `answered 503 ${'because of the ribbon '.repeat(20)}at last`
  const events = [...act('click', { name: 'Pay', error, reasoning: 'It is time.', tree: '- main\n- alert: Stuck' })]
  const directory = await record(root, events, { instruction: 'Buy '.repeat(500), finalAnswer: 'Yes '.repeat(500) })
  const { text } = await digest(root, directory, 300)
  expect(text).toContain(`\n  error: ${error}\n`)
  expect(text).toContain('\n  evidence: 0:frame 0:aria\n')
  expect(text).toMatch(/\ntask: Buy Buy .*…\n/)
  expect(text).toMatch(/\ncut: the end of the task, answer$/)
  // Where it is longer than all, it is cut last, and takes what the others leave.
  const endless = await record(root, act('click', { error: 'no '.repeat(2_000) }), { runId: 'endless' })
  const { text: cutShort } = await digest(root, endless, 300)
  expect(cutShort.length).toBeGreaterThan(1_000)
  expect(cutShort).toMatch(/ n?o?…\nanswer \(claim\): Done\.\ncut: the end of the first failure$/)
})

test('failures are told whole before anything else is condensed, and a failure without room in a line', async () => {
  const root = await makeRoot()
  const events = Array.from({ length: 60 }, (_, at) =>
    act(`action-${at}`, at % 20 === 9 ? { error: `error ${at} ${'x'.repeat(at === 29 ? 2_000 : 200)}` } : {}),
  ).flat()
  const directory = await record(root, events)
  const { text } = await digest(root, directory, 500)
  for (const at of [9, 49]) expect(text).toContain(`error: error ${at} ${'x'.repeat(200)}`)
  expect(text).toContain('\nstep 30 FAILED action-29 on /cart\n')
  expect(text).toMatch(/\ncut: \d+ steps \(between \d+ and \d+\), all but a line of 1 failure$/)
})

test('a killed run has its end, and what was under way', async () => {
  const root = await makeRoot()
  const { text, json } = await digest(root, await recordKilled(root), 200)
  expect(text).toMatch(/^sample: killed, 2 steps/)
  expect(text).toContain('\nunder way at the end: the look at the page after step 2, or the next action\n')
  expect(json.cut).toBeNull()
})

const parts: fc.Arbitrary<Part[]> = fc.array(
  fc
    .record({ rank: fc.nat(9), text: fc.string({ minLength: 1, maxLength: 60 }), kind: fc.nat(6) })
    .map(({ kind, ...part }) =>
      kind < 3
        ? { ...part, of: kind }
        : { ...part, ...[{}, { canBeCut: true }, { canBeCut: true, share: 0.2 }][kind - 3] },
    ),
  { maxLength: 5 },
)

test('parts never take more than their room, and all are told where all fit', () => {
  fc.assert(
    fc.property(parts, fc.nat(400), (some, room) => {
      const given = fitParts(some, room)
      const taken = [...given.values()].reduce((sum, text) => sum + text.length + 1, 0)
      expect(taken).toBeLessThanOrEqual(Math.max(room, 0))
      for (const [part, text] of given) expect(part.canBeCut ? cut(part.text, text.length) : part.text).toBe(text)
      const size = some.reduce((sum, { text }) => sum + text.length + 1, 0)
      if (size > room) return
      const things = new Set(some.map((part, at) => part.of ?? `part ${at}`))
      expect(given.size).toBe(things.size)
      for (const [part, text] of given) expect(text).toBe(part.text)
    }),
  )
})
