import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { KubeConfig } from '@kubernetes/client-node'
import type { AuditSink } from '../../api-access/audit/index.ts'
import { type LastingAuthority, openLastingAuthority } from '../../api-access/authentication/index.ts'
import {
  connectUpstream,
  createHealth,
  createLoginEndpoint,
  createMetrics,
  createPipeline,
  createUpstreamAuthorizer,
  type Gate,
  metricsEndpoint,
  openGate,
  reviewsEndpoint,
  selfReviewEndpoint,
} from '../../api-access/gateway/index.ts'
import { type ClusterClient, clusterClient, clusterTarget, watchedObjects } from '../../kubernetes/index.ts'
import { type Language, reasonOf } from '../../messages/index.ts'
import { inState } from '../authentication/state-folder.ts'
import { chooseAuthorizers } from '../authorization/choose-authorizers.ts'
import { countBuffersInHeap } from '../buffers.ts'
import { UsageError } from '../exit.ts'
import { type Closing, openParts } from '../parts.ts'
import type { Teller } from '../teller.ts'
import { chooseStages } from './admission.ts'
import { openAuditTrail } from './audit-trail.ts'
import { openEntrance } from './authentication.ts'
import { healthChecks } from './health-checks.ts'
import { gatewayMessages } from './messages.ts'
import {
  addressOf,
  connectionLimitsOf,
  countOf,
  type GatewayOptions,
  millisecondsOf,
  stateFolder,
} from './options.ts'
import { keepCertificates, openServingCertificate } from './serving.ts'

/** A gate that stands, and what it stands on. */
export interface OpenGateway {
  readonly authority: LastingAuthority
  /** The file by which clients trust the gate. */
  readonly authorityFile: string
  /** E.g. `https://127.0.0.1:8443`. */
  readonly address: string
  /** Of the API server behind. */
  readonly server: string
  /** Lets those under way end, and sees that every event is kept. */
  close(): Promise<void>
}

/** Between two looks whether the own authority needs a successor: there is a year for it. */
const AUTHORITY_MILLISECONDS = 3_600_000

/**
 * Puts a gate together and opens it.
 *
 * @param config - of the cluster behind
 * @param sinks - of audit events, besides those of the options
 * @throws UsageError, ClusterError, AuthenticationSetupError
 */
export async function openGateway(
  options: GatewayOptions,
  config: KubeConfig,
  language: Language,
  teller: Teller,
  sinks: readonly AuditSink[] = [],
): Promise<OpenGateway> {
  return openParts((open) => assemble(options, config, language, teller, sinks, open))
}

