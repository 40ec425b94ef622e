import type { Container, Pod, PodSpec } from '../../src/kubernetes/index.ts'

type SecurityContext = NonNullable<Container['securityContext']>
type PodSecurityContext = NonNullable<PodSpec['securityContext']>
type Volume = NonNullable<PodSpec['volumes']>[number]

/** What upstream's own pods leave out: fields of 1.19 and 1.20, several containers, every kind of volume. */
export const writtenPods: readonly Pod[] = [
  of({}),
  of({ automountServiceAccountToken: true }),
  ...securityContexts().map((securityContext) => inContainer(securityContext)),
  ...securityContexts().map((securityContext) => ({
    spec: { containers: [{ name: 'first' }, { name: 'second', securityContext }] },
  })),
  ...securityContexts().map((securityContext) => of({ initContainers: [{ name: 'init', securityContext }] })),
  ...podSecurityContexts().map((securityContext) => of({ securityContext })),
  ...podSecurityContexts().map((securityContext) => ({
    spec: {
      securityContext,
      containers: [
        {
          name: 'c',
          securityContext: { runAsUser: 1000, runAsNonRoot: true, allowPrivilegeEscalation: false },
        },
      ],
    },
  })),
  ...volumes().map((volume) => of({ volumes: [{ name: 'v', ...volume }] })),
  ...ports().map((port) => ({ spec: { containers: [{ name: 'c', ports: [port] }] } })),
  of({ initContainers: [{ name: 'init', ports: [{ containerPort: 80, hostPort: 80 }] }] }),
  of({ hostNetwork: true }),
  of({ hostPID: true }),
  of({ hostIPC: true }),
  of({ hostPID: true, hostIPC: true, hostNetwork: true }),
  of({ shareProcessNamespace: true }),
  of({ runtimeClassName: 'foo' }),
  mounted('/foo', true),
  mounted('/foo', false),
  mounted('/foo/bar', true),
  mounted('/foobar', false),
  mounted('/', true),
  annotated({ 'seccomp.security.alpha.kubernetes.io/pod': 'runtime/default' }),
  annotated({ 'seccomp.security.alpha.kubernetes.io/pod': 'docker/default' }),
  annotated({ 'seccomp.security.alpha.kubernetes.io/pod': 'unconfined' }),
  annotated({ 'seccomp.security.alpha.kubernetes.io/pod': 'localhost/profile.json' }),
  annotated({ 'container.seccomp.security.alpha.kubernetes.io/c': 'runtime/default' }),
  annotated({ 'container.seccomp.security.alpha.kubernetes.io/c': 'unconfined' }),
  annotated({ 'container.apparmor.security.beta.kubernetes.io/c': 'runtime/default' }),
  annotated({ 'container.apparmor.security.beta.kubernetes.io/c': 'unconfined' }),
  annotated({ 'container.apparmor.security.beta.kubernetes.io/c': 'localhost/profile' }),
  annotated({ 'kubernetes.io/psp': 'p000' }),
]

function securityContexts(): readonly SecurityContext[] {
  return [
    {},
    { privileged: true },
    { privileged: false },
    { allowPrivilegeEscalation: true },
    { allowPrivilegeEscalation: false },
    { runAsNonRoot: true },
    { runAsNonRoot: false },
    { runAsUser: 0 },
    { runAsUser: 999, runAsGroup: 999 },
    { runAsUser: 1000, runAsGroup: 0, runAsNonRoot: true },
    { readOnlyRootFilesystem: true },
    { readOnlyRootFilesystem: false },
    { procMount: 'Unmasked' },
    { capabilities: { add: ['NET_BIND_SERVICE'] } },
    { capabilities: { add: ['CAP_SYS_ADMIN', 'foo'] } },
    { capabilities: { add: ['ALL'] } },
    { capabilities: { drop: ['ALL'] } },
    { capabilities: { drop: ['KILL', 'foo'], add: ['CHOWN'] } },
    { seLinuxOptions: { level: 's0:c123,c456' } },
    { seLinuxOptions: { user: 'user', role: 'role', type: 'type', level: 's9:z0,z1' } },
    { seccompProfile: { type: 'RuntimeDefault' } },
    { seccompProfile: { type: 'Unconfined' } },
    { seccompProfile: { type: 'Localhost', localhostProfile: 'profile.json' } },
    { windowsOptions: { gmsaCredentialSpecName: 'spec', runAsUserName: 'ContainerUser' } },
    {
      allowPrivilegeEscalation: false,
      runAsNonRoot: true,
      runAsUser: 1000,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' },
    },
  ]
}

