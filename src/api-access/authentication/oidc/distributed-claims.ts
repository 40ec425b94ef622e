import { LRUCache } from 'lru-cache'
import { AuthenticationError } from '../authentication-error.ts'
import { secretDigest } from '../bearer/secret-digest.ts'
import { type Claims, isClaims } from '../jwt/read-jwt.ts'
import { refusal } from './evaluate.ts'
import type { FetchOptions, FetchText } from './fetch-json.ts'
import { oidcMessages } from './messages.ts'

const { make } = oidcMessages

/** Where a claim is to be had (OpenID Connect Core 1.0, section 5.6.2: "Aggregated and Distributed Claims"). */
interface Source {
  readonly endpoint: string
  readonly accessToken: string
}

/** Puts a claim that stands elsewhere into the claims of a token. @throws AuthenticationError */
export type ClaimExpander = (claims: Claims, token: string) => Promise<Claims>

export interface SourceOptions {
  readonly fetch: FetchText
  readonly fetching: FetchOptions
  /**
   * Judges what a source has answered as a token of the issuer's own: signed by whom it names, of the audiences, and not
   * expired.
   *
   * @throws AuthenticationError
   */
  readonly judge: (token: string) => Promise<Claims>
}

/** As long as the API server keeps what a token was found to be. */
const KEPT_MILLISECONDS = 10_000
/** In characters of answers. */
const KEPT_CHARACTERS = 2 ** 24

/**
 * Follows `_claim_names` to the source of one claim, as the API server does for groups: a claim that the token has counts
 * before one that it only names; an aggregated one (`JWT`) is not looked into. What a source says is kept for ten seconds,
 * a failure not at all, and requests with the same token share one question. Whatever is not as it should be refuses the
 * token.
 *
 * @param claim - e.g. `groups`; empty: none is followed
 */
export function claimExpander(claim: string, { fetch, fetching, judge }: SourceOptions): ClaimExpander {
  const kept = new LRUCache<string, string>({
    maxSize: KEPT_CHARACTERS,
    sizeCalculation: (answer) => answer.length + 1,
    ttl: KEPT_MILLISECONDS,
  })
  const underWay = new Map<string, Promise<string>>()

  async function answerOf({ endpoint, accessToken }: Source): Promise<string> {
    if (!URL.canParse(endpoint) || new URL(endpoint).protocol !== 'https:')
      throw unusable(claim, endpoint, 'https:// only')
    const options = accessToken === '' ? fetching : { ...fetching, accessToken }
    const { status, text } = await fetch(endpoint, options).catch((cause: unknown) => {
      throw unusable(claim, endpoint, codeOf(cause), cause)
    })
    // "Report non-OK status code as an error."
    if (status < 200 || status > 226) throw unusable(claim, endpoint, `HTTP ${status}`)
    return text.trim()
  }

  async function judged(answer: string, { endpoint }: Source): Promise<Claims> {
    const found = await judge(answer).catch((cause: unknown) => {
      throw unusable(claim, endpoint, codeOf(cause), cause)
    })
    if (!Object.hasOwn(found, claim)) throw refusal(make['claim-missing']({ claim }))
    return found
  }

  async function ask(source: Source, id: string): Promise<string> {
    const answer = await answerOf(source)
    await judged(answer, source)
    kept.set(id, answer)
    return answer
  }

  async function keptAnswer(source: Source, id: string): Promise<string> {
    const former = kept.get(id) ?? underWay.get(id)
    if (former !== undefined) return former
    const asked = ask(source, id).finally(() => underWay.delete(id))
    underWay.set(id, asked)
    return asked
  }

  return async (claims, token) => {
    const source = sourceOf(claims, claim)
    if (source === undefined) return claims
    // Judged each time: what was good when it came may have expired.
    const found = await judged(await keptAnswer(source, secretDigest(token)), source)
    return { ...claims, [claim]: found[claim] }
  }
}

/**
 * @returns undefined where the claim is not to be had elsewhere
 * @throws AuthenticationError ERR_TOKEN_CLAIMS for names and sources that are malformed, or do not fit each other,
 *   whichever claim they are of
 */
function sourceOf(claims: Claims, claim: string): Source | undefined {
  const names = mapOf(claims, '_claim_names')
  const sources = mapOf(claims, '_claim_sources')
  for (const name of Object.values(names))
    if (typeof name !== 'string' || name === '' || !Object.hasOwn(sources, name))
      throw refusal(make['claim-source-unknown']({}))
  for (const source of Object.values(sources)) fieldsOf(source)
  if (claim === '' || Object.hasOwn(claims, claim) || !Object.hasOwn(names, claim)) return undefined
  const source = fieldsOf(sources[names[claim] as string])
  return source.endpoint === '' ? undefined : source
}

function mapOf(claims: Claims, name: string): Claims {
  const value = Object.hasOwn(claims, name) ? (claims[name] ?? {}) : {}
  if (!isClaims(value)) throw refusal(make['claim-source-unknown']({}))
  return value
}

function fieldsOf(source: unknown): Source {
  const { endpoint, access_token: accessToken } = (source ?? {}) as Record<string, unknown>
  const fields = { endpoint: endpoint ?? '', accessToken: accessToken ?? '' }
  if (typeof source === 'object' && !Array.isArray(source) && areTexts(fields)) return fields
  throw refusal(make['claim-source-unknown']({}))
}

function areTexts(fields: { readonly endpoint: unknown; readonly accessToken: unknown }): fields is Source {
  return typeof fields.endpoint === 'string' && typeof fields.accessToken === 'string'
}

/** Of an address, only what cannot hold a secret is told. */
function unusable(claim: string, endpoint: string, reason: string, cause?: unknown): AuthenticationError {
  const source = URL.canParse(endpoint) ? new URL(endpoint).origin : '?'
  const detail = make['claim-source']({ claim, source, reason })
  return new AuthenticationError('ERR_TOKEN_CLAIM_SOURCE', detail, { cause })
}

function codeOf(error: unknown): string {
  if (error instanceof Error) return 'code' in error ? String(error.code) : error.name
  return typeof error
}
