import type { Duplex, Readable } from 'node:stream'

/** A request as it goes to the API server. */
export interface UpstreamRequest {
  readonly method: string
  /** Path and query. */
  readonly target: string
  /** Name, value, name, value, …; names in lower case. The upstream adds its own credential. */
  readonly headers: string[]
  readonly body: Buffer | Readable | undefined
  /** Until the head of the answer is there, in milliseconds; 0: as long as it takes. */
  readonly timeout: number
  /** Whether it is a watch, which may share a connection with others. */
  readonly isWatch?: boolean
}

/** Lets the receiver of an answer keep the sender waiting. */
export interface UpstreamFlow {
  pause(): void
  /** What comes may be left unread for a moment, where that spares work. */
  hold?(): void
  /** After either. */
  resume(): void
}

/** Told of an answer as it comes. */
export interface UpstreamReceiver {
  /** @param headers - name, value, name, value, …; names in lower case, without those of the connection */
  head(status: number, headers: string[], flow: UpstreamFlow): void
  /**
   * Asked before `data`, so that who hands parts on at once needs no memory for each.
   *
   * @param parts - only valid during the call
   * @returns whether they have been taken; else they come by `data`
   */
  lend?(parts: readonly Buffer[]): boolean
  /** @param data - the receiver's own */
  data(data: Buffer): void
  /** @param last - the end of the body, where it came with the rest */
  end(last: Buffer | undefined): void
  /** Instead of `end`; also before the head came. */
  failed(error: Error): void
}

/** A connection that the API server has switched to another protocol. */
export interface Upgraded {
  readonly status: 101
  readonly headers: string[]
  /** To be written to; what comes from it is told by `receive`. */
  readonly socket: Duplex
  /**
   * To be called once.
   *
   * @param take - told of what comes, which is only valid during the call; false: no more, until the socket is resumed
   */
  receive(take: (data: Buffer) => boolean): void
}

/** An answer that is no switch of protocols; the connection is closed. */
export interface NotUpgraded {
  readonly status: number
  readonly headers: string[]
  /** Its beginning, where it is long. */
  readonly body: Buffer
}

/** The API server behind the gate. */
export interface Upstream {
  /** @returns ends the request where the client is gone */
  send(request: UpstreamRequest, receiver: UpstreamReceiver): () => void
  /** @throws Error where no answer came */
  upgrade(request: UpstreamRequest): Promise<Upgraded | NotUpgraded>
  close(): Promise<void>
}

/** Where an API server is, and how to come to it. */
export interface UpstreamTarget {
  readonly url: URL
  /** Credentials of the moment: files and tokens may be renewed at any time. */
  credentials(): Promise<UpstreamCredentials>
}

export interface UpstreamCredentials {
  readonly headers: Readonly<Record<string, string>>
  readonly tls: {
    readonly ca?: string | Buffer | (string | Buffer)[]
    readonly cert?: string | Buffer
    readonly key?: string | Buffer
    readonly rejectUnauthorized?: boolean
    readonly servername?: string
  }
}