function podSecurityContexts(): readonly PodSecurityContext[] {
  return [
    { runAsUser: 0 },
    { runAsUser: 999, runAsGroup: 999, fsGroup: 999, supplementalGroups: [999] },
    { runAsUser: 1000, runAsGroup: 3000, fsGroup: 2000, supplementalGroups: [1, 65_535] },
    { runAsNonRoot: true },
    { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    { seccompProfile: { type: 'Unconfined' } },
    { seccompProfile: { type: 'Localhost', localhostProfile: 'profile.json' } },
    { fsGroup: 0 },
    { fsGroup: 70_000, fsGroupChangePolicy: 'OnRootMismatch' },
    { supplementalGroups: [] },
    { supplementalGroups: [0, 5] },
    { seLinuxOptions: { type: 'spc_t' } },
    { seLinuxOptions: { level: 's9:z0,z1' } },
    { sysctls: [{ name: 'kernel.shm_rmid_forced', value: '1' }] },
    {
      sysctls: [
        { name: 'net.ipv4.tcp_syncookies', value: '1' },
        { name: 'kernel.sem', value: '1' },
      ],
    },
    { sysctls: [{ name: 'net.core.somaxconn', value: '1024' }] },
    { windowsOptions: { runAsUserName: 'ContainerAdministrator' } },
  ]
}

/** Each kind of volume with what the API's validation asks for; some kinds in several ways. */
export function volumes(): readonly Volume[] {
  return [
    {},
    { emptyDir: {} },
    { emptyDir: { medium: 'Memory' } },
    { hostPath: { path: '/' } },
    { hostPath: { path: '/var/run/docker.sock', type: 'Socket' } },
    { hostPath: { path: '/foo' } },
    { hostPath: { path: '/foo/bar/' } },
    { hostPath: { path: '/foobar' } },
    { configMap: { name: 'config' } },
    { secret: { secretName: 'secret' } },
    { downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } },
    { persistentVolumeClaim: { claimName: 'claim' } },
    { projected: { sources: [{ configMap: { name: 'config' } }] } },
    { projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } },
    {
      projected: {
        sources: [
          { serviceAccountToken: { path: 'token', expirationSeconds: 3607 } },
          { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
          { downwardAPI: { items: [{ path: 'namespace', fieldRef: { fieldPath: 'metadata.namespace' } }] } },
        ],
      },
    },
    { nfs: { server: 'server', path: '/path' } },
    { iscsi: { targetPortal: '10.0.0.1:3260', iqn: 'iqn.2001-04.com.example:storage', lun: 0 } },
    { csi: { driver: 'inline.example.com' } },
    {
      ephemeral: {
        volumeClaimTemplate: {
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
        },
      },
    },
    { flexVolume: { driver: 'example/lvm' } },
    { flexVolume: { driver: 'example/cifs' } },
    { gitRepo: { repository: 'https://example.com/repository.git' } },
    { awsElasticBlockStore: { volumeID: 'vol-1' } },
    { azureDisk: { diskName: 'disk', diskURI: 'https://example.com/disk.vhd' } },
    { azureFile: { secretName: 'secret', shareName: 'share' } },
    { cephfs: { monitors: ['10.0.0.1:6789'] } },
    { cinder: { volumeID: 'volume' } },
    { fc: { targetWWNs: ['50060e801049cfd1'], lun: 0 } },
    { flocker: { datasetName: 'dataset' } },
    { gcePersistentDisk: { pdName: 'disk' } },
    { glusterfs: { endpoints: 'endpoints', path: 'path' } },
    { photonPersistentDisk: { pdID: 'disk' } },
    { portworxVolume: { volumeID: 'volume' } },
    { quobyte: { registry: '10.0.0.1:7861', volume: 'volume' } },
    { rbd: { monitors: ['10.0.0.1:6789'], image: 'image' } },
    { scaleIO: { gateway: 'https://10.0.0.1', system: 's', secretRef: { name: 'secret' }, volumeName: 'v' } },
    { storageos: { volumeName: 'volume' } },
    { vsphereVolume: { volumePath: '[datastore] volume' } },
  ]
}

function ports(): readonly NonNullable<Container['ports']>[number][] {
  return [
    { containerPort: 8080 },
    { containerPort: 80, hostPort: 80 },
    { containerPort: 8080, hostPort: 8080, protocol: 'UDP' },
    { containerPort: 65_535, hostPort: 65_535 },
  ]
}

function of(spec: PodSpec): Pod {
  return { spec: { containers: [{ name: 'c' }], ...spec } }
}

function inContainer(securityContext: SecurityContext): Pod {
  return { spec: { containers: [{ name: 'c', securityContext }] } }
}

function mounted(path: string, readOnly: boolean): Pod {
  return {
    spec: {
      volumes: [{ name: 'v', hostPath: { path } }],
      containers: [{ name: 'c', volumeMounts: [{ name: 'v', mountPath: '/mnt', readOnly }] }],
    },
  }
}

function annotated(annotations: Readonly<Record<string, string>>): Pod {
  return { ...of({}), metadata: { annotations } }
}
