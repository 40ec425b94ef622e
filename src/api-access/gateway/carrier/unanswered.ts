import { type FailureStatus, failure, serviceUnavailable } from '../pipeline/status.ts'

/** The API server was asked on the way to an answer, and gave none that can be gone on with. */
export class Unanswered extends Error {
  /** What the client is told. */
  readonly status: FailureStatus

  constructor(status: FailureStatus) {
    super(status.message)
    this.status = status
  }
}

/** What a client is told where no answer of the API server came. @param error - as the upstream told it */
export function statusOfFailure(error: Error): FailureStatus {
  return 'code' in error && error.code === 'ERR_UPSTREAM_TIMEOUT'
    ? failure(504, 'Timeout', 'Timeout: request did not complete within the allotted timeout')
    : serviceUnavailable('the API server behind the gate cannot be reached')
}
