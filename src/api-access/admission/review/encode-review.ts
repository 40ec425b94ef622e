import type { AdmissionResult } from '../chain/admit.ts'
import { diff } from '../chain/json-patch.ts'
import type { Refusal } from '../stage.ts'
import type { ReviewRequest } from './decode-review.ts'

/**
 * The AdmissionReview that answers, as JSON (admission.k8s.io: AdmissionResponse). A changed object becomes a JSON
 * patch; in a refusal there is none.
 *
 * Annotations of the audit log: "the API server will prefix the keys with the admission webhook name", so that keys
 * are sent without the domain before their slash.
 */
export function encodeReview({ version, request }: ReviewRequest, result: AdmissionResult): string {
  const { refusal, object, warnings, auditAnnotations } = result
  const isChanged = refusal === undefined && object !== undefined && object !== request.object
  const patch = isChanged ? diff(request.object, object) : []
  const annotations = annotationsOf(auditAnnotations)
  return JSON.stringify({
    apiVersion: `admission.k8s.io/${version}`,
    kind: 'AdmissionReview',
    response: {
      uid: request.uid,
      allowed: refusal === undefined,
      ...(refusal !== undefined && { status: statusOf(refusal) }),
      ...(patch.length > 0 && {
        patchType: 'JSONPatch',
        patch: Buffer.from(JSON.stringify(patch)).toString('base64'),
      }),
      ...(warnings.length > 0 && { warnings }),
      ...(Object.keys(annotations).length > 0 && { auditAnnotations: annotations }),
    },
  })
}

/** As a `metav1.Status`, without what the API server sets itself. */
function statusOf({ code, reason, message, details }: Refusal) {
  return { status: 'Failure', code, reason, message, ...(details !== undefined && { details }) }
}

/** Two policies may have a key of one name: the second keeps its own before it. */
function annotationsOf(annotations: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const sent: Record<string, string> = {}
  for (const [key, value] of Object.entries(annotations)) {
    const short = key.slice(key.indexOf('/') + 1)
    sent[Object.hasOwn(sent, short) ? key.replace('/', '.') : short] = value
  }
  return sent
}
