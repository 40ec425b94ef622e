import type { UpstreamCredentials, UpstreamTarget } from './upstream.ts'

/** Files are replaced and tokens run out: how often they are asked for anew. */
const RENEW_MILLISECONDS = 60_000
/** After a 401 they are asked for at once, but not again and again. */
const SOONEST_MILLISECONDS = 5_000

/** The gate's own credentials to the API server, kept fresh. */
export class CredentialSource {
  readonly #target: UpstreamTarget
  readonly #timer: NodeJS.Timeout
  #current: UpstreamCredentials
  #headers: readonly string[]
  #listener: ((credentials: UpstreamCredentials) => void) | undefined
  #renewing: Promise<void> | undefined
  #renewedAt = performance.now()

  /** @throws Error where the credentials cannot be had */
  static async open(target: UpstreamTarget): Promise<CredentialSource> {
    return new CredentialSource(target, await target.credentials())
  }

  private constructor(target: UpstreamTarget, first: UpstreamCredentials) {
    this.#target = target
    this.#current = first
    this.#headers = pairs(first)
    this.#timer = setInterval(() => this.#renewNow(), RENEW_MILLISECONDS)
    this.#timer.unref()
  }

  get current(): UpstreamCredentials {
    return this.#current
  }

  /** Name, value, name, value, … */
  get headers(): readonly string[] {
    return this.#headers
  }

  /** Tells of certificates, keys and authorities that are not those of before. */
  onRenewedTls(listener: (credentials: UpstreamCredentials) => void): () => void {
    this.#listener = listener
    return () => {
      this.#listener = undefined
    }
  }

  /** The API server did not accept them. */
  renew(): void {
    if (performance.now() - this.#renewedAt > SOONEST_MILLISECONDS) this.#renewNow()
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #renewNow(): void {
    this.#renewing ??= this.#target
      .credentials()
      .then((next) => this.#replace(next))
      // Those of before may still be good; where they are not, the API server says so.
      .catch(() => undefined)
      .finally(() => {
        this.#renewing = undefined
        this.#renewedAt = performance.now()
      })
  }

  #replace(next: UpstreamCredentials): void {
    const isSameTls = JSON.stringify(next.tls) === JSON.stringify(this.#current.tls)
    this.#current = next
    this.#headers = pairs(next)
    if (!isSameTls) this.#listener?.(next)
  }
}

function pairs({ headers }: UpstreamCredentials): readonly string[] {
  return Object.entries(headers).flatMap(([name, value]) => [name.toLowerCase(), value])
}
