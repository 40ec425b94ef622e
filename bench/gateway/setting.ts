import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { KubeConfig } from '@kubernetes/client-node'
import { GateProcess } from '../../e2e/gateway/gate-process.ts'
import { startControlPlane } from '../../e2e/setup/control-plane.ts'
import { type Target, targetAt } from './client.ts'

/** A gate in front of a real API server, and both of them as clients reach them. */
export interface Setting {
  readonly direct: Target
  readonly gated: Target
  readonly gate: GateProcess
  /** The administrator's, for another gate. */
  readonly kubeconfig: string
  /** The API server's process. */
  readonly server: number
}

/**
 * Measures with a control plane of its own (`HAETAE_CLUSTER_SCRIPT`), and says so where there is none.
 *
 * @param name - of the bench
 */
export async function withGate(name: string, measure: (setting: Setting) => Promise<void>): Promise<void> {
  const script = resolve(process.env['HAETAE_CLUSTER_SCRIPT'] || '../shared/cluster.sh')
  if (!existsSync(script) || process.platform !== 'linux') {
    process.stderr.write(`${name}: no control plane to measure with (HAETAE_CLUSTER_SCRIPT)\n`)
    return
  }
  const plane = await startControlPlane(script, { admissionPlugins: [], featureGates: ['ProcMountType'] })
  const gate = new GateProcess(plane.kubeconfig)
  try {
    await gate.start()
    const pidFile = join(plane.auditLog, '../../run/kube-apiserver.pid')
    const server = Number(readFileSync(pidFile, 'utf8').trim().split(/\s/)[0])
    const gated = targetAt('127.0.0.1', gate.port, await gate.credential('jane', ['system:masters']))
    const { kubeconfig } = plane
    await measure({ direct: await directly(kubeconfig), gated, gate, kubeconfig, server })
  } finally {
    await gate.close()
    await plane.down()
  }
}

/** With the administrator's own credential. */
async function directly(kubeconfig: string): Promise<Target> {
  const config = new KubeConfig()
  config.loadFromFile(kubeconfig)
  const url = new URL(config.getCurrentCluster()?.server ?? '')
  const options: { ca?: string; cert?: string; key?: string } = {}
  await config.applyToHTTPSOptions(options as never)
  const { ca, cert, key } = options
  return targetAt(url.hostname, Number(url.port), {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  })
}
