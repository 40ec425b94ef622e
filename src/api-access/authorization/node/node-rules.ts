import type { PolicyRule } from '../rbac/index.ts'

const READ = ['get', 'list', 'watch']
const OWN = ['create', 'delete', 'get', 'patch', 'update']

/**
 * What every node may do, whatever runs on it: the rules of the ClusterRole `system:node` (Kubernetes documentation,
 * "Using Node Authorization", "Overview"). Of the resources that are decided one by one, only requests which those
 * rules leave open come here.
 */
export const NODE_RULES: readonly PolicyRule[] = [
  rule('authentication.k8s.io', ['tokenreviews'], ['create']),
  rule('authorization.k8s.io', ['localsubjectaccessreviews', 'subjectaccessreviews'], ['create']),
  rule('', ['services'], READ),
  rule('', ['nodes'], ['create', 'get', 'list', 'watch']),
  rule('', ['nodes/status'], ['patch', 'update']),
  rule('', ['nodes'], ['patch', 'update']),
  rule('', ['events'], ['create', 'patch', 'update']),
  rule('', ['pods'], READ),
  rule('', ['pods'], ['create', 'delete']),
  rule('', ['pods/status'], ['patch', 'update']),
  rule('', ['pods/eviction'], ['create']),
  rule('', ['configmaps', 'secrets'], READ),
  rule('', ['persistentvolumeclaims', 'persistentvolumes'], ['get']),
  rule('', ['endpoints'], ['get']),
  rule('certificates.k8s.io', ['certificatesigningrequests'], ['create', ...READ]),
  rule('coordination.k8s.io', ['leases'], OWN),
  rule('storage.k8s.io', ['volumeattachments'], ['get']),
  rule('', ['serviceaccounts/token'], ['create']),
  rule('', ['persistentvolumeclaims/status'], ['get', 'patch', 'update']),
  rule('storage.k8s.io', ['csidrivers'], READ),
  rule('storage.k8s.io', ['csinodes'], OWN),
  rule('node.k8s.io', ['runtimeclasses'], READ),
  rule('resource.k8s.io', ['resourceclaims'], ['get']),
  rule('resource.k8s.io', ['resourceslices'], [...OWN, 'deletecollection', 'list', 'watch']),
  rule('certificates.k8s.io', ['clustertrustbundles'], READ),
  rule('certificates.k8s.io', ['podcertificaterequests'], ['create', ...READ]),
]

function rule(group: string, resources: readonly string[], verbs: readonly string[]): PolicyRule {
  return { verbs, apiGroups: [group], resources, resourceNames: [], nonResourceURLs: [] }
}
