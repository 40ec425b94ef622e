import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AdmissionGate } from './admission/admission-gate.ts'
import { BODY_LIMITS, type BodyLimits, BodyReader } from './carrier/body.ts'
import { ENDING_TIMES } from './carrier/ending.ts'
import type { ClientRequest, ClientResponse } from './carrier/http.ts'
import type { LocalHandler } from './carrier/local.ts'
import { OpenWatches } from './carrier/open-watches.ts'
import { type GateServer, type ListenOptions, openServer } from './carrier/server.ts'
import type { Upstream } from './carrier/upstream.ts'
import { type ServingOptions, serve } from './exchange.ts'
import type { GateMetrics } from './health/metrics.ts'
import { createInFlight, IN_FLIGHT_LIMITS, type InFlight, type InFlightLimits } from './limits/in-flight.ts'
import type { Pipeline } from './pipeline/pipeline.ts'
import { serveUpgrade } from './tunnels.ts'

export interface GateOptions {
  readonly listen: ListenOptions
  readonly upstream: Upstream
  readonly pipeline: Pipeline
  readonly limits?: InFlightLimits
  readonly bodyLimits?: BodyLimits
  /** `--request-timeout`: until the head of an answer is there, in milliseconds; 65,000. */
  readonly requestTimeout?: number
  /** Answers what anybody may ask the gate itself, such as `/livez`. @returns false for what is not */
  readonly health?: (request: ClientRequest, response: ClientResponse) => boolean
  /** Asked in turn before a request is forwarded. */
  readonly local?: readonly LocalHandler[]
  /** Absent: whatever the API server behind decides. */
  readonly admission?: AdmissionGate
  readonly metrics?: GateMetrics
  /** Faults that no client must be told of. */
  readonly onError?: (error: unknown) => void
}

/** The gate, open. */
export interface Gate {
  readonly address: GateServer['address']
  readonly inFlight: InFlight
  /** Whether it is to be sent requests; from the beginning of its end on it is not. */
  readonly isOpen: boolean
  connections(): number
  renewCertificate: GateServer['renew']
  /**
   * Takes no more connections, ends the watches, each with the end of a whole answer, and waits for what else is under way:
   * requests, and streams that have left HTTP. What is not over by then is broken off.
   *
   * @param patience - how long that may take, in milliseconds
   * @param delay - until it has passed everything is served as before, and only `isOpen` tells of the end: "can be used to
   *   allow load balancer to stop sending traffic to this server" (kube-apiserver, `--shutdown-delay-duration`)
   */
  close(patience: number, delay?: Promise<unknown>): Promise<void>
}

/** A little longer than the API server's own, which tells a better reason. */
const REQUEST_MILLISECONDS = 65_000

/** For the API server to let go of streams whose clients have gone. */
const LAST_MILLISECONDS = 2000

/**
 * Opens the gate in front of an API server.
 *
 * @throws Error of the operating system where it cannot listen
 */
export async function openGate(options: GateOptions): Promise<Gate> {
  const { listen, upstream, pipeline, health, metrics, onError = () => {} } = options
  const inFlight = createInFlight(options.limits ?? IN_FLIGHT_LIMITS)
  const watches = new OpenWatches()
  const serving: ServingOptions = {
    upstream,
    pipeline,
    bodies: new BodyReader(options.bodyLimits ?? BODY_LIMITS),
    inFlight,
    local: options.local ?? [],
    admission: options.admission,
    metrics,
    watches,
    requestTimeout: options.requestTimeout ?? REQUEST_MILLISECONDS,
    ending: listen.ending ?? ENDING_TIMES,
    onError,
  }
  /** Connections that have left HTTP. */
  const tunnels = new Set<Duplex>()
  /** Of which the last event is still to be told. */
  const streams = new Set<Promise<void>>()
  let isOpen = true

  const server = await openServer(listen, {
    request(request, response) {
      // A client that breaks off shows elsewhere.
      request.on('error', () => undefined)
      response.on('error', () => undefined)
      if (health?.(request, response) !== true) void serve(serving, request, response)
    },
    upgrade(request, socket, first) {
      tunnels.add(socket)
      socket.on('error', () => socket.destroy()).once('close', () => tunnels.delete(socket))
      const stream = serveUpgrade(serving, request, socket, first).finally(() => streams.delete(stream))
      streams.add(stream)
    },
    clientError: () => metrics?.tlsFailure(),
    refused: (limit) => metrics?.refusedConnection(limit),
  })

  return {
    address: server.address,
    inFlight,
    get isOpen() {
      return isOpen
    },
    connections: () => server.connections(),
    renewCertificate: (tls) => server.renew(tls),
    async close(patience, delay) {
      isOpen = false
      if (delay !== undefined) await delay
      const timer = setTimeout(() => {
        for (const tunnel of tunnels) tunnel.destroy()
        server.destroy()
      }, patience)
      const drained = server.drain()
      watches.drain(patience)
      await drained
      clearTimeout(timer)
      // A stream tells of its end once both its connections are gone, and the trail is closed after this.
      await Promise.race([Promise.all(streams), sleep(LAST_MILLISECONDS, undefined, { ref: false })])
      await upstream.close()
    },
  }
}
