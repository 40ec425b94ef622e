import { type Fields, fieldsOf, isRecord, stringOf, stringsOf } from '../../../kubernetes/index.ts'
import type { ReviewVersion } from '../review/decode-review.ts'
import type { AdmissionRequest } from '../stage.ts'

/** What a webhook answered. */
export interface WebhookResponse {
  readonly allowed: boolean
  /** A `metav1.Status`; what of it a refusal says. */
  readonly status: Readonly<Record<string, unknown>>
  /** Operations of RFC 6902 as decoded from JSON; undefined for none. */
  readonly patch: unknown
  readonly warnings: readonly string[]
  readonly auditAnnotations: Readonly<Record<string, string>>
}

/** Why an answer is none; worded as the API server does, behind `failed calling webhook "…": `. */
class ExchangeError extends Error {}

/**
 * The AdmissionReview that a webhook is sent.
 *
 * @param sent - in the version that the webhook's rules ask for
 * @param given - as the client sent it
 */
export function reviewOf(
  version: ReviewVersion,
  uid: string,
  sent: AdmissionRequest,
  given: AdmissionRequest,
): unknown {
  const { user, subresource, object = null, oldObject = null, options = null } = sent
  return {
    kind: 'AdmissionReview',
    apiVersion: `admission.k8s.io/${version}`,
    request: {
      uid,
      kind: sent.kind,
      resource: sent.resource,
      ...(subresource !== '' && { subResource: subresource }),
      requestKind: given.kind,
      requestResource: given.resource,
      ...(subresource !== '' && { requestSubResource: subresource }),
      ...(sent.name !== '' && { name: sent.name }),
      ...(sent.namespace !== '' && { namespace: sent.namespace }),
      operation: sent.operation,
      userInfo: {
        username: user.name,
        ...(user.uid !== undefined && { uid: user.uid }),
        ...(user.groups.length > 0 && { groups: user.groups }),
        ...(user.extra !== undefined && { extra: user.extra }),
      },
      object,
      oldObject,
      dryRun: sent.dryRun,
      options,
    },
  }
}

/** Checks the answer as the API server does. @throws ExchangeError */
export function responseOf(
  review: unknown,
  version: ReviewVersion,
  uid: string,
  isMutating: boolean,
): WebhookResponse {
  const { apiVersion, kind, response } = fieldsOf(review)
  if (!isRecord(response)) throw new ExchangeError('webhook response was absent')
  // "Response GVK and response.uid were not verified in v1beta1 handling".
  if (version === 'v1') {
    if (response['uid'] !== uid)
      throw new ExchangeError(`expected response.uid=${quoted(uid)}, got ${quoted(response['uid'])}`)
    if (apiVersion !== 'admission.k8s.io/v1' || kind !== 'AdmissionReview')
      throw new ExchangeError(
        `expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got ${String(apiVersion)}, Kind=${String(kind)}`,
      )
    checkPatchType(response, isMutating)
  }
  const { warnings, auditAnnotations, status } = response
  return {
    allowed: response['allowed'] === true,
    status: fieldsOf(status),
    patch: isMutating ? patchOf(response['patch']) : undefined,
    warnings: stringsOf(warnings),
    auditAnnotations: Object.fromEntries(
      Object.entries(fieldsOf(auditAnnotations)).filter(
        (entry): entry is [string, string] => typeof entry[1] === 'string',
      ),
    ),
  }
}

function checkPatchType({ patch, patchType }: Fields, isMutating: boolean): void {
  const hasPatch = typeof patch === 'string' && patch !== ''
  const hasType = patchType !== undefined && patchType !== null
  if (!isMutating) {
    if (hasPatch) throw new ExchangeError('validating webhook may not return response.patch')
    if (hasType) throw new ExchangeError('validating webhook may not return response.patchType')
    return
  }
  if (hasPatch && !hasType)
    throw new ExchangeError('webhook returned response.patch but not response.patchType')
  if (!hasPatch && hasType)
    throw new ExchangeError('webhook returned response.patchType but not response.patch')
  if (hasType && patchType === '')
    throw new ExchangeError('webhook returned invalid response.patchType of ""')
  if (hasType && patchType !== 'JSONPatch')
    throw new ExchangeError(`unsupported patch type ${quoted(patchType)}`)
}

function patchOf(patch: unknown): unknown {
  if (typeof patch !== 'string' || patch === '') return undefined
  try {
    return JSON.parse(Buffer.from(patch, 'base64').toString('utf8'))
  } catch {
    throw new ExchangeError('response.patch is no JSON')
  }
}

function quoted(value: unknown): string {
  return JSON.stringify(stringOf(value))
}
