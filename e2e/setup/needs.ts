import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { inject } from 'vitest'

/** What a suite that cannot be tried here says, and what one that was tried has to tell; the summary prints both. */
declare module 'vitest' {
  interface TaskMeta {
    untried?: string
    results?: string[]
  }
}

/** Options of a `describe` that is tried only where there is what it needs: `describe(name, needs(it, why), …)`. */
export function needs(thing: unknown, otherwise: string): { skip?: true; meta?: { untried: string } } {
  return thing === undefined || thing === false ? { skip: true, meta: { untried: otherwise } } : {}
}

const { given, own } = inject('clusters')

const NO_SCRIPT = 'HAETAE_CLUSTER_SCRIPT names no script to start a control plane with'

/** Any cluster: rather our own control plane, since the pods of a suite stay pending there and cost nothing. */
export const anyCluster = {
  kubeconfig: own?.kubeconfig ?? given?.kubeconfig,
  auditLog: own?.auditLog ?? auditLogOf(given?.kubeconfig),
  otherwise: `${NO_SCRIPT}, and KUBECONFIG names no cluster`,
}

/** A cluster whose nodes run containers. */
export const clusterWithNodes = {
  kubeconfig: given !== undefined && given.nodes > 0 ? given.kubeconfig : undefined,
  auditLog: auditLogOf(given?.kubeconfig),
  otherwise: given === undefined ? 'KUBECONFIG names no cluster' : 'the cluster of KUBECONFIG has no node',
}

/** The control plane of our own, whose API server knows PodSecurityPolicies. */
export const policyCluster = { ...own, otherwise: NO_SCRIPT }

/** The audit log of a cluster of the script, which lies beside its kubeconfig; undefined for any other. */
function auditLogOf(kubeconfig: string | undefined): string | undefined {
  const path = kubeconfig === undefined ? undefined : join(dirname(kubeconfig), 'log', 'audit.log')
  return path !== undefined && existsSync(path) ? path : undefined
}
