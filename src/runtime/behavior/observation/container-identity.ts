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
