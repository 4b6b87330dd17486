import { resolve } from 'node:path'
import { describeIssue, Verdict } from '@contrail/core'
import { diskIo } from '../io/io.ts'
import { readScores } from './task-data.ts'

/** A score of a recording, `scores/<name>.json`: the verdict that it is, or why it is none. */
export type NamedVerdict =
  | { readonly name: string; readonly verdict: Verdict; readonly problem?: undefined }
  | { readonly name: string; readonly verdict?: undefined; readonly problem: string }

/**
 * Read the verdicts of a recording, by name. One that is broken has its `problem`, and hides no other.
 *
 * @throws {ContrailError} FILE_UNSAFE for a link and what is no plain file, FILE_TOO_LARGE, FILE_UNREADABLE
 */
export async function readVerdicts(directory: string): Promise<NamedVerdict[]> {
  const scores = await readScores(diskIo, resolve(directory))
  return scores.map(({ name, value }) => {
    if (value === undefined) return { name, problem: 'it is no JSON' }
    const { data, error } = Verdict.safeParse(value)
    return data ? { name, verdict: data } : { name, problem: `it is no verdict: ${describeIssue(error)}` }
  })
}
