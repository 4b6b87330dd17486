import type { Dialog, EvidenceEvent } from '@contrail/core'
import type { Page } from 'playwright'
import type { PageEnvironment } from '../environment/environment.ts'
import type { Look, PageObservation } from '../observe/observe.ts'
import type { TakenByAgent } from '../observe/seen-by-model.ts'
import type { LookDemand } from '../picture/rest.ts'
import type { ProbeTellers } from '../probe/chain.ts'
import type { DialogLog } from './dialog-log.ts'
import { toLateEvents, toProbeEvents } from './evidence-events.ts'

/** Make what looks at pages for the chain of a capture, and tells what was seen with the dialogs and tabs of that moment. */
export function createProbeTellers({
  look,
  emit,
  dialogs,
  environment,
  toDialogs,
  withoutSecrets,
}: {
  readonly look: (page: Page, taken?: TakenByAgent, demand?: LookDemand) => Look
  readonly emit: (...events: EvidenceEvent[]) => Promise<void>
  readonly dialogs: DialogLog
  readonly environment: Pick<PageEnvironment, 'seenTabs'>
  readonly toDialogs: (told: readonly Dialog[]) => { dialogs?: Dialog[] }
  readonly withoutSecrets: (text: string) => string
}): ProbeTellers {
  const withoutSecretUrl = (taken: TakenByAgent) => ({ ...taken, url: withoutSecrets(taken.url) })
  return {
    look: (page, taken, demand) => {
      const looking = look(page, taken, demand)
      const over = dialogs.stepsOver()
      const toTelling = (observed: PageObservation) => {
        const seenOf = { ...observed, ...environment.seenTabs(page, observed.title) }
        return (late: boolean) => {
          const told = toDialogs(dialogs.take(over))
          return emit(...toProbeEvents({ ...seenOf, ...told }, late, taken && withoutSecretUrl(taken)))
        }
      }
      return {
        done: looking.done.then(toTelling),
        soFar: () => {
          const observed = looking.soFar()
          return observed && toTelling(observed)
        },
      }
    },
    giveUp: (url, taken, page) => {
      // It is given up when a later step is over, whose look comes next.
      const { begun, going } = dialogs.stepsOver()
      const told = toDialogs(dialogs.take({ begun: begun - 1, going }))
      const known = { url: withoutSecrets(url), ...environment.seenTabs(page), ...told }
      return emit(...toLateEvents(known, taken && withoutSecretUrl(taken)))
    },
  }
}
