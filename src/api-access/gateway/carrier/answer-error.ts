/** What came from the API server is no answer that can be relied on. */
export class AnswerError extends Error {
  readonly code = 'ERR_UPSTREAM_ANSWER'

  constructor(what: string) {
    super(`the API server sent ${what}`)
  }
}
