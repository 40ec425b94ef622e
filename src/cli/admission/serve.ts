import { randomUUID, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { KubeConfig } from '@kubernetes/client-node'
import {
  type AdmissionSurroundings,
  createAdmissionChain,
  createAdmissionStages,
  createReviewMetrics,
  ensureNamespace,
  isRegistered,
  leaseHolder,
  openReviewServer,
  policyRules,
  register,
  typesNeededBy,
  webhookConfigurations,
  withManifests,
} from '../../api-access/admission/index.ts'
import {
  clusterClient,
  type ObjectView,
  type ServedResource,
  servedResources,
  watchedObjects,
} from '../../kubernetes/index.ts'
import { errorText, type Language, reasonOf } from '../../messages/index.ts'
import { countBuffersInHeap } from '../buffers.ts'
import { UsageError } from '../exit.ts'
import { stopOnSignals } from '../signals.ts'
import type { Teller } from '../teller.ts'
import { certificatesOfFiles, certificatesOfSecret, type ReviewCertificates } from './certificates.ts'
import { clusterQuestions } from './cluster-questions.ts'
import { firstRegistration } from './first-registration.ts'
import { foldersOf, openManifestFolders } from './manifest-folders.ts'
import { admissionMessages } from './messages.ts'
import type { AdmissionOptions, AdmissionSettings } from './options.ts'
import { askService } from './own-service.ts'
import { paramKinds } from './param-kinds.ts'
import { startRegistrar } from './registrar.ts'
import { type AuthoritySecret, authoritySecret } from './shared-authority.ts'
import type { ConfiguredStages } from './stage-configuration.ts'

const { make } = admissionMessages

/** The Secret with the replicas' authority, and the Lease of their leader. */
const SHARED_NAME = 'haetae-admission'

/** So long may a new kind of the cluster go without a policy that is for all kinds. */
const DISCOVERY_MILLISECONDS = 30_000

export interface ServeOptions {
  readonly options: AdmissionOptions
  readonly settings: AdmissionSettings
  readonly configuration: ConfiguredStages
  readonly config: KubeConfig
  readonly language: Language
  readonly teller: Teller
}

/** Answers reviews until the process is told to stop. @throws UsageError, ClusterError, AuthenticationSetupError */
export async function serve({
  options,
  settings,
  configuration,
  config,
  language,
  teller,
}: ServeOptions): Promise<void> {
  countBuffersInHeap()
  const { names, excludedNamespaces } = settings
  const manifests = await openManifestFolders(foldersOf(configuration, names), {
    language,
    onProblem: teller.problem,
    onChange: (folder, count) => teller.note(make['manifests-changed']({ folder, count })),
  })
  const client = clusterClient(config)
  const { namespace } = options
  if (options.install === true) await ensureNamespace(client, namespace)
  const secret = authoritySecret({ client, namespace, name: SHARED_NAME, now: Date.now })
  const certificates = await certificatesFor(options, settings, secret, teller)
  const objects = watchedObjects(config, typesNeededBy(names, configuration), {
    onProblem: (_, problem) => teller.problem(problem),
  })
  const view = withManifests(objects, manifests.current)
  const surroundings: AdmissionSurroundings = {
    objects: view,
    paramType: paramKinds(client, objects, view),
    now: Date.now,
    ...clusterQuestions(client),
  }
  let isReady = false
  const metrics = createReviewMetrics((stage, error) => {
    const problem = errorText(error)
    teller.problem(make['stage-failed']({ stage, problem }))
  })
  const chain = createAdmissionChain(
    createAdmissionStages(names, configuration, { metrics: metrics.stages }),
    metrics.observer,
  )
  const server = await openReviewServer({
    host: settings.host,
    port: settings.port,
    tls: servingPair(certificates),
    ...(options.clientCa !== undefined && { clientCa: readFileSync(options.clientCa, 'utf8') }),
    chain,
    surroundings,
    // Whatever somebody makes of the registration: what must not wait for Haetae does not.
    isExempt: (request) => excludedNamespaces.includes(request.namespace),
    isReady: () => isReady,
    metrics: { contentType: metrics.registry.contentType, text: () => metrics.registry.metrics() },
    onReview: (request, { refusal }, milliseconds) =>
      metrics.reviewed(request, refusal === undefined, milliseconds),
    onRejected: (status) => metrics.rejected(status),
  }).catch((error: unknown) => {
    const reason = reasonOf(error)
    const said = make['cannot-listen']({ address: options.listen, reason })
    throw new UsageError('ERR_LISTEN', said, admissionMessages)
  })
  const { host, port } = server.address
  teller.note(
    make.listening({ address: `${host.includes(':') ? `[${host}]` : host}:${port}`, names: chain.names }),
  )
  const unsubscribe = certificates.subscribe((pair) => {
    server.setCertificate({ certificate: pair.cert, key: pair.key })
    teller.note(make['new-certificate']({ until: new X509Certificate(pair.cert).validTo }))
  })

  const stopped = new Promise<void>((resolve) => {
    const release = stopOnSignals({
      stop: () => {
        release()
        resolve()
      },
      reload: () => {},
    })
  })
  await Promise.race([objects.ready(), stopped])
  isReady = true
  teller.note(make.ready({}))
  const registrar =
    options.install === true
      ? startRegistrar({
          lease: leaseHolder(client, {
            namespace,
            name: SHARED_NAME,
            identity: `${hostname()}_${randomUUID()}`,
            now: Date.now,
          }),
          lead: leadership({ options, settings, view, secret, certificates, client, teller }),
          onLeading: () => teller.note(make.leading({})),
          onTrouble: teller.trouble,
        })
      : undefined
  await stopped
  teller.note(make.stopping({}))
  await registrar?.stop()
  await server.stop(settings.shutdownDelayMilliseconds)
  unsubscribe()
  certificates.close()
  manifests.close()
  await objects.stop()
  client.close()
}

interface Leadership {
  readonly options: AdmissionOptions
  readonly settings: AdmissionSettings
  readonly view: ObjectView
  readonly secret: AuthoritySecret
  readonly certificates: ReviewCertificates
  readonly client: ReturnType<typeof clusterClient>
  readonly teller: Teller
}

/** What the leader does in each round: it writes only where something is not as it should be. */
function leadership({
  options,
  settings,
  view,
  secret,
  certificates,
  client,
  teller,
}: Leadership): () => Promise<void> {
  const { address, excludedNamespaces: excluded } = settings
  const shown = 'url' in address ? address.url : `${address.service.name}.${address.service.namespace}.svc`
  let isTold = false
  const served = answerKept(DISCOVERY_MILLISECONDS, servedResources(client))
  const told = new Map<string, string>()
  const registerWith = async (caBundle: string) => {
    const policies = await policyRules(settings.names, view, served)
    for (const [policy, resources] of policies.leftOut) {
      if (told.get(policy) === String(resources)) continue
      told.set(policy, String(resources))
      teller.note(make['policy-left-out']({ policy, resources }))
    }
    await register(client, webhookConfigurations({ ...settings, policies, caBundle }), excluded)
    if (!isTold) teller.note(make.registered({ address: shown, excluded }))
    isTold = true
  }
  const mayRegister = firstOf(address, { client, bundle: certificates.bundle, teller })
  return async () => {
    if (!(await mayRegister())) return
    if (options.tlsCert !== undefined) return registerWith(certificates.bundle())
    await secret.renew(registerWith)
    await registerWith((await secret.read()).bundle)
  }
}

/** Whether the registration may be made; of a URL, which may be reached from API servers alone, nothing is asked. */
function firstOf(
  address: AdmissionSettings['address'],
  { client, bundle, teller }: Pick<Leadership, 'client' | 'teller'> & Pick<ReviewCertificates, 'bundle'>,
): () => Promise<boolean> {
  if ('url' in address) return async () => true
  const { service: asked } = address
  const service = `${asked.name}.${asked.namespace}.svc`
  return firstRegistration({
    isRegistered: () => isRegistered(client),
    ask: () => askService(client, asked, bundle()),
    onWaiting: (reason) => teller.note(make['awaiting-service']({ service, reason })),
    onGivenUp: (reason, seconds) => teller.problem(make['service-not-reached']({ service, reason, seconds })),
    now: () => performance.now(),
    sleep: (milliseconds) => sleep(milliseconds),
  })
}

/**
 * What a cluster serves is asked for only now and then: it takes a request for each version of each group. That it could
 * not be asked is not kept: the next registration tries again.
 */
function answerKept(
  milliseconds: number,
  ask: () => Promise<readonly ServedResource[]>,
): () => Promise<readonly ServedResource[]> {
  let last = Number.NEGATIVE_INFINITY
  let known: readonly ServedResource[] = []
  return async () => {
    if (performance.now() - last < milliseconds) return known
    known = await ask()
    last = performance.now()
    return known
  }
}

async function certificatesFor(
  { tlsCert, tlsKey, tlsCa }: AdmissionOptions,
  { serverNames }: AdmissionSettings,
  secret: AuthoritySecret,
  teller: Teller,
): Promise<ReviewCertificates> {
  if (tlsCert === undefined || tlsKey === undefined)
    return certificatesOfSecret(secret, serverNames, teller.problem, teller.trouble)
  const files = { cert: tlsCert, key: tlsKey, ...(tlsCa !== undefined && { ca: tlsCa }) }
  return certificatesOfFiles(files, teller.problem)
}

function servingPair(certificates: ReviewCertificates) {
  const { cert: certificate, key } = certificates.current()
  return { certificate, key }
}
