import { type KubernetesObject, podTemplateOf } from '../../kubernetes/index.ts'
import type { EffectiveContainer, EffectivePod, LinuxSettings } from './effective-pod.ts'
import { type EffectiveOptions, effectiveSecurityContext } from './effective-security-context.ts'
import type { Setting } from './setting.ts'

/** The effective settings of a pod with this spec. */
export function effectivePod(
  spec: object,
  options: EffectiveOptions & { readonly annotations?: Readonly<Record<string, string>> } = {},
): EffectivePod {
  const metadata = { name: 'p', ...(options.annotations && { annotations: options.annotations }) }
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata, spec } as KubernetesObject
  const template = podTemplateOf(pod)
  if (template === undefined) throw new Error('the spec must be an object')
  return effectiveSecurityContext(template, options)
}

/** The only container of a pod whose pod-level and container-level fields are these. */
export function effectiveContainer(
  given: {
    readonly spec?: object
    readonly pod?: object
    readonly container?: object
    readonly fields?: object
  },
  options: Parameters<typeof effectivePod>[1] = {},
): EffectiveContainer {
  const container = { name: 'c', image: 'i', ...given.fields, securityContext: given.container }
  const pod = effectivePod({ ...given.spec, securityContext: given.pod, containers: [container] }, options)
  const [only] = pod.containers
  if (only === undefined) throw new Error('a pod has its container')
  return only
}

export function linuxSettings(...given: Parameters<typeof effectiveContainer>): LinuxSettings {
  const { linux } = effectiveContainer(...given)
  if (linux === undefined) throw new Error('a Linux pod has Linux settings')
  return linux
}

/** A setting in one line: value, where from, ids of its notes, conflicts marked with `!`. */
export function brief({ value, source, notes }: Setting<unknown>): readonly unknown[] {
  const ids = notes.map(({ kind, message }) => (kind === 'conflict' ? '!' : '') + message.id.split('.')[1])
  return [value, source.from, ...ids]
}
