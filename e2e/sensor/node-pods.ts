import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { type ApiServer, succeed } from '../setup/api-server.ts'
import { findKubelet } from '../setup/kubelet.ts'
import { clusterWithNodes } from '../setup/needs.ts'
import { sensorBinary } from '../setup/sensor.ts'
import { until } from '../setup/work.ts'

const run = promisify(execFile)

const { path, otherwise } = sensorBinary()
const kubelet = findKubelet()
const { kubeconfig } = clusterWithNodes

/** What a suite about pods of this node needs; `missing` is empty where all is there. */
export const thisNode = {
  sensor: path ?? '',
  kubeconfig: kubeconfig ?? '',
  /** Socket of the container runtime. */
  runtime: kubelet?.runtime ?? '',
  /** Where the kubelet looks for seccomp profiles. */
  profiles: kubelet?.profiles ?? '',
  kubectl: `${kubelet?.bin ?? ''}kubectl`,
  missing:
    path === undefined
      ? otherwise
      : kubeconfig === undefined
        ? clusterWithNodes.otherwise
        : kubelet === undefined
          ? 'no kubelet on this machine'
          : '',
}

/** Runs a command in the first container of a pod. @throws Error where it fails */
export async function execIn(namespace: string, pod: string, ...command: string[]): Promise<string> {
  const args = ['--kubeconfig', thisNode.kubeconfig, '-n', namespace, 'exec', pod, '--', ...command]
  return (await run(thisNode.kubectl, args)).stdout
}

/** A pod of the API, as far as the suites read it. */
export interface RunningPod {
  readonly metadata: { readonly name: string; readonly uid: string }
  readonly status: {
    readonly phase?: string
    readonly podIP?: string
    readonly containerStatuses?: readonly {
      readonly name: string
      readonly containerID?: string
      readonly ready?: boolean
    }[]
  }
}

/** Makes a pod. */
export async function makePod(server: ApiServer, namespace: string, body: object): Promise<void> {
  await succeed(server, { method: 'POST', path: `/api/v1/namespaces/${namespace}/pods`, body })
}

/** Waits until so many pods whose names begin so run, with all their containers. */
export function runningPods(
  server: ApiServer,
  namespace: string,
  name: string,
  count = 1,
): Promise<readonly RunningPod[]> {
  let named: readonly RunningPod[] = []
  return until(
    async () => {
      const { body } = await server.send({ method: 'GET', path: `/api/v1/namespaces/${namespace}/pods` })
      named = (body['items'] as readonly RunningPod[]).filter(({ metadata }) =>
        metadata.name.startsWith(name),
      )
      const running = named.filter(
        ({ status }) =>
          status.phase === 'Running' && status.containerStatuses?.every(({ ready }) => ready === true),
      )
      return running.length >= count ? running : undefined
    },
    () => `${count} running pods ${namespace}/${name}: ${JSON.stringify(named.map(({ status }) => status))}`,
  )
}

/** The id of a pod's container, without its runtime's name. */
export function containerId({ status }: RunningPod, name?: string): string {
  const found = status.containerStatuses?.find((each) => name === undefined || each.name === name)
  return (found?.containerID ?? '').replace(/^\w[\w-]*:\/\//, '')
}
