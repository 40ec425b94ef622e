import { connect, succeed } from './api-server.ts'

/** Allows everything and changes nothing: the name of the policy, and of the group that may use it. */
export const PERMISSIVE = 'haetae-permissive'

const RBAC = '/apis/rbac.authorization.k8s.io/v1'
const ANY = { rule: 'RunAsAny' }

export const permissiveSpec = {
  privileged: true,
  allowPrivilegeEscalation: true,
  allowedCapabilities: ['*'],
  allowedProcMountTypes: ['Default', 'Unmasked'],
  allowedUnsafeSysctls: ['*'],
  volumes: ['*'],
  hostNetwork: true,
  hostPorts: [{ min: 0, max: 65_535 }],
  hostIPC: true,
  hostPID: true,
  runAsUser: ANY,
  runAsGroup: ANY,
  seLinux: ANY,
  supplementalGroups: ANY,
  fsGroup: ANY,
}

/**
 * Under the plugin no pod is made without a policy. Lets the cluster's own controllers make any pod, and members of
 * the group `haetae-permissive`.
 */
export async function allowControllers(kubeconfig: string): Promise<void> {
  const server = await connect(kubeconfig)
  try {
    await succeed(server, {
      method: 'POST',
      path: '/apis/policy/v1beta1/podsecuritypolicies',
      body: {
        metadata: {
          name: PERMISSIVE,
          annotations: { 'seccomp.security.alpha.kubernetes.io/allowedProfileNames': '*' },
        },
        spec: permissiveSpec,
      },
    })
    const rule = {
      apiGroups: ['policy'],
      resources: ['podsecuritypolicies'],
      resourceNames: [PERMISSIVE],
      verbs: ['use'],
    }
    await succeed(server, {
      method: 'POST',
      path: `${RBAC}/clusterroles`,
      body: { metadata: { name: PERMISSIVE }, rules: [rule] },
    })
    await succeed(server, {
      method: 'POST',
      path: `${RBAC}/clusterrolebindings`,
      body: {
        metadata: { name: PERMISSIVE },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: PERMISSIVE },
        subjects: ['system:serviceaccounts:kube-system', PERMISSIVE].map((name) => ({
          apiGroup: 'rbac.authorization.k8s.io',
          kind: 'Group',
          name,
        })),
      },
    })
  } finally {
    server.close()
  }
}
