/** The container and the pod that a process is of, as its control groups' paths tell. */
export interface ControlGroupOwner {
  /** Sixty-four digits; null on the host. */
  readonly containerId: string | null
  readonly podUid: string | null
}

/**
 * The group of a container bears its id of 64 hexadecimal digits, with what the runtime puts before it (`docker-`,
 * `cri-containerd-`, `crio-`, `libpod-`, `nerdctl-`) and systemd behind it (`.scope`). The kernel marks one that is gone.
 * Other units of systemd with an id in their names are the host's: checks of health, mounts.
 */
const CONTAINER = /^(?:.*[-:])?([0-9a-f]{64})(?:\.scope)?(?: \(deleted\))?$/

/** Podman's and CRI-O's monitor of a container stands in a group beside it, with the same id. */
const MONITOR = /(?:^|-)conmon-[0-9a-f]{64}/

/**
 * The kubelet names the group of a pod `podUID`; under systemd with underscores for dashes, in `kubepods-….slice`. The uid of
 * a static pod is a hash of its manifest, without dashes.
 */
const POD =
  /(?:^|-)pod([0-9a-f]{8}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{12}|[0-9a-f]{32})(?![0-9a-f])/

/**
 * Of containers within containers it is the innermost one.
 *
 * @param text - paths of control groups: a NUL behind each as events have them, or lines of /proc/PID/cgroup
 */
export function ownerOfControlGroups(text: string): ControlGroupOwner {
  const paths = text.split(/[\0\n]/).map((path) => path.split('/'))
  return { containerId: firstOf(paths, containerOf), podUid: firstOf(paths, podOf) }
}

/** Containers by their ids, or the beginnings of them, and by the uids of the pods that they are of. */
export interface ChosenContainers {
  readonly ids: readonly string[]
  readonly podUids: readonly string[]
}

/**
 * Whether a control group is that of one of these containers, or lies within it. The group of a pod holds the groups of its
 * containers, and may hold those of their monitors, which are none of the pod's.
 *
 * @param path - of one hierarchy
 */
export function isGroupOf(path: string, { ids, podUids }: ChosenContainers): boolean {
  let isInPod = false
  for (const folder of path.split('/')) {
    isInPod ||= podUids.includes(podOf(folder) ?? '')
    const container = containerOf(folder)
    if (container !== undefined && (isInPod || ids.some((id) => container.startsWith(id)))) return true
  }
  return false
}

/** Each hierarchy has a path of its own; in some the process may not have been moved. */
function firstOf(
  paths: readonly (readonly string[])[],
  nameOf: (folder: string) => string | undefined,
): string | null {
  for (const folders of paths)
    for (const folder of folders.toReversed()) {
      const found = nameOf(folder)
      if (found !== undefined) return found
    }
  return null
}

function containerOf(folder: string): string | undefined {
  return MONITOR.test(folder) ? undefined : CONTAINER.exec(folder)?.[1]
}

function podOf(folder: string): string | undefined {
  return POD.exec(folder)?.[1]?.replaceAll('_', '-')
}
