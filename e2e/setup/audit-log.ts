import { existsSync, readFileSync, statSync } from 'node:fs'

/** What the suites read of an event of the API server's audit log. */
export interface ClusterEvent {
  readonly auditID: string
  readonly verb: string
  readonly requestURI: string
  readonly user: { readonly username?: string }
  readonly impersonatedUser?: { readonly username?: string; readonly groups?: readonly string[] }
  readonly objectRef?: {
    readonly resource?: string
    readonly namespace?: string
    readonly name?: string
    readonly subresource?: string
  }
  readonly sourceIPs?: readonly string[]
  readonly responseStatus?: { readonly code?: number }
}

/** The API server's audit log from here on. */
export class ClusterLog {
  readonly #path: string
  readonly #start: number

  constructor(path: string) {
    this.#path = path
    this.#start = existsSync(path) ? statSync(path).size : 0
  }

  /** The events of requests that came through a gate: those of somebody else than who made the call. */
  impersonated(): ClusterEvent[] {
    return this.events().filter(({ impersonatedUser }) => impersonatedUser !== undefined)
  }

  events(): ClusterEvent[] {
    const text = readFileSync(this.#path).subarray(this.#start).toString('utf8')
    return text
      .slice(0, text.lastIndexOf('\n') + 1)
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
  }
}
