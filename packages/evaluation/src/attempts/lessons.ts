import { assertKnownOptions, ContrailError, type TaskSpec } from '@contrail/core'
import { readFile } from 'node:fs/promises'
import { fieldOf, numberOf, textOf } from '../run/texts.ts'
import type { RetryResult } from './compare-attempts.ts'
import { siteOf } from '../run/page.ts'
import { replaceFile, withLock } from './shared-file.ts'

/** A lesson from a failure that a retry got over. */
export interface Lesson {
  /** The class of the failure. */
  readonly class: string
  /** The site it was learnt on, e.g. `shop.example`; `''` where it is of no site. */
  readonly site: string
  readonly text: string
  /** The result that earned it. How useful it is, is its improvement; one that nobody scored counts as 0. */
  readonly result: RetryResult
}

/** A lesson that was recalled, with how close it is to the task, 0 to 1. */
export interface RecalledLesson extends Lesson {
  readonly relevance: number
}

/** A file of lessons, a JSON line each. */
export interface Lessons {
  /** All of them, in the order in which they were learnt, as the file was when it was opened or last added to. */
  all(): readonly Lesson[]
  /** Add a lesson. One with the same class, site and text is kept once, with the better result. Beyond the limit the least useful go. */
  add(lesson: Lesson): Promise<void>
  /**
   * Recall what was learnt near a task, the most relevant first. Relevance is half for the same site, half for the share of the words of the lesson that
   * the task says. None is given rather than one below the floor.
   *
   * @param options.floor default 0.25
   * @param options.limit default 5
   */
  recall(
    task: Pick<TaskSpec, 'instruction' | 'initUrl'>,
    options?: { readonly floor?: number; readonly limit?: number },
  ): readonly RecalledLesson[]
}

const defaultFloor = 0.25
const defaultLimit = 5

/**
 * Open a file of lessons, or begin one. Lines that are no lesson are passed over, and go when a lesson is added. Several programs may have it
 * open: each reads it again before it adds, and adds alone.
 *
 * @param options.limit the most lessons that are kept; default 500
 * @throws {ContrailError} FILE_UNREADABLE where the disk does not give it
 */
export async function openLessons(file: string, options: { readonly limit?: number } = {}): Promise<Lessons> {
  assertKnownOptions('openLessons', options, ['limit'])
  const { limit = 500 } = options
  if (!Number.isSafeInteger(limit) || limit < 1)
    throw new TypeError(`limit: expected a whole number from 1, got ${limit}`)
  let lessons = await readLessons(file)
  return {
    all: () => lessons,
    async add(lesson) {
      const checked = assertLesson(lesson)
      await withLock(file, async () => {
        lessons = withLesson(await readLessons(file), checked, limit)
        await replaceFile(file, lessons.map((one) => `${JSON.stringify(one)}\n`).join(''))
      })
    },
    recall(task, { floor = defaultFloor, limit: most = defaultLimit } = {}) {
      return lessons
        .map((lesson) => ({ ...lesson, relevance: relevanceOf(lesson, task) }))
        .filter(({ relevance }) => relevance >= floor && relevance > 0)
        .toSorted((one, other) => other.relevance - one.relevance || usefulnessOf(other) - usefulnessOf(one))
        .slice(0, most)
    },
  }
}

async function readLessons(file: string): Promise<Lesson[]> {
  try {
    return (await readFile(file, 'utf8')).split('\n').flatMap(parseLesson)
  } catch (cause) {
    if (fieldOf(cause, 'code') === 'ENOENT') return []
    throw new ContrailError('FILE_UNREADABLE', `${file} cannot be read: is it a file of lessons?`, {
      cause,
      details: { path: file },
    })
  }
}

function parseLesson(line: string): Lesson[] {
  try {
    return [assertLesson(JSON.parse(line))]
  } catch {
    // A line that a death cut off, or that is of somebody else: it teaches nothing.
    return []
  }
}

function assertLesson(value: unknown): Lesson {
  const [name, site, text] = ['class', 'site', 'text'].map((key) => textOf(fieldOf(value, key)))
  const result = fieldOf(value, 'result')
  if (name === undefined || site === undefined || !text?.trim() || !isResult(result))
    throw new TypeError('lesson: expected { class, site, text, result }, three texts and the result of a retry')
  return { class: name, site, text, result }
}

function isResult(value: unknown): value is RetryResult {
  const improvement = fieldOf(value, 'improvement')
  const ids = ['original_episode_id', 'retry_episode_id'].map((key) => textOf(fieldOf(value, key)))
  return ids.every((id) => id !== undefined) && (improvement === null || numberOf(improvement) !== undefined)
}

function usefulnessOf({ result }: Lesson): number {
  return result.improvement ?? 0
}

function withLesson(lessons: readonly Lesson[], lesson: Lesson, limit: number): Lesson[] {
  const isSame = (one: Lesson): boolean =>
    one.class === lesson.class && one.site === lesson.site && one.text === lesson.text
  const known = lessons.find(isSame)
  const kept = [
    ...lessons.filter((one) => !isSame(one)),
    known && usefulnessOf(known) > usefulnessOf(lesson) ? known : lesson,
  ]
  if (kept.length <= limit) return kept
  // Of equally useful ones the oldest go.
  const byUse = kept.map((_, at) => at).toSorted((one, other) => usefulnessOf(kept[one]!) - usefulnessOf(kept[other]!))
  const gone = new Set(byUse.slice(0, kept.length - limit))
  return kept.filter((_, at) => !gone.has(at))
}

function relevanceOf(
  { site, text }: Lesson,
  { instruction, initUrl }: Pick<TaskSpec, 'instruction' | 'initUrl'>,
): number {
  const isHere = site !== '' && site === siteOf(initUrl)
  const said = wordsOf(instruction)
  const words = [...wordsOf(text)]
  const shared = words.filter((word) => said.has(word)).length
  // The same site alone makes no lesson about something else.
  if (shared === 0) return 0
  return (isHere ? 0.5 : 0) + (0.5 * shared) / words.length
}

const common = new Set(
  'the and for with that this from not you your are was has have its into then than when what which who how all any one two again before after page site task'.split(
    ' ',
  ),
)

function wordsOf(text: string): Set<string> {
  const words =
    text
      .slice(0, 10_000)
      .toLowerCase()
      .match(/[\p{L}\p{N}]{3,}/gu) ?? []
  return new Set(words.filter((word) => !common.has(word)).map((word) => word.replace(/(?:ing|ed|es|s)$/, '')))
}
