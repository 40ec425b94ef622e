import type { Field } from './field.ts'
import { asBoolean, asText, givenKeys, items, under } from './field.ts'
import type { PodScope } from './scope.ts'

/**
 * Whether the kubelet gives a volume's files to fsGroup: always, never, or as the storage driver and the
 * PersistentVolume say. (Volumes; Configure a Security Context, "volume types that support fsGroup controlled
 * ownership and permissions"; for CSI: CSIDriver.spec.fsGroupPolicy.)
 */
export type OwnershipSupport = 'yes' | 'no' | 'depends'

const OWNERSHIP: Readonly<Record<string, OwnershipSupport>> = {
  emptyDir: 'yes',
  configMap: 'yes',
  secret: 'yes',
  projected: 'yes',
  downwardAPI: 'yes',
  gitRepo: 'yes',
  persistentVolumeClaim: 'depends',
  ephemeral: 'depends',
  csi: 'depends',
  flexVolume: 'depends',
  awsElasticBlockStore: 'yes',
  gcePersistentDisk: 'yes',
  azureDisk: 'yes',
  cinder: 'yes',
  fc: 'yes',
  iscsi: 'yes',
  rbd: 'yes',
  vsphereVolume: 'yes',
  portworxVolume: 'yes',
  photonPersistentDisk: 'yes',
  scaleIO: 'yes',
  storageos: 'yes',
  // These hand fsGroup on as a mount option, or not at all; the kubelet changes no file.
  azureFile: 'depends',
  hostPath: 'no',
  nfs: 'no',
  cephfs: 'no',
  glusterfs: 'no',
  quobyte: 'no',
  flocker: 'no',
  image: 'no',
}

/** Volumes whose content the kubelet writes itself. */
const EPHEMERAL_CONTENT = new Set(['emptyDir', 'configMap', 'secret', 'projected', 'downwardAPI', 'image'])

/** Mounted read-only whatever the mount says (Volumes: "A ConfigMap is always mounted as readOnly" and the like). */
const ALWAYS_READ_ONLY = new Set(['configMap', 'secret', 'projected', 'downwardAPI', 'image'])

export interface Volume {
  readonly name: string
  readonly type: string
  /** The volume's source, e.g. what stands under `hostPath`. */
  readonly source: Field
}

/** The pod's volumes by name. A volume without a source is an emptyDir (the API server's defaulting). */
export function volumesOf({ spec }: PodScope): ReadonlyMap<string, Volume> {
  const volumes = new Map<string, Volume>()
  for (const item of items(under(spec, 'volumes'))) {
    const name = asText(under(item, 'name'))
    if (name === undefined) continue
    const type = givenKeys(item).find((key) => key !== 'name') ?? 'emptyDir'
    volumes.set(name, { name, type, source: under(item, type) })
  }
  return volumes
}

export function ownershipSupport({ type }: Volume): OwnershipSupport {
  return Object.hasOwn(OWNERSHIP, type) ? (OWNERSHIP[type] ?? 'depends') : 'depends'
}

export function isAlwaysReadOnly({ type }: Volume): boolean {
  return ALWAYS_READ_ONLY.has(type)
}

/** Whether fsGroupChangePolicy can matter: "This field has no effect on ephemeral volume types such as secret, configMap, and emptyDir." */
export function outlivesThePod({ type }: Volume): boolean {
  return !EPHEMERAL_CONTENT.has(type)
}

/** The volume's own `readOnly`, which most sources of network storage have. */
export function readOnlySource({ source }: Volume): Field | undefined {
  const field = under(source, 'readOnly')
  return asBoolean(field) === true ? field : undefined
}
