import { createHash } from 'node:crypto'
import { Gauge, type Registry } from 'prom-client'
import type { AuthenticationOutcome, JwtObserver } from '../../authentication/index.ts'
import { type Durations, kept, TalliedHistogram, type Tally, talliedCounter } from './tallies.ts'

export interface AuthenticationMetrics {
  /** @param seconds - that it took */
  authentication(outcome: AuthenticationOutcome, seconds: number): void
  /** For the authenticator of JWTs. */
  readonly jwt: JwtObserver
}

type Result = 'success' | 'failure' | 'error'

/** "metrics.ExponentialBuckets(0.001, 2, 15)" */
export const DOUBLING = Array.from({ length: 15 }, (_, power) => 0.001 * 2 ** power)
/** "default histogram buckets with a 1ms starting point" */
const JWT_BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** What is counted of authentication (apiserver, `endpoints/filters/metrics.go`, `authenticator/token/oidc/metrics.go`). */
export function createAuthenticationMetrics(registers: Registry[]): AuthenticationMetrics {
  const attempts = talliedCounter({
    name: 'authentication_attempts',
    help: 'Attempts to authenticate, by result: success, failure (nothing was presented), error.',
    labelNames: ['result'],
    registers,
  })
  const durations = new TalliedHistogram({
    name: 'authentication_duration_seconds',
    help: 'Seconds that authentication took, by result.',
    labelNames: ['result'],
    buckets: DOUBLING,
    registers,
  })
  const users = talliedCounter({
    name: 'authenticated_user_requests',
    help: 'Authenticated requests, by user.',
    labelNames: ['username'],
    registers,
  })
  const latency = new TalliedHistogram({
    name: 'apiserver_authentication_jwt_authenticator_latency_seconds',
    help: 'Seconds that it took to judge a JWT, by result and hash of its issuer.',
    labelNames: ['result', 'jwt_issuer_hash'],
    buckets: JWT_BUCKETS,
    registers,
  })
  const fetched = new Gauge({
    name: 'apiserver_authentication_jwt_authenticator_jwks_fetch_last_timestamp_seconds',
    help: "When an issuer's keys were last asked for, by result and hash of the issuer.",
    labelNames: ['result', 'jwt_issuer_hash', 'apiserver_id_hash'],
    registers,
  })
  const keySets = new Gauge({
    name: 'apiserver_authentication_jwt_authenticator_jwks_fetch_last_key_set_info',
    help: 'The last key set of an issuer, by hash of the issuer and of the key set.',
    labelNames: ['jwt_issuer_hash', 'apiserver_id_hash', 'hash'],
    registers,
  })
  /** Hashes of the last key sets, by issuer. */
  const keySetHashes = new Map<string, string>()
  const removeKeySet = (issuer: string) => {
    const hash = keySetHashes.get(issuer)
    if (hash !== undefined) keySets.remove({ ...labelsOf(issuer), hash })
    keySetHashes.delete(issuer)
  }
  const results = new Map<Result, { readonly count: Tally; readonly durations: Durations }>()
  const userTallies = new Map<string, Tally>()
  const judged = new Map<string, Durations>()
  return {
    authentication(outcome, seconds) {
      const result = resultOf(outcome)
      const tallies = kept(results, result, () => ({
        count: attempts({ result }),
        durations: durations.durations({ result }),
      }))
      tallies.count.inc()
      tallies.durations.observe(seconds)
      if (outcome.kind !== 'authenticated') return
      const username = compressed(outcome.by.user.name)
      kept(userTallies, username, () => users({ username })).inc()
    },
    jwt: {
      judged: (issuer, result, seconds) =>
        kept(judged, `${result} ${issuer}`, () =>
          latency.durations({ result, jwt_issuer_hash: hashOf(issuer) }),
        ).observe(seconds),
      keysFetched(issuer, keySet) {
        const result = keySet === undefined ? 'failure' : 'success'
        fetched.set({ result, ...labelsOf(issuer) }, Date.now() / 1000)
        // What was fetched last is in use until another is.
        if (keySet === undefined) return
        removeKeySet(issuer)
        const hash = hashOf(keySet)
        keySetHashes.set(issuer, hash)
        keySets.set({ ...labelsOf(issuer), hash }, 1)
      },
      /** "This should be called when an issuer is removed from the configuration to clean up stale metrics." */
      removed(issuer) {
        removeKeySet(issuer)
        for (const result of ['success', 'failure']) fetched.remove({ result, ...labelsOf(issuer) })
      },
    },
  }
}

/** `failure`: nobody knows the client; `error`: what it presented is not good. */
function resultOf({ kind, problems }: AuthenticationOutcome): Result {
  if (kind === 'authenticated') return 'success'
  return problems.length > 0 ? 'error' : 'failure'
}

/** The gate has no identity of an API server. */
function labelsOf(issuer: string) {
  return { jwt_issuer_hash: hashOf(issuer), apiserver_id_hash: '' }
}

/** "getHash" */
function hashOf(text: string): string {
  return text === '' ? '' : `sha256:${createHash('sha256').update(text).digest('hex')}`
}

const KNOWN = new Set([
  'admin',
  'client',
  'kube_proxy',
  'kubelet',
  'system:serviceaccount:kube-system:default',
])

/** "compressUsername": maps all usernames onto a few, so that the metrics stay small and tell nobody's name. */
function compressed(name: string): string {
  if (KNOWN.has(name)) return name
  return name.includes('@') ? 'email_id' : 'other'
}
