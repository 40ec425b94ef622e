import type { PatchOperation } from '../../../findings/index.ts'
import type { FieldPath, Fields, PodTemplateView } from '../../../kubernetes/index.ts'
import type { Proposal } from './proposal.ts'

/** Where in a pod template a container stands. */
export interface ContainerPlace {
  readonly field: 'containers' | 'initContainers'
  readonly index: number
}

export interface PatchOptions {
  /** Of the kubelet's seccomp folder, e.g. `haetae/web.json`. */
  readonly localhostProfile: string
}

/**
 * The proposal as one patch of a workload. Fields that it says nothing of are left as they are.
 *
 * @param place - of the container in the pod template
 */
export function patchOf(
  template: PodTemplateView,
  place: ContainerPlace,
  proposal: Proposal,
  { localhostProfile }: PatchOptions,
): readonly PatchOperation[] {
  const spec: FieldPath = [...template.path, 'spec']
  const path: FieldPath = [...spec, place.field, place.index]
  const container = fieldsOf((template.spec as Fields)[place.field], place.index)
  const volumes = volumesFor(template, container, proposal)
  return [
    ...securityOperations(path, container, wantedSecurity(proposal, container, localhostProfile)),
    ...appended(
      path,
      container,
      'volumeMounts',
      volumes.map(({ name, mountPath }) => ({ name, mountPath })),
    ),
    ...appended(path, container, 'ports', portsFor(container, proposal)),
    ...appended(
      spec,
      template.spec as Fields,
      'volumes',
      volumes.map(({ name }) => ({ name, emptyDir: {} })),
    ),
  ]
}

function fieldsOf(list: unknown, index: number): Fields {
  const found: unknown = Array.isArray(list) ? list[index] : undefined
  return typeof found === 'object' && found !== null ? (found as Fields) : {}
}

function wantedSecurity(proposal: Proposal, container: Fields, localhostProfile: string): Fields {
  const { nonRoot, readOnlyRoot, noPrivilegeEscalation, capabilities, completeness } = proposal
  const isNonRoot = nonRoot.verdict === 'yes'
  const add = isNonRoot ? [] : capabilities
  const given = container['securityContext'] as Fields | undefined
  return {
    ...(given?.['privileged'] === true && completeness.isStartSeen && { privileged: false }),
    ...(noPrivilegeEscalation.verdict === 'yes' && { allowPrivilegeEscalation: false }),
    // A start that nobody saw may need some that are not used later.
    ...(completeness.isStartSeen && { capabilities: { drop: ['ALL'], ...(add.length > 0 && { add }) } }),
    ...(readOnlyRoot.verdict === 'yes' && { readOnlyRootFilesystem: true }),
    ...(isNonRoot && { runAsNonRoot: true }),
    ...(isNonRoot &&
      nonRoot.user !== null &&
      given?.['runAsUser'] === undefined && { runAsUser: nonRoot.user }),
    ...(isNonRoot && given?.['runAsUser'] === 0 && { runAsUser: nonRoot.user }),
    seccompProfile: { type: 'Localhost', localhostProfile },
  }
}

function securityOperations(path: FieldPath, container: Fields, wanted: Fields): readonly PatchOperation[] {
  const given = container['securityContext']
  const place: FieldPath = [...path, 'securityContext']
  if (typeof given !== 'object' || given === null) return [{ op: 'add', path: place, value: wanted }]
  return Object.entries(wanted)
    .filter(([name, value]) => JSON.stringify((given as Fields)[name]) !== JSON.stringify(value))
    .map(([name, value]) => ({
      op: (given as Fields)[name] === undefined ? 'add' : 'replace',
      path: [...place, name],
      value,
    }))
}

/** Each item is appended on its own, so that what stands in the list keeps its lines. */
function appended(
  path: FieldPath,
  object: Fields,
  field: string,
  items: readonly Fields[],
): readonly PatchOperation[] {
  if (items.length === 0) return []
  const given = object[field]
  if (!Array.isArray(given) || given.length === 0)
    return [{ op: given === undefined ? 'add' : 'replace', path: [...path, field], value: items }]
  return items.map((value, index) => ({ op: 'add', path: [...path, field, given.length + index], value }))
}

interface NewVolume {
  readonly name: string
  readonly mountPath: string
}

function volumesFor(
  template: PodTemplateView,
  container: Fields,
  { readOnlyRoot }: Proposal,
): readonly NewVolume[] {
  if (readOnlyRoot.verdict !== 'yes') return []
  const mounts = container['volumeMounts']
  const mounted = Array.isArray(mounts) ? mounts.map((each: Fields) => each['mountPath']) : []
  const taken = new Set((template.spec.volumes ?? []).map(({ name }) => name))
  return readOnlyRoot.paths.emptyDirs
    .filter((mountPath) => !mounted.includes(mountPath))
    .map((mountPath) => ({ name: nameFor(mountPath, taken), mountPath }))
}

/** "a DNS label: at most 63 characters" (API reference, Volume). */
const LONGEST_NAME = 55

function nameFor(path: string, taken: Set<string | undefined>): string {
  const plain =
    path
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-+|-+$/g, '')
      .slice(-LONGEST_NAME)
      .replace(/^-+/, '') || 'writable'
  let name = plain
  for (let number = 2; taken.has(name); number++) name = `${plain}-${number}`
  taken.add(name)
  return name
}

function portsFor(container: Fields, { ports }: Proposal): readonly Fields[] {
  const given = container['ports']
  const known = new Set(
    Array.isArray(given)
      ? given.map((each: Fields) => `${each['protocol'] ?? 'TCP'}/${each['containerPort']}`)
      : [],
  )
  return ports
    .filter(({ protocol, port }) => !known.has(`${protocol}/${port}`))
    .map(({ protocol, port }) => ({ containerPort: port, ...(protocol === 'UDP' && { protocol }) }))
}