/** @param open - takes what closes each part, in the order in which they were opened */
async function assemble(
  options: GatewayOptions,
  config: KubeConfig,
  language: Language,
  teller: Teller,
  sinks: readonly AuditSink[],
  open: Closing[],
): Promise<Omit<OpenGateway, 'close'>> {
  countBuffersInHeap()
  const { host, port } = addressOf(options.listen)
  const limits = limitsOf(options)
  const connections = connectionLimitsOf(options)
  const requestTimeout = millisecondsOf('--request-timeout', options.requestTimeout, 1)
  const patience = millisecondsOf('--shutdown-timeout', options.shutdownTimeout)
  const delay = millisecondsOf('--shutdown-delay', options.shutdownDelay)
  const authorizers = chooseAuthorizers(options)
  const stages = await chooseStages(options, authorizers !== undefined, language, teller)
  const state = stateFolder(options)
  const authority = await inState(() => openLastingAuthority({ folder: join(state, 'ca') }))
  const looking = setInterval(
    () => void authority.look().catch(teller.trouble),
    AUTHORITY_MILLISECONDS,
  ).unref()
  open.push(() => clearInterval(looking))
  const metrics = createMetrics()
  const client = clusterClient(config)
  open.push(() => client.close())
  const entrance = await openEntrance(options, authority, client, config, teller, metrics.jwt)
  open.push(() => entrance.close())
  const serving = await openServingCertificate(options, host, authority, teller)
  open.push(() => serving.close())
  const types = [...(authorizers?.types ?? []), ...stages.types]
  const objects = watchedObjects(config, types, {
    onProblem: (_, problem) => teller.problem(problem),
  })
  open.push(() => objects.stop())
  const chain = await authorizers?.open(objects, metrics.authorizationWebhooks)
  open.push(() => chain?.close())
  const authorizer = chain?.authorizer
  const askCluster = createUpstreamAuthorizer(client)
  const upstream = await connectUpstream({
    target: clusterTarget(config),
    // One for each that may be under way: with fewer, one user's unread answers would keep all others waiting.
    connections: limits.readOnly + limits.mutating,
  })
  open.push(() => upstream.close())
  const trail = await openAuditTrail(options, state, metrics, teller, sinks)
  open.push(() => trail.close())
  const pipeline = createPipeline({
    authentication: entrance.chain,
    authorize: authorizer === undefined ? askCluster : (attributes) => authorizer.authorize(attributes),
    serverVersion: await versionOf(client),
    ...(authorizer !== undefined && { authorizer }),
    render: teller.english,
    trail,
    onAuthentication: metrics.authentication,
    onAuthorization: metrics.authorization,
    onError: teller.trouble,
  })
  const admission = stages.open({
    client,
    objects,
    upstream,
    authorizers: chain,
    timeout: requestTimeout,
    metrics,
  })
  open.push(() => admission.close())
  let gate: Gate | undefined
  const health = createHealth(
    healthChecks({ trail, client, isOpen: () => gate?.isOpen === true, objects, types }),
  )
  const logins = createLoginEndpoint({
    login: entrance.login,
    chain: entrance.loginChain,
    trail,
    onLogin: metrics.login,
    onError: teller.trouble,
  })
  const { cert, key } = serving.current()
  gate = await openGate({
    listen: { host, port, certificate: cert, key, clientCa: entrance.clientCa(), connections },
    upstream,
    pipeline,
    limits,
    requestTimeout,
    health: (request, response) => logins(request, response) || health(request, response),
    ...(admission.gate !== undefined && { admission: admission.gate }),
    local: [
      metricsEndpoint(metrics, authorizer === undefined ? askCluster : undefined),
      authorizer === undefined
        ? selfReviewEndpoint(askCluster, teller.english)
        : reviewsEndpoint(authorizer, teller.english),
    ],
    metrics,
    onError: teller.trouble,
  }).catch((error: unknown) => {
    const reason = reasonOf(error)
    const message = gatewayMessages.make['cannot-listen']({ address: options.listen, reason })
    throw new UsageError('ERR_LISTEN', message, gatewayMessages)
  })
  const opened = gate
  open.push(() => opened.close(patience, delay > 0 ? sleep(delay) : undefined))
  metrics.observe({
    inFlight: gate.inFlight,
    connections: () => opened.connections(),
    audit: () => trail.stats(),
  })
  open.push(keepCertificates(opened, serving, entrance.clientCa))
  return {
    authority,
    authorityFile: authority.bundleFile,
    address: shownAddress(host, gate.address.port),
    server: client.server,
  }
}

/** Of requests that are under way. */
function limitsOf(options: GatewayOptions) {
  return {
    readOnly: countOf('--max-requests-inflight', options.maxRequestsInflight, 1),
    mutating: countOf('--max-mutating-requests-inflight', options.maxMutatingRequestsInflight, 1),
    longRunning: countOf('--max-long-running', options.maxLongRunning, 1),
  }
}

/** Where clients on this machine reach a gate that listens at an address, or at all. */
function shownAddress(host: string, port: number): string {
  const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  return `https://${shown.includes(':') ? `[${shown}]` : shown}:${port}`
}

/** The strictest rules count until the API server has said which version it is. @throws ClusterError */
async function versionOf(client: ClusterClient): Promise<{ readonly major: number; readonly minor: number }> {
  const { body } = await client.request({ path: '/version', timeoutSeconds: 10 })
  const { major, minor } = (body ?? {}) as { major?: unknown; minor?: unknown }
  const number = (part: unknown) => Number.parseInt(String(part), 10)
  const version = { major: number(major), minor: number(minor) }
  return Number.isNaN(version.major + version.minor) ? { major: 1, minor: 35 } : version
}
