import type { Container } from '../../sensors/index.ts'
import type { EventView } from './event-view.ts'

/** What events tell of the container that they are from. Names are empty as long as its runtime has not told them. */
export interface ContainerIdentity {
  /** Twelve digits, or `host`. */
  readonly id: string
  readonly name: string
  readonly image: string
  readonly pod: string
  readonly namespace: string
}

export const HOST = 'host'

export function containerIdOf(view: EventView): string {
  return view.text('container.id') || HOST
}

export function identityOf(view: EventView): ContainerIdentity {
  const id = containerIdOf(view)
  const repository = view.text('container.image.repository')
  const tag = view.text('container.image.tag')
  return {
    id,
    name: nameOf(view, id),
    image: view.text('container.image') || (tag === '' ? repository : `${repository}:${tag}`),
    pod: view.text('k8s.pod.name'),
    namespace: view.text('k8s.ns.name'),
  }
}

/** The sandbox of a pod is called as the pod is: none of the names that a manifest gives to containers. */
function nameOf(view: EventView, id: string): string {
  if (view.text('k8s.pod.sandbox_id') === id) return ''
  return view.text('container.label.io.kubernetes.container.name') || view.text('container.name')
}

/** Names that came later are kept; what is known is not forgotten, nor asked for again once image and pod are told. */
export function completedBy(known: ContainerIdentity, view: EventView): ContainerIdentity {
  if (known.image !== '' && known.pod !== '') return known
  const later = identityOf(view)
  return {
    id: known.id,
    name: known.name || later.name,
    image: known.image || later.image,
    pod: known.pod || later.pod,
    namespace: known.namespace || later.namespace,
  }
}

/** What a container's runtime says of it, in place of what its events do not tell. */
export function completedIdentity(
  known: ContainerIdentity,
  { id, name, image, labels, sandboxId }: Container,
): ContainerIdentity {
  const own = sandboxId.slice(0, 12) === id ? '' : (labels.get('io.kubernetes.container.name') ?? name)
  return {
    id: known.id,
    name: known.name || own,
    image: known.image || image,
    pod: known.pod || (labels.get('io.kubernetes.pod.name') ?? ''),
    namespace: known.namespace || (labels.get('io.kubernetes.pod.namespace') ?? ''),
  }
}

/** Whether an event is the end of the container's first process: of it, and not of one of its threads. */
export function isEndOfContainer(view: EventView): boolean {
  const thread = view.text('thread.vtid')
  return view.type === 'procexit' && view.text('proc.vpid') === '1' && (thread === '' || thread === '1')
}

/**
 * Whether the process is the container runtime's, on its way to the container's own program: `runc init` runs in the
 * container's control group already.
 */
export function isRuntime(view: EventView): boolean {
  const name = view.text('proc.name')
  return (
    /^(?:runc|crun|conmon|containerd-shim)/.test(name) ||
    /(?:^|\/)(?:runc|crun|conmon)$|runc_cloned/.test(view.text('proc.exepath'))
  )
}
