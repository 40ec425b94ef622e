/**
 * Resources of the API groups that come with Kubernetes, old and new versions together (Kubernetes API reference).
 * Groups that are not here belong to custom resources and extensions, of which nothing is known.
 */
const RESOURCES: Readonly<Record<string, string>> = {
  '': 'bindings componentstatuses configmaps endpoints events limitranges namespaces nodes persistentvolumeclaims persistentvolumes pods podtemplates replicationcontrollers resourcequotas secrets serviceaccounts services',
  'admissionregistration.k8s.io':
    'mutatingadmissionpolicies mutatingadmissionpolicybindings mutatingwebhookconfigurations validatingadmissionpolicies validatingadmissionpolicybindings validatingwebhookconfigurations',
  'apiextensions.k8s.io': 'customresourcedefinitions',
  'apiregistration.k8s.io': 'apiservices',
  apps: 'controllerrevisions daemonsets deployments replicasets statefulsets',
  'authentication.k8s.io': 'selfsubjectreviews tokenrequests tokenreviews',
  'authorization.k8s.io':
    'localsubjectaccessreviews selfsubjectaccessreviews selfsubjectrulesreviews subjectaccessreviews',
  autoscaling: 'horizontalpodautoscalers',
  batch: 'cronjobs jobs',
  'certificates.k8s.io': 'certificatesigningrequests clustertrustbundles podcertificaterequests',
  'coordination.k8s.io': 'leasecandidates leases',
  'discovery.k8s.io': 'endpointslices',
  'events.k8s.io': 'events',
  extensions: 'daemonsets deployments ingresses networkpolicies podsecuritypolicies replicasets',
  'flowcontrol.apiserver.k8s.io': 'flowschemas prioritylevelconfigurations',
  'networking.k8s.io': 'ingressclasses ingresses ipaddresses networkpolicies servicecidrs',
  'node.k8s.io': 'runtimeclasses',
  policy: 'poddisruptionbudgets podsecuritypolicies',
  'rbac.authorization.k8s.io': 'clusterrolebindings clusterroles rolebindings roles',
  'resource.k8s.io':
    'deviceclasses devicetaintrules podschedulingcontexts resourceclaimparameters resourceclaims resourceclaimtemplates resourceclasses resourceclassparameters resourceslices',
  'scheduling.k8s.io': 'priorityclasses',
  'storage.k8s.io':
    'csidrivers csinodes csistoragecapacities storageclasses volumeattachments volumeattributesclasses',
}

/** Resources that have no `status`: what they are is all in the object. */
const WITHOUT_STATUS: ReadonlySet<string> = new Set(
  'bindings clusterrolebindings clusterroles configmaps controllerrevisions endpoints endpointslices events leases limitranges mutatingwebhookconfigurations podtemplates priorityclasses rolebindings roles runtimeclasses secrets selfsubjectaccessreviews selfsubjectreviews selfsubjectrulesreviews serviceaccounts storageclasses subjectaccessreviews localsubjectaccessreviews tokenreviews validatingwebhookconfigurations'.split(
    ' ',
  ),
)

/** Subresources besides `status`. */
const SUBRESOURCES: Readonly<Record<string, string>> = {
  certificatesigningrequests: 'approval',
  deployments: 'rollback scale',
  namespaces: 'finalize',
  nodes: 'proxy',
  pods: 'attach binding ephemeralcontainers eviction exec log portforward proxy resize',
  replicasets: 'scale',
  replicationcontrollers: 'scale',
  resourceclaims: 'binding',
  serviceaccounts: 'token',
  services: 'proxy',
  statefulsets: 'scale',
}

/** @returns the resources of a group that comes with Kubernetes; undefined for any other group */
export function builtInResources(group: string): readonly string[] | undefined {
  return Object.hasOwn(RESOURCES, group) ? RESOURCES[group]?.split(' ') : undefined
}

/** @returns the built-in groups that have a resource; the core group's name is empty */
export function groupsOfResource(resource: string): readonly string[] {
  return Object.keys(RESOURCES).filter((group) => builtInResources(group)?.includes(resource))
}

/** @returns the subresources of a built-in resource */
export function builtInSubresources(resource: string): readonly string[] {
  const others = Object.hasOwn(SUBRESOURCES, resource) ? (SUBRESOURCES[resource] ?? '') : ''
  const status = WITHOUT_STATUS.has(resource) ? [] : ['status']
  return [...status, ...others.split(' ').filter((name) => name !== '')]
}

/** @returns the built-in resources that have a subresource, `status` left aside */
export function resourcesWith(subresource: string): readonly string[] {
  return Object.keys(SUBRESOURCES).filter((resource) =>
    SUBRESOURCES[resource]?.split(' ').includes(subresource),
  )
}

/** Every built-in resource and subresource by name, each once. */
export function builtInNames(): {
  readonly resources: readonly string[]
  readonly subresources: readonly string[]
} {
  const words = (texts: readonly string[]) => [...new Set(texts.flatMap((text) => text.split(' ')))]
  return {
    resources: words(Object.values(RESOURCES)),
    subresources: words(['status', ...Object.values(SUBRESOURCES)]),
  }
}
