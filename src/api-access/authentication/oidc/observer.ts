/** Told of JWTs that were judged and keys that were asked for, by the URL of their issuers; for metrics. */
export interface JwtObserver {
  judged(issuer: string, result: 'success' | 'failure', seconds: number): void
  /** @param keySet - as the issuer sent it; undefined where it did not */
  keysFetched(issuer: string, keySet: string | undefined): void
  /** The issuer is in the configuration no longer. */
  removed(issuer: string): void
}
