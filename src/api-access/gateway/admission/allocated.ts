import type { KubernetesObject } from '../../../kubernetes/index.ts'

interface Port {
  readonly port?: number
  readonly protocol?: string
  readonly nodePort?: number
}

interface ServiceSpec {
  readonly ports?: readonly Port[]
  readonly clusterIP?: string
  readonly clusterIPs?: readonly string[]
  readonly healthCheckNodePort?: number
}

/**
 * A Service that stages made of what a dry run showed, without the numbers that the API server only pretended to allocate:
 * sent on, they would be asked for, and are another's by then, or nobody's (1.20 shows node ports beyond its range).
 *
 * @param shown - by the dry run: what a stage has set itself stays
 * @param asked - what the client asked for, as far as it can be read: that stays too
 * @returns an object of another kind as it is
 */
export function withoutAllocated(
  object: KubernetesObject,
  shown: KubernetesObject,
  asked: KubernetesObject,
): KubernetesObject {
  if (object.kind !== 'Service' || object.apiVersion !== 'v1') return object
  const [spec, given, own] = [object, shown, asked].map((each) => (each['spec'] ?? {}) as ServiceSpec)
  const kept: Record<string, unknown> = { ...spec }
  for (const name of ['clusterIP', 'clusterIPs', 'healthCheckNodePort'] as const)
    if (!own?.[name] && String(spec?.[name]) === String(given?.[name])) delete kept[name]
  const ports = spec?.ports?.map((port) => withoutNodePort(port, given?.ports ?? [], own?.ports ?? []))
  return { ...object, spec: { ...kept, ...(ports !== undefined && { ports }) } }
}

function withoutNodePort(port: Port, shown: readonly Port[], asked: readonly Port[]): Port {
  const [given, own] = [shown, asked].map((ports) => ports.find((each) => keyOf(each) === keyOf(port)))
  if (own?.nodePort || port.nodePort !== given?.nodePort) return port
  const { nodePort: _, ...rest } = port
  return rest
}

function keyOf({ port, protocol = 'TCP' }: Port): string {
  return `${port}/${protocol}`
}
