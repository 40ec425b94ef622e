import { goQuote } from '../../../kubernetes/index.ts'
import { defineMessages } from '../../../messages/index.ts'
import { verbatim } from '../verbatim.ts'

/** Kubernetes' own words. */
export const nodeMessages = defineMessages('node-authorizer', {
  'not-told': verbatim((_: object) => ''),
  'unknown-node': verbatim((d: { user: string }) => `unknown node for user ${goQuote(d.user)}`),
  unrelated: verbatim(
    (d: { node: string }) => `no relationship found between node '${d.node}' and this object`,
  ),
  'no-name': verbatim((_: object) => 'No Object name found'),
  'only-get': verbatim((_: object) => 'can only get individual resources of this type'),
  'only-read': verbatim((_: object) => 'can only read resources of this type'),
  'only-namespaced': verbatim((_: object) => 'can only read namespaced object of this type'),
  'no-subresource': verbatim((d: { verb: 'get' | 'read' }) => `cannot ${d.verb} subresource`),
  'only-update': verbatim((_: object) => 'can only get/update/patch this type'),
  'only-token-of-one': verbatim((_: object) => 'can only create tokens for individual service accounts'),
  'only-token': verbatim((_: object) => 'can only create token subresource of serviceaccount'),
  'no-accounts': verbatim((_: object) => 'not allowed to get service accounts'),
  'own-kind-verbs': verbatim(
    (d: { kind: string }) => `can only get, create, update, patch, or delete a ${d.kind}`,
  ),
  'lease-namespace': verbatim(
    (_: object) => 'can only access leases in the "kube-node-lease" system namespace',
  ),
  'own-name': verbatim(
    (d: { kind: string }) => `can only access ${d.kind} with the same name as the requesting node`,
  ),
  'kind-subresource': verbatim((d: { kind: string }) => `cannot authorize ${d.kind} subresources`),
  'certificate-subresource': verbatim(
    (_: object) => 'nodes may not access the status subresource of PodCertificateRequests',
  ),
  'certificate-verbs': verbatim((d: { verb: string }) => `nodes may not ${d.verb} podcertificaterequests`),
  'slice-verbs': verbatim(
    (_: object) =>
      'only the following verbs are allowed for a ResourceSlice: get, watch, list, create, update, patch, delete, deletecollection',
  ),
  selector: verbatim((d: { what: string }) => `can only ${d.what} field selector`),
  'all-nodes': verbatim(
    (d: { node: string }) => `node '${d.node}' cannot read all nodes, only its own Node object`,
  ),
  'other-node': verbatim(
    (d: { node: string; other: string }) =>
      `node '${d.node}' cannot read '${d.other}', only its own Node object`,
  ),
  disabled: verbatim((d: { feature: string }) => `disabled by feature gates ${d.feature}`),
})
