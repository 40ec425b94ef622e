import type { PodSecurityPolicy } from '../../src/pod-security/index.ts'

const SECCOMP = 'seccomp.security.alpha.kubernetes.io'
const APPARMOR = 'apparmor.security.beta.kubernetes.io'
const ANY = { rule: 'RunAsAny' }

/** Every kind of volume of Kubernetes 1.20 but hostPath. */
const NO_HOST_PATH = [
  'awsElasticBlockStore',
  'azureDisk',
  'azureFile',
  'cephFS',
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
]

/**
 * The three policies by which the Kubernetes documentation expresses the Pod Security Standards ("Pod Security
 * Policies", Example Policies).
 */
export const documentedPolicies = {
  privileged: policy(
    'privileged',
    {},
    {
      privileged: true,
      allowPrivilegeEscalation: true,
      allowedCapabilities: ['*'],
      volumes: ['*'],
      hostNetwork: true,
      hostPorts: [{ min: 0, max: 65_535 }],
      hostIPC: true,
      hostPID: true,
      runAsUser: ANY,
      seLinux: ANY,
      supplementalGroups: ANY,
      fsGroup: ANY,
    },
  ),
  baseline: policy(
    'baseline',
    {
      [`${SECCOMP}/allowedProfileNames`]: '*',
      [`${APPARMOR}/allowedProfileNames`]: 'runtime/default',
      [`${APPARMOR}/defaultProfileName`]: 'runtime/default',
    },
    {
      privileged: false,
      // "The moby default capability set, minus NET_RAW"
      allowedCapabilities: [
        'AUDIT_WRITE',
        'CHOWN',
        'DAC_OVERRIDE',
        'FOWNER',
        'FSETID',
        'KILL',
        'MKNOD',
        'NET_BIND_SERVICE',
        'SETFCAP',
        'SETGID',
        'SETPCAP',
        'SETUID',
        'SYS_CHROOT',
      ],
      volumes: NO_HOST_PATH,
      hostNetwork: false,
      hostIPC: false,
      hostPID: false,
      readOnlyRootFilesystem: false,
      runAsUser: ANY,
      seLinux: ANY,
      supplementalGroups: ANY,
      fsGroup: ANY,
    },
  ),
  restricted: policy(
    'restricted',
    {
      [`${SECCOMP}/allowedProfileNames`]: 'docker/default,runtime/default',
      [`${SECCOMP}/defaultProfileName`]: 'runtime/default',
      [`${APPARMOR}/allowedProfileNames`]: 'runtime/default',
      [`${APPARMOR}/defaultProfileName`]: 'runtime/default',
    },
    {
      privileged: false,
      allowPrivilegeEscalation: false,
      requiredDropCapabilities: ['ALL'],
      volumes: [
        'configMap',
        'csi',
        'downwardAPI',
        'emptyDir',
        'ephemeral',
        'persistentVolumeClaim',
        'projected',
        'secret',
      ],
      hostNetwork: false,
      hostIPC: false,
      hostPID: false,
      runAsUser: { rule: 'MustRunAsNonRoot' },
      seLinux: ANY,
      supplementalGroups: { rule: 'MustRunAs', ranges: [{ min: 1, max: 65_535 }] },
      fsGroup: { rule: 'MustRunAs', ranges: [{ min: 1, max: 65_535 }] },
      readOnlyRootFilesystem: false,
    },
  ),
} as const

function policy(
  name: string,
  annotations: Readonly<Record<string, string>>,
  spec: PodSecurityPolicy['spec'],
): PodSecurityPolicy {
  return {
    apiVersion: 'policy/v1beta1',
    kind: 'PodSecurityPolicy',
    metadata: { name, annotations },
    ...(spec && { spec }),
  }
}
