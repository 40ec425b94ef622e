import { type ChildProcess, execFile, execFileSync, spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { needs } from '../setup/needs.ts'
import { hasPodman, podmanIn } from '../setup/podman.ts'
import { sensorBinary } from '../setup/sensor.ts'
import { until } from '../setup/work.ts'
import { type WatchedNode, watchNode } from './watched-node.ts'

const run = promisify(execFile)
const HAETAE = join(import.meta.dirname, '../../bin/haetae')
/** Where Podman's service listens. */
const SOCKET = '/run/podman/podman.sock'
const LOOP = 'while true; do cat /etc/hostname > /dev/null; /bin/busybox sleep 1; done'

const { path: sensor, otherwise } = sensorBinary()
const missing =
  sensor === undefined
    ? otherwise
    : existsSync(SOCKET)
      ? 'a service of Podman listens here already'
      : hasPodman()
        ? ''
        : 'no podman (apt-get install podman runc)'

describe('a container of Podman', needs(missing === '', missing), () => {
  let folder = ''
  let service: ChildProcess | undefined
  let node: WatchedNode | undefined
  let id = ''

  const podman = (...args: string[]) => run('podman', [...podmanIn(folder), ...args])
  const haetae = (...args: string[]) =>
    spawnSync(HAETAE, [...args, '--lang', 'en'], { encoding: 'utf8', timeout: 60_000 })

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'haetae-podman-'))
    const base = join(folder, 'base')
    for (const path of ['bin', 'etc', 'tmp']) mkdirSync(join(base, path), { recursive: true })
    cpSync('/bin/busybox', join(base, 'bin/busybox'))
    for (const name of ['sh', 'cat']) symlinkSync('busybox', join(base, 'bin', name))
    const archive = join(folder, 'base.tar')
    execFileSync('tar', ['-C', base, '-cf', archive, '.'])
    await podman('import', archive, 'localhost/base:local')
    // Limits that are higher than this process' own may not be allowed here.
    const limits = ['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1024:1024']
    const { stdout } = await podman(
      ...['run', '-d', '--name', 'loop', ...limits, '--network', 'host', 'localhost/base:local'],
      ...['/bin/sh', '-c', LOOP],
    )
    id = stdout.trim().split('\n').at(-1) ?? ''
    service = spawn('podman', [...podmanIn(folder), 'system', 'service', '-t', '0', `unix://${SOCKET}`], {
      stdio: 'ignore',
    })
    await until(async () => existsSync(SOCKET) || undefined, 'Podman’s service')
    node = await watchNode(sensor ?? '', [])
  })
  afterAll(async () => {
    await node?.stop()
    service?.kill()
    await podman('rm', '-f', '-t', '0', 'loop').catch(() => undefined)
    rmSync(SOCKET, { force: true })
    rmSync(folder, { recursive: true, force: true })
  })

  test('alerts have its name and image', async () => {
    await podman('exec', 'loop', '/bin/sh', '-c', 'echo x > /etc/written')
    const alert = await node?.alert('File Below /etc Written', ({ output_fields: fields }) => {
      return fields['fd.name'] === '/etc/written'
    })
    expect(alert?.output_fields).toMatchObject({
      'container.id': id.slice(0, 12),
      'container.name': 'loop',
      'container.image.repository': 'localhost/base',
      'container.image.tag': 'local',
    })
  })

  test('haetae proc tells what it gives away, by its id', () => {
    const { stdout } = haetae('proc', '--container', id.slice(0, 12), '--format', 'json')
    const [found] = JSON.parse(stdout).processes
    expect(found).toMatchObject({ image: 'localhost/base:local' })
    expect(found.exposures.map(({ message }: { message: string }) => message).join('\n')).toContain(
      'shares namespaces with the node: net',
    )
  })
})
