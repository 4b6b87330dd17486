import type { EvidenceEvent } from '@contrail/core'
import { failureMessage } from '../page/failure.ts'
import type { SeenSecret, SeenSecrets } from '../secrets/seen-secrets.ts'
import { failedInStep } from '../typed/failed-typing.ts'
import { typedInStep, valuesAround } from '../typed/typed-in-step.ts'
import { cameInto, namesUnplaced } from '../typed/typed-texts.ts'
import { sentBy, toStepEvent, type StepDetails } from './evidence-events.ts'
import type { SessionStep, StepSeen } from './session-step.ts'

/** Lets go of what the page said meanwhile, with what the step is known by then to have typed as a secret. */
type LetGo = (typed?: readonly SeenSecret[]) => void

/** Make what tells the steps of a capture, each with all that was seen of it. What it makes never rejects. */
export function createStepTeller({
  seen,
  mask,
  emit,
}: {
  readonly seen: SeenSecrets
  readonly mask: boolean
  readonly emit: (event: EvidenceEvent) => Promise<void>
}): (given: SessionStep, seen: StepSeen, letGo: LetGo) => Promise<void> {
  const tellStep = async (
    { details, aimAfter, isTyping }: SessionStep,
    { stood, outcome, ...looks }: StepSeen,
    letGo: LetGo,
  ): Promise<void> => {
    const [aim, after, popups] = await Promise.all([looks.aim, looks.after, looks.besides])
    const answers = looks.answers()
    const pages = stood &&
      after && { page: { stood, after: { ...after, values: [...after.values, ...answers] } }, popups }
    const aimed = aimAfter
      ? await aimAfter(aim ?? {}, { threw: outcome.threw, isFocusSensitive: after?.isFocusSensitive })
      : isTyping &&
        ((await stood?.focus)?.isFocusSensitive ?? true) &&
        (!pages || namesUnplaced(details.actionArgs, cameInto(pages.page)))
    const failed = failedInStep(outcome, pages?.page)
    for (const secret of failed?.values ?? []) seen.remember(secret)
    const isTyped = aimed || failed !== undefined || (pages && (await typedInStep(details, pages)))
    const sensitive = details.sensitive || isTyped || undefined
    const target = details.target ?? aim?.target
    letGo(sentBy({ actionArgs: details.actionArgs, sensitive }))
    const all = [...(pages ? await valuesAround(pages) : answers), ...(failed?.values ?? [])]
    await emit(toStepEvent({ ...details, target, sensitive, stood: all }, outcome, mask ? seen : undefined))
  }

  /** A result that cannot be read must not take the rest of the recording with it. */
  const tellUntold = ({ actionName }: StepDetails, error: unknown): Promise<void> => {
    const message = failureMessage(error)
    const detail = { actionName, message: mask ? seen.mask(message) : message }
    return emit({ type: 'gap', what: 'event', reason: 'step_unreadable', detail })
  }

  return (given, stepSeen, letGo) =>
    tellStep(given, stepSeen, letGo)
      .catch((error: unknown) => tellUntold(given.details, error))
      .finally(() => letGo(sentBy(given.details)))
}
