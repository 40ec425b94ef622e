/**
 * Fields that Kubernetes knows, now or in a version still in use, but that the client library's models of
 * release 1.36 lack. Each entry says since when (and until when) the field exists; an entry that the models
 * have caught up with fails the generation, so that this list only shrinks by itself.
 */
export const ADDED_FIELDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  // restoreFrom: v1.37, alpha. workloadRef: v1.35 only, alpha; `schedulingGroup` took its place in v1.36.
  PodSpec: { restoreFrom: 'CheckpointReference', workloadRef: 'WorkloadReference' },
  // v1.37, alpha, gate AtomicWriteVolumeUserFields: who owns the files of a volume, by default and by file.
  ConfigMapVolumeSource: { defaultUser: 'int64' },
  SecretVolumeSource: { defaultUser: 'int64' },
  DownwardAPIVolumeSource: { defaultUser: 'int64' },
  ProjectedVolumeSource: { defaultUser: 'int64' },
  KeyToPath: { user: 'int64' },
  DownwardAPIVolumeFile: { user: 'int64' },
  ServiceAccountTokenProjection: { user: 'int64' },
  ClusterTrustBundleProjection: { user: 'int64' },
  PodCertificateProjection: { user: 'int64' },
  // v1.37, alpha, gate WorkloadWithJob: still changing, so its inside is not looked at.
  JobSpec: { scheduling: 'any' },
  // until v1.23: the cluster an object belongs to, never set by a server.
  ObjectMeta: { clusterName: 'string' },
  // v1.26 to v1.30, alpha: flattened into its two fields in v1.31.
  PodResourceClaim: { source: 'ClaimSource' },
}

/** Types that only the fields above refer to, and the kinds that have no model: `List`, `PodSecurityPolicy`. */
export const ADDED_TYPES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  CheckpointReference: { name: 'string' },
  ClaimSource: { resourceClaimName: 'string', resourceClaimTemplateName: 'string' },
  List: { apiVersion: 'string', kind: 'string', metadata: 'ListMeta', items: '[]any' },
  // policy/v1beta1, until v1.24: the client's models no longer have it.
  AllowedCSIDriver: { name: 'string' },
  AllowedFlexVolume: { driver: 'string' },
  AllowedHostPath: { pathPrefix: 'string', readOnly: 'bool' },
  FSGroupStrategyOptions: { ranges: '[]IDRange', rule: 'string' },
  HostPortRange: { max: 'int32', min: 'int32' },
  IDRange: { max: 'int64', min: 'int64' },
  PodSecurityPolicy: {
    apiVersion: 'string',
    kind: 'string',
    metadata: 'ObjectMeta',
    spec: 'PodSecurityPolicySpec',
  },
  PodSecurityPolicyList: {
    apiVersion: 'string',
    items: '[]PodSecurityPolicy',
    kind: 'string',
    metadata: 'ListMeta',
  },
  PodSecurityPolicySpec: {
    allowPrivilegeEscalation: 'bool',
    allowedCSIDrivers: '[]AllowedCSIDriver',
    allowedCapabilities: '[]string',
    allowedFlexVolumes: '[]AllowedFlexVolume',
    allowedHostPaths: '[]AllowedHostPath',
    allowedProcMountTypes: '[]string',
    allowedUnsafeSysctls: '[]string',
    defaultAddCapabilities: '[]string',
    defaultAllowPrivilegeEscalation: 'bool',
    forbiddenSysctls: '[]string',
    fsGroup: 'FSGroupStrategyOptions',
    hostIPC: 'bool',
    hostNetwork: 'bool',
    hostPID: 'bool',
    hostPorts: '[]HostPortRange',
    privileged: 'bool',
    readOnlyRootFilesystem: 'bool',
    requiredDropCapabilities: '[]string',
    runAsGroup: 'RunAsGroupStrategyOptions',
    runAsUser: 'RunAsUserStrategyOptions',
    runtimeClass: 'RuntimeClassStrategyOptions',
    seLinux: 'SELinuxStrategyOptions',
    supplementalGroups: 'SupplementalGroupsStrategyOptions',
    volumes: '[]string',
  },
  RunAsGroupStrategyOptions: { ranges: '[]IDRange', rule: 'string' },
  RunAsUserStrategyOptions: { ranges: '[]IDRange', rule: 'string' },
  RuntimeClassStrategyOptions: { allowedRuntimeClassNames: '[]string', defaultRuntimeClassName: 'string' },
  SELinuxStrategyOptions: { rule: 'string', seLinuxOptions: 'SELinuxOptions' },
  SupplementalGroupsStrategyOptions: { ranges: '[]IDRange', rule: 'string' },
  WorkloadReference: { name: 'string', podGroup: 'string', podGroupReplicaKey: 'string' },
}

/**
 * Fields that are quantities (`resource.Quantity`, or maps of them): the models only say `string`, while the
 * API server takes numbers as well.
 */
export const QUANTITY_FIELDS: Readonly<Record<string, readonly string[]>> = {
  EmptyDirVolumeSource: ['sizeLimit'],
  PodSpec: ['overhead'],
  ResourceFieldSelector: ['divisor'],
  ResourceRequirements: ['limits', 'requests'],
  VolumeResourceRequirements: ['limits', 'requests'],
}
