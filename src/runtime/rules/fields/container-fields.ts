import { readTable } from './table.ts'

/** Fields of the container and the pod that a process runs in (falcosecurity/plugins, container). */
export const CONTAINER_FIELDS = readTable(
  `
  container.id CHARBUF
  container.full_id CHARBUF
  container.name CHARBUF
  container.image CHARBUF
  container.image.id CHARBUF
  container.type CHARBUF
  container.privileged BOOL
  container.mounts CHARBUF
  container.mount CHARBUF argument-required=key
  container.mount.source CHARBUF argument-required=key
  container.mount.dest CHARBUF argument-required=key
  container.mount.mode CHARBUF argument-required=key
  container.mount.rdwr CHARBUF argument-required=key
  container.mount.propagation CHARBUF argument-required=key
  container.image.repository CHARBUF
  container.image.tag CHARBUF
  container.image.digest CHARBUF
  container.healthcheck CHARBUF
  container.liveness_probe CHARBUF
  container.readiness_probe CHARBUF
  container.start_ts ABSTIME
  container.duration RELTIME
  container.ip CHARBUF
  container.cni.json CHARBUF
  container.host_pid BOOL
  container.host_network BOOL
  container.host_ipc BOOL
  container.label CHARBUF argument-required=name
  container.labels CHARBUF
  container.info CHARBUF
  proc.is_container_healthcheck BOOL
  proc.is_container_liveness_probe BOOL
  proc.is_container_readiness_probe BOOL
  k8s.pod.name CHARBUF
  k8s.ns.name CHARBUF
  k8s.pod.id CHARBUF
  k8s.pod.uid CHARBUF
  k8s.pod.sandbox_id CHARBUF
  k8s.pod.full_sandbox_id CHARBUF
  k8s.pod.label CHARBUF argument-required=name
  k8s.pod.labels CHARBUF
  k8s.pod.ip CHARBUF
  k8s.pod.cni.json CHARBUF
  k8s.rc.name CHARBUF
  k8s.rc.id CHARBUF
  k8s.rc.label CHARBUF argument-required=name
  k8s.rc.labels CHARBUF
  k8s.svc.name CHARBUF
  k8s.svc.id CHARBUF
  k8s.svc.label CHARBUF argument-required=name
  k8s.svc.labels CHARBUF
  k8s.ns.id CHARBUF
  k8s.ns.label CHARBUF argument-required=name
  k8s.ns.labels CHARBUF
  k8s.rs.name CHARBUF
  k8s.rs.id CHARBUF
  k8s.rs.label CHARBUF argument-required=name
  k8s.rs.labels CHARBUF
  k8s.deployment.name CHARBUF
  k8s.deployment.id CHARBUF
  k8s.deployment.label CHARBUF argument-required=name
  k8s.deployment.labels CHARBUF
`,
  { plugin: true },
)
