import type { HumanLabel } from '@contrail/core'
import type { NamedVerdict } from '@contrail/recorder'
import type { Judgements } from './protocol.ts'

/**
 * Choose what an annotator may see of what judges and people said. Blind is the default: where their own label is not there yet,
 * only the numbers are told.
 *
 * @param labels one of each annotator
 * @param reveal show it all the same
 */
export function chooseJudgements(
  { verdicts, labels }: { readonly verdicts: readonly NamedVerdict[]; readonly labels: readonly HumanLabel[] },
  annotator: string,
  reveal: boolean,
): Judgements {
  const mine = labels.find((label) => label.annotator === annotator)
  const others = labels.filter((label) => label !== mine)
  const hidden = !mine && !reveal && verdicts.length + others.length > 0
  return {
    ...(mine ? { mine } : {}),
    hidden,
    counts: { verdicts: verdicts.length, labels: others.length },
    verdicts: hidden ? [] : verdicts,
    labels: hidden ? [] : others,
  }
}
