import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openLessons, type Lesson, type RetryResult } from '../src/index.ts'

async function fileOfLessons(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'contrail-lessons-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return join(directory, 'lessons.jsonl')
}

function lesson(text: string, improvement: number | null, site = 'shop.test'): Lesson {
  const result: RetryResult = {
    original_episode_id: 'r-1/t',
    retry_episode_id: 'r-2/t',
    original_score: 0,
    retry_score: improvement,
    improvement,
    failure_fixed: true,
    steps_comparison: { original: 1, retry: 1 },
  }
  return { class: 'BLOCKED', site, text, result }
}

test('lessons are lines of a file, and are there when it is opened again', async () => {
  const file = await fileOfLessons()
  const lessons = await openLessons(file)
  expect(lessons.all()).toEqual([])
  await Promise.all([
    lessons.add(lesson('Try the gift wrapping twice.', 0.5)),
    lessons.add(lesson('Close the banner first.', 0.2)),
  ])
  await lessons.add(lesson('Try the gift wrapping twice.', 0.1))
  await appendFile(file, '{"class":"cut o')
  expect((await openLessons(file)).all()).toEqual(lessons.all())
  expect(lessons.all().map(({ text, result }) => [text, result.improvement])).toEqual([
    ['Close the banner first.', 0.2],
    ['Try the gift wrapping twice.', 0.5],
  ])
  expect((await readFile(file, 'utf8')).split('\n')).toHaveLength(3)
})

test('what is near a task is recalled, the nearest first, and rather nothing than what is not', async () => {
  const lessons = await openLessons(await fileOfLessons())
  await lessons.add(lesson('Try the gift wrapping twice.', 0.5))
  await lessons.add(lesson('Sort flights by price.', 0.9, 'air.test'))
  const wrap = { instruction: 'Have the lamp gift wrapped.', initUrl: 'https://www.shop.test/lamps' }
  expect(lessons.recall(wrap).map(({ text }) => text)).toEqual(['Try the gift wrapping twice.'])
  expect(lessons.recall({ instruction: 'Which flight has the best price?' }).map(({ site }) => site)).toEqual([
    'air.test',
  ])
  expect(lessons.recall({ instruction: 'Translate a poem.' })).toEqual([])
  expect(lessons.recall({ instruction: 'Translate a poem.' }, { floor: 0 })).toEqual([])
  expect(lessons.recall(wrap, { floor: 0.9 })).toEqual([])
})

test('programs that have one file open lose none of their lessons, and wait for nobody who died', async () => {
  const file = await fileOfLessons()
  const [one, other] = [await openLessons(file), await openLessons(file)]
  await Promise.all(
    Array.from({ length: 6 }, (_, at) => (at % 2 ? one : other).add(lesson(`Lesson ${at} is a word.`, at / 20))),
  )
  expect((await openLessons(file)).all()).toHaveLength(6)
  // No process has this number.
  await writeFile(`${file}.lock`, '4194305')
  await one.add(lesson('The last of them.', 1))
  expect(one.all()).toHaveLength(7)
  expect(await readdir(dirname(file))).toEqual(['lessons.jsonl'])
  // A file that is too long for a limit is trimmed to it.
  const short = await openLessons(file, { limit: 3 })
  await short.add(lesson('The very last.', 0))
  expect(short.all().map(({ result }) => result.improvement)).toEqual(
    expect.arrayContaining([1, 0.25, 0.2]) as number[],
  )
  expect(short.all()).toHaveLength(3)
})

test('beyond the limit the least useful goes, not the best', async () => {
  const lessons = await openLessons(await fileOfLessons(), { limit: 2 })
  for (const [text, improvement] of [
    ['good', 0.8],
    ['poor', null],
    ['better', 0.9],
    ['fair', 0.3],
  ] as const)
    await lessons.add(lesson(text, improvement))
  expect(lessons.all().map(({ text }) => text)).toEqual(['good', 'better'])
})

test('what is no lesson is refused, and so is a place that is no file', async () => {
  const file = await fileOfLessons()
  const lessons = await openLessons(file)
  for (const wrong of [{}, null, { ...lesson('x', 1), text: ' ' }, { ...lesson('x', 1), result: 0.4 }])
    await expect(lessons.add(wrong as Lesson)).rejects.toThrow(TypeError)
  await expect(openLessons(join(file, '..'))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
  await expect(openLessons(file, { limit: 0 })).rejects.toThrow(TypeError)
})
