/** The container and the pod that a process is of, as its control groups' paths tell. */
export interface ControlGroupOwner {
  /** Sixty-four digits; null on the host. */
  readonly containerId: string | null
  readonly podUid: string | null
}

/**
 * Runtimes name the group of a container by its id of 64 hexadecimal digits, the kubelet that of a pod `podUID`, under
 * systemd with underscores for dashes.
 *
 * @param text - of /proc/PID/cgroup
 */
export function ownerOfControlGroups(text: string): ControlGroupOwner {
  const container = /(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/.exec(text)?.[0]
  const pod =
    /pod([0-9a-f]{8}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{12}|[0-9a-f]{32})(?![0-9a-f])/.exec(
      text,
    )
  return { containerId: container ?? null, podUid: pod?.[1]?.replaceAll('_', '-') ?? null }
}
