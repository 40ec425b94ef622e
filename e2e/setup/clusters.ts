import { CoreV1Api, KubeConfig } from '@kubernetes/client-node'
import type { TestProject } from 'vitest/node'
import { allowControllers } from './base-policies.ts'
import { clusterScript, startControlPlane } from './control-plane.ts'

/** The clusters that a run has. */
export interface Clusters {
  /** The one that KUBECONFIG names. */
  readonly given?: { readonly kubeconfig: string; readonly nodes: number }
  /** A control plane of our own, with the PodSecurityPolicy admission plugin. */
  readonly own?: { readonly kubeconfig: string; readonly auditLog: string }
}

/** Without these gates the API server drops fields that policies are about. */
const FEATURES = {
  admissionPlugins: ['PodSecurityPolicy'],
  featureGates: ['ProcMountType', 'GenericEphemeralVolume', 'EphemeralContainers'],
}

declare module 'vitest' {
  interface ProvidedContext {
    clusters: Clusters
  }
}

/** Vitest's global set-up: provides `clusters`, and takes down in the end what it started. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['KUBECONFIG']
  const script = clusterScript()
  const own = script === undefined ? undefined : await startControlPlane(script, FEATURES)
  try {
    if (own !== undefined) await allowControllers(own.kubeconfig)
    project.provide('clusters', {
      ...(given && { given: { kubeconfig: given, nodes: await countNodes(given) } }),
      ...(own && { own: { kubeconfig: own.kubeconfig, auditLog: own.auditLog } }),
    })
  } catch (error) {
    await own?.down()
    throw error
  }
  return async () => own?.down()
}

async function countNodes(kubeconfig: string): Promise<number> {
  const config = new KubeConfig()
  config.loadFromFile(kubeconfig)
  const { items } = await config.makeApiClient(CoreV1Api).listNode()
  return items.length
}
