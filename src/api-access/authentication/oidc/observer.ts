/** Told of JWTs that were judged and keys that were asked for, by the URL of their issuers; for metrics. */
export interface JwtObserver {
  judged(issuer: string, result: 'success' | 'failure', seconds: number): void
  keysFetched(issuer: string, result: 'success' | 'failure'): void
}
