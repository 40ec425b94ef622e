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
  const annotations = Object.entries(auditAnnotations).map(([key, value]) => [annotationKey(key), value])
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
      ...(annotations.length > 0 && { auditAnnotations: Object.fromEntries(annotations) }),
    },
  })
}

/** As a `metav1.Status`, without what the API server sets itself. */
function statusOf({ code, reason, message, details }: Refusal) {
  return { status: 'Failure', code, reason, message, ...(details !== undefined && { details }) }
}

function annotationKey(key: string): string {
  return key.slice(key.indexOf('/') + 1)
}
