/** How a call of a webhook ended, in the words of the API server's labels. */
export type CallResult = 'success' | 'timeout' | 'error'

/** Told what becomes of questions to authorization webhooks, by their names; for metrics. */
export interface WebhookObserver {
  conditions(
    name: string,
    ending: { readonly seconds: number; readonly hasErred: boolean; readonly isExcluded: boolean },
  ): void
  /** Each try. */
  called(name: string, result: CallResult, seconds: number): void
  /** A webhook that could not be asked counts as one without an opinion. */
  failedOpen(name: string, result: CallResult): void
}
