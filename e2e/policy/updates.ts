import type { Pod } from '../../src/kubernetes/index.ts'

/** An update of a pod. */
export interface Update {
  readonly name: string
  readonly of: (pod: Pod) => Pod
}

/** Updates that the API allows; the plugin looks at all but the one that only garbage collection would make. */
export const updates: readonly Update[] = [
  { name: 'nothing', of: (pod) => pod },
  { name: 'owner and finalizer', of: (pod) => withMetadata(pod, { finalizers: ['example.com/finalizer'] }) },
  { name: 'label', of: (pod) => withMetadata(pod, { labels: { ...pod.metadata?.labels, more: 'yes' } }) },
  {
    name: 'annotation of another policy',
    of: (pod) => withAnnotations(pod, { 'kubernetes.io/psp': 'd-restricted' }),
  },
  { name: 'annotation of no policy', of: (pod) => withAnnotations(pod, { 'kubernetes.io/psp': 'nobody' }) },
  {
    name: 'seccomp annotation',
    of: (pod) => withAnnotations(pod, { 'seccomp.security.alpha.kubernetes.io/pod': 'unconfined' }),
  },
  {
    name: 'image',
    of: (pod) => ({
      ...pod,
      spec: {
        ...pod.spec,
        containers: (pod.spec?.containers ?? []).map((one) => ({ ...one, image: 'example.com/other' })),
      },
    }),
  },
  {
    name: 'toleration',
    of: (pod) => ({
      ...pod,
      spec: {
        ...pod.spec,
        tolerations: [...(pod.spec?.tolerations ?? []), { key: 'new', operator: 'Exists' }],
      },
    }),
  },
  { name: 'deadline', of: (pod) => ({ ...pod, spec: { ...pod.spec, activeDeadlineSeconds: 600 } }) },
]

function withMetadata(pod: Pod, fields: NonNullable<Pod['metadata']>): Pod {
  return { ...pod, metadata: { ...pod.metadata, ...fields } }
}

function withAnnotations(pod: Pod, annotations: Readonly<Record<string, string>>): Pod {
  return withMetadata(pod, { annotations: { ...pod.metadata?.annotations, ...annotations } })
}
