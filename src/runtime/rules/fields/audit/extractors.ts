import { BINDING_EXTRACTORS } from './bindings.ts'
import { containerListExtractors, FIRST_CONTAINER_EXTRACTORS } from './containers.ts'
import { type Extract, elementsAt, listAt, type MakeExtractor, scalarAt, valuesAt } from './extractor.ts'
import { child } from './json.ts'
import { readPointer } from './json-pointer.ts'
import { mountsHostPath, targetPodName, uriParameter, volumeTypes } from './requests.ts'

/**
 * Makes what reads a `ka.*`, `json.*` or `jevt.*` field off an audit event (the Event as JSON.parse gives it).
 *
 * @param argument what stands in the brackets: an index, a key or a JSON pointer
 * @returns undefined for a field of another kind
 * @see falcosecurity/plugins plugins/k8saudit/pkg/k8saudit/extract.go, plugins/json/pkg/json/json.go
 */
export function auditExtractor(field: string, argument: string | undefined): Extract | undefined {
  const make = EXTRACTORS.get(field)
  if (make === undefined) return undefined
  const extract = make(argument)
  if (!field.startsWith('ka.')) return extract
  // The plugin takes JSON without an auditID for something else, and finds no field in it.
  return (event) => (child(event, 'auditID') === undefined ? undefined : extract(event))
}

const annotation = (name: string) => scalarAt('annotations', name)
const spec = (...keys: readonly string[]) => scalarAt('requestObject', 'spec', ...keys)
const volumes = (...keys: readonly string[]) => valuesAt('requestObject', 'spec', 'volumes', ...keys)
const rules = (key: string) => elementsAt('requestObject', 'rules', key)
const pointer: MakeExtractor = (argument = '') => readPointer(argument)
const wholeEvent: MakeExtractor = () => (event) => JSON.stringify(event, null, 2)

const EXTRACTORS: ReadonlyMap<string, MakeExtractor> = new Map<string, MakeExtractor>([
  ['ka.auditid', scalarAt('auditID')],
  ['ka.stage', scalarAt('stage')],
  ['ka.auth.decision', annotation('authorization.k8s.io/decision')],
  ['ka.auth.reason', annotation('authorization.k8s.io/reason')],
  ['ka.auth.openshift.decision', annotation('authentication.openshift.io/decision')],
  ['ka.auth.openshift.username', annotation('authentication.openshift.io/username')],
  [
    'ka.validations.admission.policy.failure',
    annotation('validation.policy.admission.k8s.io/validation_failure'),
  ],
  ['ka.security.pod.violations', annotation('pod-security.kubernetes.io/audit-violations')],
  ['ka.cluster.name', annotation('cluster_name')],
  ['ka.user.name', scalarAt('user', 'username')],
  ['ka.user.groups', listAt('user', 'groups')],
  ['ka.impuser.name', scalarAt('impersonatedUser', 'username')],
  ['ka.verb', scalarAt('verb')],
  ['ka.uri', scalarAt('requestURI')],
  ['ka.uri.param', uriParameter],
  ['ka.target.name', scalarAt('objectRef', 'name')],
  ['ka.target.namespace', scalarAt('objectRef', 'namespace')],
  ['ka.target.resource', scalarAt('objectRef', 'resource')],
  ['ka.target.subresource', scalarAt('objectRef', 'subresource')],
  ['ka.target.pod.name', targetPodName],
  ['ka.req.binding.subjects', listAt('requestObject', 'subjects')],
  ['ka.req.binding.role', scalarAt('requestObject', 'roleRef', 'name')],
  // Documented as not available, yet the plugin answers true, as the original implementation did.
  ['ka.req.binding.subject.has_name', () => () => 'true'],
  ['ka.req.configmap.name', scalarAt('objectRef', 'name')],
  ['ka.req.configmap.obj', scalarAt('requestObject', 'data')],
  ['ka.req.pod.host_ipc', spec('hostIPC')],
  ['ka.req.pod.host_network', spec('hostNetwork')],
  ['ka.req.pod.host_pid', spec('hostPID')],
  ['ka.req.pod.run_as_user', spec('securityContext', 'runAsUser')],
  ['ka.req.pod.run_as_group', spec('securityContext', 'runAsGroup')],
  ['ka.req.pod.fs_group', spec('securityContext', 'fsGroup')],
  [
    'ka.req.pod.supplemental_groups',
    listAt('requestObject', 'spec', 'securityContext', 'supplementalGroups'),
  ],
  ['ka.req.pod.volumes.hostpath', volumes('hostPath', 'path')],
  ['ka.req.pod.volumes.flexvolume_driver', volumes('flexVolume', 'driver')],
  ['ka.req.pod.volumes.volume_type', volumeTypes],
  ['ka.req.volume.hostpath', mountsHostPath],
  ['ka.req.role.rules', listAt('requestObject', 'rules')],
  ['ka.req.role.rules.apiGroups', rules('apiGroups')],
  ['ka.req.role.rules.nonResourceURLs', rules('nonResourceURLs')],
  ['ka.req.role.rules.verbs', rules('verbs')],
  ['ka.req.role.rules.resources', rules('resources')],
  ['ka.req.service.type', spec('type')],
  ['ka.req.service.ports', valuesAt('requestObject', 'spec', 'ports')],
  ['ka.resp.name', scalarAt('responseObject', 'metadata', 'name')],
  ['ka.response.code', scalarAt('responseStatus', 'code')],
  ['ka.response.reason', scalarAt('responseStatus', 'reason')],
  ['ka.useragent', scalarAt('userAgent')],
  // The plugin looks for source addresses among the rules of a role, and so finds none.
  ['ka.sourceips', rules('sourceIPs')],
  ...Object.entries(BINDING_EXTRACTORS),
  ...Object.entries(FIRST_CONTAINER_EXTRACTORS),
  ...['containers', 'initContainers', 'ephemeralContainers'].flatMap((list) =>
    Object.entries(containerListExtractors(list)).map(([name, make]): [string, MakeExtractor] => [
      `ka.req.pod.${list}.${name}`,
      make,
    ]),
  ),
  ['json.value', pointer],
  ['jevt.value', pointer],
  ['json.obj', wholeEvent],
  ['jevt.obj', wholeEvent],
])
