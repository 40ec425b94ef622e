import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { GateProcess } from '../e2e/gateway/gate-process.ts'
import { openAuthority } from '../src/api-access/authentication/index.ts'
import { type Credential, cpuOf } from './gateway/client.ts'
import { median, ratio } from './measure.ts'
import type { Line } from './run.ts'

const BYTES = 256 * 1024 * 1024
const ROUNDS = 3

interface Place {
  readonly port: number
  readonly credential: Credential
}

/**
 * The byte stream of an upgraded connection (as `exec` has it) through the gate beside a direct one to the same peer, in
 * processes of their own: bytes a second (limit 0.8 of the direct one), and the processor time that the gate takes of
 * what the peer takes to encrypt and send them. All three need a core of their own for the first to say something.
 */
export async function run(report: (line: Line) => void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'haetae-bench-'))
  const authority = await openAuthority({ folder })
  const peer = fork(new URL('./gateway/stream-peer.ts', import.meta.url), [folder])
  const [{ port }] = (await once(peer, 'message')) as [{ port: number }]
  const kubeconfig = join(folder, 'kubeconfig')
  writeFileSync(kubeconfig, JSON.stringify(configOf(port, authority.certificate)))
  const gate = new GateProcess(kubeconfig)
  try {
    await gate.start()
    const direct: Place = { port, credential: { ca: authority.certificate } }
    const gated: Place = { port: gate.port, credential: await gate.credential('jane', ['system:masters']) }
    const rounds: { direct: number; gated: number; cpu: number }[] = []
    for (let round = 0; round <= ROUNDS; round++) {
      const straight = await spent([peer.pid ?? 0], () => receive(direct))
      const through = await spent([peer.pid ?? 0, gate.pid], () => receive(gated))
      const cpu = ratio((through.cpu[1] ?? 0) / BYTES, (straight.cpu[0] ?? 1) / BYTES)
      // The first round is to get warm.
      if (round > 0) rounds.push({ direct: BYTES / straight.wall, gated: BYTES / through.wall, cpu })
    }
    const megabytes = (which: 'direct' | 'gated') =>
      Math.round(median(rounds.map((each) => each[which])) / 1e6)
    report({ name: 'gateway: byte stream, direct', value: megabytes('direct'), unit: 'MB/s' })
    report({ name: 'gateway: byte stream, through the gate', value: megabytes('gated'), unit: 'MB/s' })
    report({
      name: 'gateway: byte stream, of the direct one (limit 0.8)',
      value: median(rounds.map((each) => ratio(each.gated, each.direct))),
      unit: 'x',
    })
    report({
      name: "gateway: byte stream, CPU of the gate, of the sender's own",
      value: median(rounds.map((each) => each.cpu)),
      unit: 'x',
    })
  } finally {
    await gate.close()
    peer.disconnect()
    rmSync(folder, { recursive: true })
  }
}

/** An upgrade, and all that comes behind it. */
async function receive({ port, credential }: Place): Promise<void> {
  const socket = connect({ host: '127.0.0.1', port, servername: '', ...credential })
  const path = `/api/v1/namespaces/default/pods/web/exec?command=${BYTES}&stdout=true`
  socket.write(
    `POST ${path} HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: SPDY/3.1\r\ncontent-length: 0\r\n\r\n`,
  )
  await new Promise<void>((done, fail) => {
    let received = 0
    socket.on('error', fail).on('data', (data: Buffer) => {
      if (received === 0 && !data.toString('latin1', 0, 12).startsWith('HTTP/1.1 101'))
        fail(new Error(data.toString('latin1', 0, 500)))
      received += data.length
      if (received >= BYTES) done()
    })
  })
  socket.destroy()
}

async function spent(pids: readonly number[], work: () => Promise<void>) {
  const before = pids.map(cpuOf)
  const start = performance.now()
  await work()
  const wall = (performance.now() - start) / 1000
  return { wall, cpu: pids.map((pid, index) => cpuOf(pid) - (before[index] ?? 0)) }
}

function configOf(port: number, authority: string) {
  const cluster = {
    server: `https://127.0.0.1:${port}`,
    'certificate-authority-data': Buffer.from(authority).toString('base64'),
  }
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'peer',
    clusters: [{ name: 'peer', cluster }],
    users: [{ name: 'gate', user: { token: 'bench' } }],
    contexts: [{ name: 'peer', context: { cluster: 'peer', user: 'gate' } }],
  }
}
