import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { freePorts } from '../../test/free-ports.fixture.ts'
import { run } from './run.ts'

/** A control plane of our own: API server, etcd, controllers, no node. */
export interface ControlPlane {
  /** Path of the administrator's kubeconfig. */
  readonly kubeconfig: string
  /** Path of a kubectl of its version. */
  readonly kubectl: string
  /** Path of the API server's audit log: a JSON event a line, every request at least at level Metadata. */
  readonly auditLog: string
  /** Ends what was started and deletes all its state. */
  down(): Promise<void>
}

/** What its API server has besides its own choice. */
interface Features {
  readonly admissionPlugins: readonly string[]
  readonly featureGates: readonly string[]
  /** Further flags of the API server. */
  readonly flags?: readonly string[]
}

/** Where the script is that starts one: `HAETAE_CLUSTER_SCRIPT`; undefined where there is none. */
export function clusterScript(): string | undefined {
  const script = resolve(process.env['HAETAE_CLUSTER_SCRIPT'] || '../shared/cluster.sh')
  return existsSync(script) ? script : undefined
}

/**
 * Starts a control plane beside any other: state folder and ports are its own.
 *
 * @throws Error with the script's last words where it does not come up
 */
export async function startControlPlane(
  script: string,
  { admissionPlugins, featureGates, flags = [] }: Features,
): Promise<ControlPlane> {
  const state = await mkdtemp(join(tmpdir(), 'haetae-e2e-'))
  const [apiServer, etcd, etcdPeer, controllers, scheduler] = await freePorts(5)
  const environment = {
    ...process.env,
    K8S_LOCAL_STATE: state,
    APISERVER_PORT: `${apiServer}`,
    ETCD_PORT: `${etcd}`,
    ETCD_PEER_PORT: `${etcdPeer}`,
    CONTROLLER_MANAGER_PORT: `${controllers}`,
    SCHEDULER_PORT: `${scheduler}`,
    APISERVER_EXTRA_ARGS: [
      `--enable-admission-plugins=${['NodeRestriction', ...admissionPlugins].join(',')}`,
      `--feature-gates=${featureGates.map((gate) => `${gate}=true`).join(',')}`,
      ...flags,
    ].join(' '),
  }
  const down = async () => {
    await runScript(script, ['down', '--purge'], environment)
  }
  try {
    const { output: kubeconfig, log } = await runScript(script, ['up', '--control-plane'], environment)
    const kubectl = /kubectl: ([^\s,]+)/.exec(log)?.[1]
    if (kubectl === undefined) throw new Error(`no kubectl named in:\n${log.slice(-2000)}`)
    // A run that is interrupted does not come to its end.
    const interrupted = (signal: NodeJS.Signals) => {
      spawnSync('bash', [script, 'down', '--purge'], { env: environment, stdio: 'ignore' })
      process.kill(process.pid, signal)
    }
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
    for (const signal of signals) process.once(signal, interrupted)
    return {
      kubeconfig,
      kubectl,
      auditLog: join(state, 'log', 'audit.log'),
      down: async () => {
        for (const signal of signals) process.off(signal, interrupted)
        await down()
      },
    }
  } catch (error) {
    await down()
    throw error
  }
}

/** @returns what the script writes to standard output, and to standard error */
async function runScript(
  script: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<{ output: string; log: string }> {
  // The daemons that it starts inherit nothing of ours, so that both streams end with the script.
  const { status, stdout, stderr } = await run('bash', [script, ...args], environment)
  if (status !== 0) throw new Error(`${script} ${args.join(' ')}: exit ${status}\n${stderr.slice(-2000)}`)
  return { output: stdout.trim(), log: stderr }
}
