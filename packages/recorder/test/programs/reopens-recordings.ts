import { writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { checkRecording, listRuns, readJournal, readTrajectory, recoverRecording } from '../../src/index.ts'
import { sha256 } from '../../src/system.ts'
import { toRefusal } from '../faults/rig/known-run.ts'
import type { Refusal } from '../faults/rig/testimony.ts'
import { imagesOf, plainData } from '../support/evidence.ts'

/** Instructions of the program, as JSON in its only argument. */
export interface ReopenPlan {
  /** Worked on one after the other. */
  readonly trials: readonly ReopenTrial[]
}

interface ReopenTrial {
  readonly work: 'recover' | 'look'
  readonly directory: string
  /** Variables of fault-shim.c, for this trial alone. */
  readonly shimPlan: string
}

/** One line of what the program says, for each trial: what each piece of its work came to, as text, or why not. */
export type Reopened = Readonly<Record<string, { readonly result: string } | { readonly refused: Refusal }>>

const works: Record<ReopenTrial['work'], Record<string, (directory: string) => Promise<unknown>>> = {
  recover: { recover: async (directory) => recoverRecording(directory) },
  look: {
    async readTrajectory(directory) {
      const trajectory = await readTrajectory(directory)
      const images = await Promise.all(imagesOf(trajectory).map(async (image) => sha256(await image.read())))
      return [plainData(trajectory), images]
    },
    async readJournal(directory) {
      const entries: unknown[] = []
      for await (const entry of readJournal(directory)) entries.push(entry)
      return entries
    },
    async listRuns(directory) {
      const runs = await listRuns(dirname(dirname(directory)))
      const unread = runs.find(({ error }) => error !== undefined)
      // A list names what it could not read, and goes on.
      if (unread) return Promise.reject(new Error(unread.error))
      return runs
    },
    check: (directory) => checkRecording(directory),
  },
}

// Recovers recordings, or looks at them in every way there is, and says what came of it.
const { trials } = JSON.parse(process.argv[2] as string) as ReopenPlan
for (const { work, directory, shimPlan } of trials) {
  process.env['FAULT'] = shimPlan
  const reopened: Record<string, Reopened[string]> = {}
  for (const [name, task] of Object.entries(works[work])) {
    reopened[name] = await task(directory).then(
      (value) => ({ result: JSON.stringify(value) }),
      (cause: unknown) => ({ refused: toRefusal(cause) }),
    )
  }
  process.env['FAULT'] = ''
  writeSync(1, `${JSON.stringify(reopened satisfies Reopened)}\n`)
}
