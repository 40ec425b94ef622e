import type { Container } from '../../kernel/container.ts'
import { splitImage } from './image.ts'
import { booleanAt, listAt, textAt, textsAt } from './json.ts'
import { UNKNOWN } from './unknown.ts'

/**
 * The uids that control groups name a pod of the API by. The kubelet makes the group of a static pod before the API knows
 * it, by the hash of its manifest; the mirror that it then makes of it in the API has a uid of its own, and the hash in both
 * annotations (kubernetes, pkg/kubelet/types/pod_update.go, ConfigHashAnnotationKey, ConfigMirrorAnnotationKey). The hash
 * alone says nothing: anybody may write that annotation.
 */
export function uidsOfPod(pod: unknown): readonly string[] {
  const annotations = textsAt(pod, 'metadata', 'annotations')
  const hash = annotations.get('kubernetes.io/config.hash') ?? ''
  const isMirror = annotations.get('kubernetes.io/config.mirror') === hash
  return [textAt(pod, 'metadata', 'uid'), isMirror ? hash : ''].filter((uid) => uid !== '')
}

/** What all containers of a pod share. */
export function sharedByContainers(pod: unknown) {
  const hostNetwork = booleanAt(pod, 'spec', 'hostNetwork') === true
  return {
    ...UNKNOWN,
    sandboxId: '',
    ip: hostNetwork ? '' : textAt(pod, 'status', 'podIP'),
    podLabels: textsAt(pod, 'metadata', 'labels'),
    labels: new Map([
      ['io.kubernetes.pod.name', textAt(pod, 'metadata', 'name')],
      ['io.kubernetes.pod.namespace', textAt(pod, 'metadata', 'namespace')],
      ['io.kubernetes.pod.uid', textAt(pod, 'metadata', 'uid')],
    ]),
    hostPid: booleanAt(pod, 'spec', 'hostPID') === true,
    hostNetwork,
    hostIpc: booleanAt(pod, 'spec', 'hostIPC') === true,
  }
}

const KINDS = [
  ['containers', 'containerStatuses'],
  ['initContainers', 'initContainerStatuses'],
  ['ephemeralContainers', 'ephemeralContainerStatuses'],
] as const

/** The containers of a pod that its status names. */
export function containersOfPod(pod: unknown): Container[] {
  const shared = sharedByContainers(pod)
  return KINDS.flatMap(([specs, statuses]) =>
    listAt(pod, 'status', statuses).flatMap((status): Container[] => {
      const [type = '', fullId = ''] = textAt(status, 'containerID').split('://', 2)
      if (fullId === '') return []
      const name = textAt(status, 'name')
      const spec = listAt(pod, 'spec', specs).find((each) => textAt(each, 'name') === name)
      const image = textAt(status, 'image')
      const imageId = textAt(status, 'imageID')
      return [
        {
          ...shared,
          id: fullId.slice(0, 12),
          fullId,
          name,
          type,
          image,
          imageId,
          ...splitImage(image, imageId),
          labels: new Map([...shared.labels, ['io.kubernetes.container.name', name]]),
          isPrivileged: booleanAt(spec, 'securityContext', 'privileged') === true,
          mounts: hostMountsOf(pod, spec),
          created: (Date.parse(textAt(status, 'state', 'running', 'startedAt')) || 0) * 1e6,
        },
      ]
    }),
  )
}

/** What is mounted of the node: where other volumes lie on it, the API does not tell. */
function hostMountsOf(pod: unknown, container: unknown): Container['mounts'] {
  return listAt(container, 'volumeMounts').flatMap((mount) => {
    const volume = listAt(pod, 'spec', 'volumes').find(
      (each) => textAt(each, 'name') === textAt(mount, 'name'),
    )
    const source = textAt(volume, 'hostPath', 'path')
    if (source === '') return []
    const writable = booleanAt(mount, 'readOnly') !== true
    return [{ source, destination: textAt(mount, 'mountPath'), mode: '', writable, propagation: 'private' }]
  })
}
