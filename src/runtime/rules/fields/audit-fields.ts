import type { Field } from './field.ts'
import { readTable } from './table.ts'

const CONTAINER_LISTS = ['containers', 'initContainers', 'ephemeralContainers'] as const

/** Fields that each list of containers of a pod has, all by index. */
const CONTAINER_LIST_FIELDS = [
  'name',
  'image',
  'image.repository',
  'command',
  'args',
  'privileged',
  'allow_privilege_escalation',
  'read_only_fs',
  'run_as_user',
  'eff_run_as_user',
  'run_as_group',
  'eff_run_as_group',
  'proc_mount',
  'add_capabilities',
  'host_port',
]

/** Ephemeral containers cannot have ports (Pod v1 core). */
const EXCEPT: ReadonlySet<string> = new Set(['ephemeralContainers.host_port'])

const containerFields: readonly Field[] = CONTAINER_LISTS.flatMap((list) =>
  CONTAINER_LIST_FIELDS.filter((name) => !EXCEPT.has(`${list}.${name}`)).flatMap((name) =>
    readTable(`ka.req.pod.${list}.${name} CHARBUF list argument=index`, { plugin: true }),
  ),
)

/** Fields of an audit event (falcosecurity/plugins, k8saudit) and of any JSON (json). */
export const AUDIT_FIELDS: readonly Field[] = [
  ...readTable(
    `
  ka.auditid CHARBUF
  ka.stage CHARBUF
  ka.auth.decision CHARBUF
  ka.auth.reason CHARBUF
  ka.auth.openshift.decision CHARBUF
  ka.auth.openshift.username CHARBUF
  ka.validations.admission.policy.failure CHARBUF
  ka.security.pod.violations CHARBUF
  ka.user.name CHARBUF
  ka.user.groups CHARBUF list
  ka.impuser.name CHARBUF
  ka.verb CHARBUF
  ka.uri CHARBUF
  ka.uri.param CHARBUF argument-required=key
  ka.target.name CHARBUF
  ka.target.namespace CHARBUF
  ka.target.resource CHARBUF
  ka.target.subresource CHARBUF
  ka.target.pod.name CHARBUF
  ka.req.binding.subjects CHARBUF list
  ka.req.binding.subjects.user_names CHARBUF list
  ka.req.binding.subjects.serviceaccount_names CHARBUF list
  ka.req.binding.subjects.serviceaccount_ns_names CHARBUF list
  ka.req.binding.subjects.group_names CHARBUF list
  ka.req.binding.role CHARBUF
  ka.req.binding.subject.has_name CHARBUF argument-required=key
  ka.req.configmap.name CHARBUF
  ka.req.configmap.obj CHARBUF
  ka.req.container.image CHARBUF
  ka.req.container.image.repository CHARBUF
  ka.req.container.host_network CHARBUF
  ka.req.container.privileged CHARBUF
  ka.req.pod.host_ipc CHARBUF
  ka.req.pod.host_network CHARBUF
  ka.req.pod.host_pid CHARBUF
  ka.req.pod.run_as_user CHARBUF
  ka.req.pod.run_as_group CHARBUF
  ka.req.pod.fs_group CHARBUF
  ka.req.pod.supplemental_groups CHARBUF list
  ka.req.pod.volumes.hostpath CHARBUF list argument=index
  ka.req.pod.volumes.flexvolume_driver CHARBUF list argument=index
  ka.req.pod.volumes.volume_type CHARBUF list argument=index
  ka.req.volume.hostpath CHARBUF argument-required=key
  ka.req.role.rules CHARBUF list
  ka.req.role.rules.apiGroups CHARBUF list argument=index
  ka.req.role.rules.nonResourceURLs CHARBUF list argument=index
  ka.req.role.rules.verbs CHARBUF list argument=index
  ka.req.role.rules.resources CHARBUF list argument=index
  ka.req.service.type CHARBUF
  ka.req.service.ports CHARBUF list argument=index
  ka.resp.name CHARBUF
  ka.response.code CHARBUF
  ka.response.reason CHARBUF
  ka.useragent CHARBUF
  ka.sourceips CHARBUF list argument=index
  ka.cluster.name CHARBUF
`,
    { plugin: true },
  ),
  ...containerFields,
  ...readTable(
    `
  json.value CHARBUF argument-required=key
  json.obj CHARBUF
  json.rawtime CHARBUF
  jevt.value CHARBUF argument-required=key
  jevt.obj CHARBUF
  jevt.rawtime CHARBUF
`,
    { plugin: true },
  ),
]
