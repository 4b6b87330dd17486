import { isContrailError, type HumanLabel } from '@contrail/core'
import { readLabels, readVerdicts, writeLabel } from '@contrail/recorder'
import { chooseJudgements } from '../../view/judgements.ts'
import type { Judgements, LabelDraft } from '../../view/protocol.ts'

/**
 * Read what judges and people said of a recording. Blind is the default: what an annotator has not judged yet is judged
 * before anything of it is sent.
 *
 * @param reveal send it all the same
 * @throws {ContrailError} FILE_UNREADABLE, FILE_UNSAFE for verdicts
 */
export async function readJudgements(directory: string, annotator: string, reveal: boolean): Promise<Judgements> {
  const [verdicts, labels] = await Promise.all([
    readVerdicts(directory),
    readLabels(directory).catch((cause: unknown) => {
      if (!isContrailError(cause)) throw cause
      return cause
    }),
  ])
  // Labels that cannot be read hide no verdict.
  if (labels instanceof Error) {
    return { ...chooseJudgements({ verdicts, labels: [] }, annotator, reveal), labelsProblem: labels.message }
  }
  return chooseJudgements({ verdicts, labels }, annotator, reveal)
}

/**
 * Keep a label as an annotator sent it.
 *
 * @throws {TypeError} for what is no label
 * @throws {ContrailError} as `writeLabel`
 */
export async function saveLabel(directory: string, draft: unknown, savedAt: string): Promise<HumanLabel> {
  if (typeof draft !== 'object' || draft === null) throw new TypeError('label: expected an object')
  const label: HumanLabel = { ...(draft as LabelDraft), formatVersion: 1, savedAt }
  await writeLabel(directory, label)
  const kept = (await readLabels(directory)).find(({ annotator }) => annotator === label.annotator)
  return kept ?? label
}
