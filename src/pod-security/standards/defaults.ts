import type { Container, PodSpec } from '../../kubernetes/index.ts'
import type { PodView } from './pod.ts'

/** Every source that a volume may have (core/v1 `VolumeSource`). */
const VOLUME_SOURCES = new Set([
  'awsElasticBlockStore',
  'azureDisk',
  'azureFile',
  'cephfs',
  'cinder',
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'fc',
  'flexVolume',
  'flocker',
  'gcePersistentDisk',
  'gitRepo',
  'glusterfs',
  'hostPath',
  'image',
  'iscsi',
  'nfs',
  'persistentVolumeClaim',
  'photonPersistentDisk',
  'portworxVolume',
  'projected',
  'quobyte',
  'rbd',
  'scaleIO',
  'secret',
  'storageos',
  'vsphereVolume',
])

/**
 * The pod as admission sees it. The API server fills in defaults before admission; two of them change what
 * the Pod Security Standards say (core/v1 defaulting, `SetDefaults_Volume` and `SetDefaults_Pod`):
 * - a volume without a source is an `emptyDir`;
 * - in a Pod with `hostNetwork: true` a port without `hostPort` gets its `containerPort` as `hostPort`. Since
 *   Kubernetes 1.28 that holds for Pods alone, no longer for the pod templates of workloads.
 *
 * @returns the same pod where nothing is to be filled in, else a copy that shares all that is unchanged
 */
export function withDefaults(pod: PodView): PodView {
  const { spec } = pod
  let defaulted: PodSpec = spec
  if (spec.volumes?.some(lacksSource)) defaulted = { ...defaulted, volumes: spec.volumes.map(withSource) }
  if (spec.hostNetwork === true && (pod.path === undefined || pod.path.length === 0)) {
    // `SetDefaults_Pod` defaults the ports of containers and init containers; ephemeral ones have no ports.
    const { initContainers, containers } = spec
    if (initContainers?.some(lacksHostPort)) {
      defaulted = { ...defaulted, initContainers: initContainers.map(withHostPorts) }
    }
    if (containers?.some(lacksHostPort)) {
      defaulted = { ...defaulted, containers: containers.map(withHostPorts) }
    }
  }
  return defaulted === spec ? pod : { ...pod, spec: defaulted }
}

type Volume = NonNullable<PodSpec['volumes']>[number]

function lacksSource(volume: Volume | null): boolean {
  for (const key in volume) {
    // A field that Kubernetes does not know is dropped on decoding: such a volume has no source.
    if (VOLUME_SOURCES.has(key) && volume[key as keyof Volume] != null) return false
  }
  return true
}

function withSource(volume: Volume): Volume {
  return lacksSource(volume) ? { ...volume, emptyDir: {} } : volume
}

function lacksHostPort(container: Container | null): boolean {
  return (
    container?.ports?.some(({ hostPort, containerPort }) => !hostPort && (containerPort ?? 0) !== 0) ?? false
  )
}

function withHostPorts(container: Container): Container {
  if (!lacksHostPort(container)) return container
  const ports = container.ports?.map((port) => {
    const hostPort = port.hostPort || port.containerPort
    return hostPort === undefined ? port : { ...port, hostPort }
  })
  return ports === undefined ? container : { ...container, ports }
}
