import { ContrailError } from '@contrail/core'

/** The error of a recorder that is asked for more when its recording is over. */
export function closedError(state: string): ContrailError {
  return new ContrailError('RECORDER_CLOSED', `the recording is ${state}: events and verdicts come before that`, {
    details: { state },
  })
}
