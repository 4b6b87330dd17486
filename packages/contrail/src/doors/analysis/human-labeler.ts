import type { Labeler, LabelResult } from '@contrail/analysis'
import type { HumanLabel } from '@contrail/core'
import { readLabels } from '@contrail/recorder'
import path from 'node:path'

/** Whose labels are read. */
export interface HumanLabelerOptions {
  /** the technique under which people are asked; default `human` */
  readonly technique?: string
  /** one person; default the last who saved a label with an outcome */
  readonly annotator?: string
}

/**
 * Make a labeler of what people said in the viewer: `labels/*.json` of each recording below a root. The value is their
 * outcome, the score `process` where they gave it, else 1 for success and 0 for failure; unsure is null. It is read anew in every
 * tick. A recording that nobody judged has an error in its row.
 *
 * @param root the same that `ingestRuns` was given
 */
export function humanLabeler(root: string, options: HumanLabelerOptions = {}): Labeler {
  const { technique = 'human', annotator } = options
  return {
    technique,
    name: annotator === undefined ? 'human' : `human:${annotator}`,
    version: '1',
    cached: false,
    async label({ trajectory_id: id }) {
      const labels = (await readLabels(directoryOf(root, id))).filter(
        (label) => label.outcome !== null && (annotator === undefined || label.annotator === annotator),
      )
      const last = labels.sort((one, other) => Date.parse(one.savedAt) - Date.parse(other.savedAt)).at(-1)
      if (!last) throw new TypeError(`nobody${annotator === undefined ? '' : ` named ${annotator}`} has judged ${id}`)
      return toResult(last)
    },
  }
}

/** An id that leaves the root is none of a recording. */
function directoryOf(root: string, id: string): string {
  const parts = id.split('/')
  if (parts.length !== 2 || parts.some((part) => part === '' || part.startsWith('.') || path.basename(part) !== part))
    throw new TypeError(`${JSON.stringify(id)} is no <runId>/<taskId>`)
  return path.join(root, ...parts)
}

function toResult({ annotator, outcome, process, comment }: HumanLabel): LabelResult {
  const byOutcome = { success: 1, failure: 0, unsure: null }[outcome ?? 'unsure']
  const rationale = comment === '' ? `${annotator} gave no comment` : `${annotator}: ${comment}`
  return { value: outcome ?? '', score: outcome === 'unsure' ? null : (process ?? byOutcome), rationale }
}
