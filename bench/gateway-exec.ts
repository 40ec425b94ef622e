import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findKubectl, GateProcess, succeeds } from '../e2e/gateway/gate-process.ts'
import { cpuOf } from './gateway/client.ts'
import { median, ratio } from './measure.ts'
import type { Line } from './run.ts'

const BYTES = 100 * 1024 * 1024
const ROUNDS = 5
const NAMESPACE = 'haetae-bench'

const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'stream' },
  spec: {
    terminationGracePeriodSeconds: 0,
    containers: [
      {
        name: 'main',
        image: 'localhost/busybox:local',
        imagePullPolicy: 'Never',
        command: ['sh', '-c', 'while true; do sleep 1; done'],
      },
    ],
  },
}

/** What runs in the container. */
const DIRECTIONS = {
  output: `dd if=/dev/zero bs=64k count=${BYTES / 65536} 2>/dev/null`,
  input: 'cat >/dev/null',
}
type Direction = keyof typeof DIRECTIONS

/**
 * `kubectl exec` with 100 MB of output, then of input, through the gate beside one straight to the API server: bytes a
 * second of the whole command (limit 0.8 of the direct one), through a real API server, kubelet and container. It needs
 * a cluster with a node: the one that `KUBECONFIG` names.
 */
export async function run(report: (line: Line) => void): Promise<void> {
  const direct = process.env['KUBECONFIG']
  const kubectl = findKubectl()
  if (!direct || kubectl === undefined) {
    process.stderr.write('gateway-exec: no cluster with a node to measure with (KUBECONFIG, kubectl)\n')
    return
  }
  const folder = mkdtempSync(join(tmpdir(), 'haetae-bench-'))
  const input = join(folder, 'input')
  writeFileSync(input, '')
  truncateSync(input, BYTES)
  const gate = new GateProcess(direct)
  try {
    await succeeds(direct, ['create', 'namespace', NAMESPACE])
    await succeeds(direct, ['-n', NAMESPACE, 'create', '-f', '-'], JSON.stringify(POD))
    await succeeds(direct, ['-n', NAMESPACE, 'wait', '--for=condition=Ready', 'pod/stream', '--timeout=180s'])
    await gate.start()
    const gated = await gate.kubeconfig('jane', ['system:masters'])
    for (const direction of ['output', 'input'] as const) {
      const exec = (kubeconfig: string) => seconds(kubectl, kubeconfig, direction, input)
      await measure(direction, { direct: () => exec(direct), gated: () => exec(gated) }, gate, report)
    }
  } finally {
    await gate.close()
    await succeeds(direct, ['delete', 'namespace', NAMESPACE, '--wait=false', '--ignore-not-found'])
    rmSync(folder, { recursive: true })
  }
}

async function measure(
  direction: Direction,
  exec: Readonly<Record<'direct' | 'gated', () => Promise<number>>>,
  gate: GateProcess,
  report: (line: Line) => void,
): Promise<void> {
  const rounds: { direct: number; gated: number; cpu: number }[] = []
  for (let round = 0; round <= ROUNDS; round++) {
    const straight = await exec.direct()
    const before = cpuOf(gate.pid)
    const through = await exec.gated()
    // The first round is to get warm.
    if (round > 0) rounds.push({ direct: straight, gated: through, cpu: cpuOf(gate.pid) - before })
  }
  const name = `gateway: kubectl exec, 100 MB of ${direction}`
  for (const which of ['direct', 'gated'] as const) {
    const value = Math.round(BYTES / 1e5 / median(rounds.map((each) => each[which]))) / 10
    report({ name: `${name}, ${which === 'direct' ? 'direct' : 'through the gate'}`, value, unit: 'MB/s' })
  }
  const cpu = Math.round(median(rounds.map((each) => each.cpu)) * 1000)
  report({ name: `${name}, CPU of the gate`, value: cpu, unit: 'ms' })
  const value = ratio(median(rounds.map((each) => each.direct)), median(rounds.map((each) => each.gated)))
  report({ name: `${name}, of the direct one (limit 0.8)`, value, unit: 'x' })
}

/** @throws Error where it does not succeed */
async function seconds(program: string, kubeconfig: string, direction: Direction, input: string) {
  const target = ['exec', ...(direction === 'input' ? ['-i'] : []), 'stream', '--']
  const args = ['--kubeconfig', kubeconfig, '-n', NAMESPACE, ...target, 'sh', '-c', DIRECTIONS[direction]]
  const stdin = direction === 'input' ? openSync(input, 'r') : ('ignore' as const)
  const start = performance.now()
  const child = spawn(program, args, { stdio: [stdin, 'ignore', 'ignore'] })
  const [status] = await once(child, 'exit')
  const took = (performance.now() - start) / 1000
  if (typeof stdin === 'number') closeSync(stdin)
  if (status !== 0) throw new Error(`kubectl ${args.join(' ')}: exit ${status}`)
  return took
}
