import {
  type Fields,
  fieldsOf,
  type KubernetesObject,
  type LabelSelectorTerms,
  listOf,
  stringOf,
  stringsOf,
} from '../../../kubernetes/index.ts'
import { inOrderOfNames, isStatic } from '../manifests/static-names.ts'
import { isAboutAdmission } from '../match/admission-objects.ts'
import type { ReviewVersion } from '../review/decode-review.ts'
import { REVIEW_VERSIONS } from '../review/decode-review.ts'
import type { AdmissionRequest } from '../stage.ts'

/** One rule of a webhook: which requests it is for. */
export interface Rule {
  readonly operations: readonly string[]
  readonly apiGroups: readonly string[]
  readonly apiVersions: readonly string[]
  readonly resources: readonly string[]
  readonly scope: string
}

/** How a webhook is reached. */
export interface ClientConfig {
  /** `https://…`, or where it is a service none. */
  readonly url?: string
  readonly service?: {
    readonly namespace: string
    readonly name: string
    readonly path: string
    readonly port: number
  }
  /** In PEM; `''` for the authorities that the machine knows. */
  readonly caBundle: string
}

/** A webhook of a Mutating- or ValidatingWebhookConfiguration, with the API's defaults. */
export interface Webhook {
  /** Unique, also between configurations. */
  readonly uid: string
  readonly configuration: string
  readonly name: string
  readonly clientConfig: ClientConfig
  readonly rules: readonly Rule[]
  readonly ignoresFailure: boolean
  readonly isEquivalent: boolean
  readonly namespaceSelector: LabelSelectorTerms
  readonly objectSelector: LabelSelectorTerms
  readonly sideEffects: string | undefined
  readonly timeoutSeconds: number
  /** The first that Haetae knows too; undefined for none. */
  readonly reviewVersion: ReviewVersion | undefined
  readonly isReinvoked: boolean
  readonly matchConditions: readonly { readonly name: string; readonly expression: string }[]
}

/**
 * The webhooks of the configurations that a request may go to, ordered by the configurations' names, as the API server
 * calls them. A request about what configures admission goes only to those of files.
 *
 * @param configurations - as stored; the API server has validated them
 */
export function webhooksFor(
  request: AdmissionRequest,
  configurations: Iterable<KubernetesObject>,
): readonly Webhook[] {
  const isRestricted = isAboutAdmission(request)
  const given = [...configurations].filter((each) => !isRestricted || isStatic(nameOf(each)))
  return given.sort((one, other) => inOrderOfNames(nameOf(one), nameOf(other))).flatMap(decoded)
}

const known = new WeakMap<KubernetesObject, readonly Webhook[]>()

function decoded(configuration: KubernetesObject): readonly Webhook[] {
  const before = known.get(configuration)
  if (before !== undefined) return before
  const webhooks = listOf(configuration['webhooks']).map((webhook, index) =>
    webhookOf(fieldsOf(webhook), nameOf(configuration), index),
  )
  known.set(configuration, webhooks)
  return webhooks
}

function webhookOf(fields: Fields, configuration: string, index: number): Webhook {
  const name = stringOf(fields['name'])
  const { timeoutSeconds, sideEffects } = fields
  const conditions = listOf(fields['matchConditions']).map(fieldsOf)
  return {
    uid: `${configuration}/${name}/${index}`,
    configuration,
    name,
    clientConfig: clientConfigOf(fieldsOf(fields['clientConfig'])),
    rules: listOf(fields['rules']).map((rule) => ruleOf(fieldsOf(rule))),
    ignoresFailure: fields['failurePolicy'] === 'Ignore',
    isEquivalent: fields['matchPolicy'] !== 'Exact',
    namespaceSelector: fieldsOf(fields['namespaceSelector']),
    objectSelector: fieldsOf(fields['objectSelector']),
    sideEffects: typeof sideEffects === 'string' ? sideEffects : undefined,
    timeoutSeconds: typeof timeoutSeconds === 'number' ? Math.min(Math.max(timeoutSeconds, 1), 30) : 10,
    reviewVersion: stringsOf(fields['admissionReviewVersions'])
      .map((version) => REVIEW_VERSIONS.find((each) => each === version))
      .find((version) => version !== undefined),
    isReinvoked: fields['reinvocationPolicy'] === 'IfNeeded',
    matchConditions: conditions.map((condition) => ({
      name: stringOf(condition['name']),
      expression: stringOf(condition['expression']),
    })),
  }
}

function clientConfigOf({ url, service, caBundle }: Fields): ClientConfig {
  const bundle = typeof caBundle === 'string' ? Buffer.from(caBundle, 'base64').toString('utf8') : ''
  if (typeof url === 'string' && url !== '') return { url, caBundle: bundle }
  const { namespace, name, path, port } = fieldsOf(service)
  return {
    service: {
      namespace: stringOf(namespace),
      name: stringOf(name),
      path: stringOf(path),
      port: typeof port === 'number' ? port : 443,
    },
    caBundle: bundle,
  }
}

function ruleOf(fields: Fields): Rule {
  return {
    operations: stringsOf(fields['operations']),
    apiGroups: stringsOf(fields['apiGroups']),
    apiVersions: stringsOf(fields['apiVersions']),
    resources: stringsOf(fields['resources']),
    scope: stringOf(fields['scope']) || '*',
  }
}

function nameOf({ metadata }: KubernetesObject): string {
  return metadata?.name ?? ''
}
