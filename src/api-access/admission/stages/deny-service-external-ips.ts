import type { KubernetesObject } from '../../../kubernetes/index.ts'
import { forbidden } from '../refusals.ts'
import type { AdmissionStage } from '../stage.ts'

/**
 * "Rejects all net-new usage of the Service field externalIPs … existing uses … may be removed" (Kubernetes
 * documentation, "DenyServiceExternalIPs"): whoever sets one may draw to himself what others send to that address
 * (CVE-2020-8554).
 */
export const denyServiceExternalIPs: AdmissionStage = {
  name: 'DenyServiceExternalIPs',
  validate(request) {
    const { operation, resource, subresource, object, oldObject } = request
    if (operation !== 'CREATE' && operation !== 'UPDATE') return {}
    if (resource.group !== '' || resource.resource !== 'services' || subresource !== '') return {}
    const known = externalIPs(oldObject)
    if (externalIPs(object).every((address) => known.includes(address))) return {}
    return { refusal: forbidden(request, 'Use of external IPs is denied by admission control.') }
  },
}

/** What is no list is refused as if it were new: the API server would not take it either. */
function externalIPs(object: KubernetesObject | undefined): readonly unknown[] {
  const spec = object?.['spec']
  if (typeof spec !== 'object' || spec === null || !('externalIPs' in spec)) return []
  const { externalIPs: list } = spec
  if (list === undefined || list === null) return []
  return Array.isArray(list) ? list : [list]
}
