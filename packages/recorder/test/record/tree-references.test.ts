import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { treeOf, type EvidenceEvent, type Trajectory } from '@contrail/core'
import { expect, test } from 'vitest'
import { checkRecording, readJournal, readTrajectory } from '../../src/index.ts'
import { plainData, stepFinished, stepObserved } from '../support/evidence.ts'
import { failingIo } from '../support/intercepted-io.ts'
import { createRecorder, directoryOf, recordAll, recordUnfinished } from '../support/recording.ts'
import { memoryDirectory } from '../support/temporary-directory.ts'

const tree = (page: string): string => `- main:\n  - heading "${page}"\n  - button "Buy this lamp"`
const look = (page: string): EvidenceEvent[] => [
  stepFinished({ actionArgs: { page } }),
  stepObserved({ ariaTree: tree(page), url: `http://shop.test/${page}` }),
]
/** Six looks at three pages, and a last one. */
const pages = ['a', 'b', 'a', 'a', 'c', 'b']
const events: readonly EvidenceEvent[] = [
  ...pages.flatMap(look),
  { type: 'final_answer', message: 'done', observation: { url: 'http://shop.test/c', ariaTree: tree('c') } },
]

const treesOf = ({ steps }: Trajectory) => steps.map(({ probeEvidence }) => probeEvidence.ariaTree)

test('equal trees stand once in the journal, and whole in everything that is made of it', async () => {
  const recorder = createRecorder(await memoryDirectory())
  await recordAll(recorder, events)
  const finished = await recorder.finish()
  const directory = directoryOf(recorder)
  const journal = await readFile(join(directory, 'core.log'), 'utf8')
  for (const page of ['a', 'b', 'c']) expect(journal.split(JSON.stringify(tree(page))).length - 1).toBe(1)
  expect(journal).toContain('"ariaTree":{"$sameAs":2}')

  const read = await readTrajectory(directory)
  expect(treesOf(read)).toEqual(pages.map(tree))
  expect(read.finalObservation?.ariaTree).toBe(tree('c'))
  expect(plainData(finished)).toEqual(plainData(read))
  expect(JSON.parse(await readFile(join(directory, 'trajectory.json'), 'utf8'))).toMatchObject({
    steps: pages.map((page) => ({ probeEvidence: { ariaTree: tree(page) } })),
  })
  const entries = []
  for await (const entry of readJournal(directory)) entries.push(entry)
  const trees = entries.flatMap((entry) => (entry.type === 'hole' ? [] : [treeOf(entry)])).filter(Boolean)
  expect(trees).toEqual([...pages, 'c'].map(tree))
  expect((await checkRecording(directory)).status).toBe('clean')
})

test('without any line of the journal, every tree is what it was, or is said to be missing', async () => {
  const directory = await recordUnfinished(await memoryDirectory(), events)
  const path = join(directory, 'core.log')
  const lines = (await readFile(path, 'utf8')).split('\n').slice(0, -1)
  const missing: number[] = []
  for (let left = 1; left < lines.length; left++) {
    await writeFile(path, `${lines.filter((_, index) => index !== left).join('\n')}\n`)
    const { steps, gaps } = await readTrajectory(directory)
    const wrong = steps.filter(({ actionArgs, probeEvidence }) => {
      return ![undefined, tree(String(actionArgs['page']))].includes(probeEvidence.ariaTree)
    })
    expect(wrong).toEqual([])
    missing.push(gaps.filter(({ reason }) => reason === 'aria_missing').length)
  }
  // Lines 2, 4 and 10 hold the trees; two more look at the first page, and one each at the others.
  expect(missing).toEqual([0, 2, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0])
})

test('a recording in memory, and what a failed disk never took, have their trees', async () => {
  const unpersisted = createRecorder(await memoryDirectory(), { persist: false })
  await recordAll(unpersisted, events)
  expect(treesOf(await unpersisted.finish())).toEqual(pages.map(tree))

  let writes = 0
  const io = failingIo(({ name, path }) => name === 'write' && path.endsWith('core.log') && ++writes > 5)
  const recorder = createRecorder(await memoryDirectory(), { io })
  for (const event of events) await recorder.record(event).catch(() => undefined)
  const failure = await recorder.finish().then(
    () => expect.unreachable(),
    (cause: unknown) => cause as { details: { trajectory: Trajectory } },
  )
  expect(treesOf(failure.details.trajectory)).toEqual(pages.map(tree))
})

test('trees are compared as they are written: without secrets, cut, and never by what UTF-8 cannot tell apart', async () => {
  const recorder = createRecorder(await memoryDirectory(), { redact: { secrets: ['correct horse battery'] } })
  const field = (value: string): string => `- main:\n  - textbox "Note": ${value}\n  - button "Send it"`
  const trees = [field('correct horse battery'), field('correct horse battery'), field('\ud800'), field('\ud801')]
  await recordAll(
    recorder,
    trees.flatMap((ariaTree) => [stepFinished(), stepObserved({ ariaTree })]),
  )
  await recorder.finish()
  const [first, second, third, fourth] = treesOf(await readTrajectory(directoryOf(recorder)))
  expect(first).toContain('[redacted:registered:')
  expect([second, third, fourth]).toEqual([first, trees[2], trees[3]])
  expect(await readFile(join(directoryOf(recorder), 'core.log'), 'utf8')).toContain('"ariaTree":{"$sameAs":2}')
})
