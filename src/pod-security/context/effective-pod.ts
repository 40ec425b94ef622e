import type { FieldPath } from '../../kubernetes/index.ts'
import type { Message } from '../../messages/index.ts'
import type { ContainerRole, Runtime } from './scope.ts'
import type { Setting } from './setting.ts'

export type OperatingSystem = 'linux' | 'windows'

/** What applies to a pod and to each of its containers, every value with its source. */
export interface EffectivePod {
  readonly os: Setting<OperatingSystem>
  /** The container runtime whose defaults are used where the pod says nothing. */
  readonly runtime: Runtime
  readonly hostNetwork: Setting<boolean>
  readonly hostPID: Setting<boolean>
  readonly hostIPC: Setting<boolean>
  readonly shareProcessNamespace: Setting<boolean>
  /** False: the pod has a user namespace of its own. */
  readonly hostUsers: Setting<boolean>
  /** Null: none, volumes keep the ownership they have. */
  readonly fsGroup: Setting<number | null>
  readonly fsGroupChangePolicy: Setting<string>
  readonly sysctls: readonly EffectiveSysctl[]
  readonly serviceAccountName: Setting<string>
  readonly automountServiceAccountToken: Setting<boolean>
  readonly containers: readonly EffectiveContainer[]
  /** Fields that are given, but mean nothing on the pod's operating system. */
  readonly withoutEffect: readonly InertField[]
}

export interface EffectiveSysctl {
  /** With dots, whichever separator the pod uses. */
  readonly name: string
  /** `not-namespaced`: setting it would change the node; the kubelet refuses the pod. */
  readonly kind: 'safe' | 'unsafe' | 'not-namespaced'
  readonly setting: Setting<string>
}

export interface EffectiveContainer {
  readonly name: string
  readonly role: ContainerRole
  /** From the object's root, e.g. `spec.containers[0]`. */
  readonly path: FieldPath
  /** On a Linux pod only. */
  readonly linux?: LinuxSettings
  /** On a Windows pod only. */
  readonly windows?: WindowsSettings
  readonly ports: readonly EffectivePort[]
  readonly mounts: readonly EffectiveMount[]
  /** Whether a token of the pod's service account can be read in the container. */
  readonly serviceAccountToken: Setting<boolean>
}

export interface LinuxSettings {
  /** User id; null: the image decides. */
  readonly user: Setting<number | null>
  /** Primary group id; null: the image decides. */
  readonly group: Setting<number | null>
  /** Further group ids of the container's first process, those of fsGroup included, as far as the pod gives them. */
  readonly supplementaryGroups: readonly Setting<number>[]
  readonly supplementalGroupsPolicy: Setting<string>
  readonly runAsNonRoot: Setting<boolean>
  readonly privileged: Setting<boolean>
  readonly capabilities: Setting<CapabilitySets>
  /** As the documentation defines it: also true for what is privileged or has SYS_ADMIN. */
  readonly allowPrivilegeEscalation: Setting<boolean>
  /** The kernel's `no_new_privs` flag on the container's processes. */
  readonly noNewPrivileges: Setting<boolean>
  readonly readOnlyRootFilesystem: Setting<boolean>
  readonly seccomp: Setting<SecurityProfile>
  readonly appArmor: Setting<SecurityProfile>
  /** Null: the runtime gives each container a label of its own choice. */
  readonly seLinux: Setting<SELinuxLabel | null>
  readonly procMount: Setting<string>
}

/** Capability names without `CAP_`, in the order of their numbers. */
export interface CapabilitySets {
  /** What the container's processes can ever have. */
  readonly bounding: readonly string[]
  /** What the first process starts with; null: depends on the image's user. */
  readonly effective: readonly string[] | null
}

export interface SecurityProfile {
  /** `RuntimeDefault`, `Unconfined` or `Localhost`; as given when it is none of them. */
  readonly type: string
  readonly localhostProfile?: string
}

export interface SELinuxLabel {
  readonly user?: string
  readonly role?: string
  readonly type?: string
  readonly level?: string
}

export interface WindowsSettings {
  /** Null: the image decides (ContainerUser, unless it says otherwise). */
  readonly runAsUserName: Setting<string | null>
  readonly runAsNonRoot: Setting<boolean>
  readonly gmsaCredentialSpecName: Setting<string | null>
  readonly hostProcess: Setting<boolean>
}

export interface EffectivePort {
  readonly containerPort: number
  readonly protocol: string
  /** Address of the node that the host port listens on. */
  readonly hostIP: string
  /** Port on the node; null: reachable at the pod's own address only. */
  readonly hostPort: Setting<number | null>
}

export interface EffectiveMount {
  readonly volume: string
  /** The volume source's field name, e.g. `hostPath`; null: no volume of this name. */
  readonly volumeType: string | null
  readonly mountPath: string
  readonly readOnly: Setting<boolean>
  /** The group that owns the volume's files: fsGroup's id, as they are on the volume, or up to the storage driver. */
  readonly filesGroup: Setting<number | 'unchanged' | 'depends'>
}

export interface InertField {
  readonly path: FieldPath
  readonly message: Message
}
