import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { answers } from '../setup/answers.ts'
import { hasBpftrace, WITH_TRACEFS } from '../setup/bpftrace.ts'
import { PODMAN_SOCKET, podman as podmanHere, rootFolder, servePodman } from '../setup/container.ts'
import { haetae } from '../setup/haetae.ts'
import { needs } from '../setup/needs.ts'
import { makePodmanFolder, podmanIn, removePodmanFolder } from '../setup/podman.ts'
import { endLeftovers, jsonLines, start } from '../setup/running.ts'
import { sensorBinary } from '../setup/sensor.ts'
import { until } from '../setup/work.ts'
import { alertsOf } from './alerts.ts'
import { compileIntruder, WITHOUT_COMPILER } from './intruder.ts'
import { type WatchedNode, watchNode } from './watched-node.ts'

const run = promisify(execFile)
interface TraceRecord {
  readonly kind: string
  readonly pid: number
  readonly name?: string
  readonly args?: readonly string[]
  readonly result?: string
}

/** Limits that are higher than this process' own may not be allowed here. */
const LIMITS = ['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1024:1024']
const LOOP = 'while true; do cat /etc/hostname > /dev/null; /bin/busybox sleep 1; done'

const { path: sensor, otherwise } = sensorBinary()
const intruder = compileIntruder()
const missing =
  sensor === undefined
    ? otherwise
    : (await answers(PODMAN_SOCKET))
      ? 'a service of Podman listens here already'
      : podmanHere().otherwise

/** When a process began, in milliseconds since 1970, to a few hundredths of a second (proc_pid_stat(5): the 22nd field). */
function startOf(pid: string): number {
  const after = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1] ?? ''
  return bootTime() + Number(after.split(' ')[19]) * 10
}

/** When the machine began: between both clocks another process may have run, but not each time. */
function bootTime(): number {
  const readings = Array.from({ length: 20 }, () => {
    const uptime = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0])
    return Date.now() - uptime * 1000
  })
  return Math.min(...readings)
}

describe('a container of Podman', needs(missing === '', missing), () => {
  let folder = ''
  let base = ''
  let endService: () => Promise<void> = async () => undefined
  let node: WatchedNode | undefined
  let id = ''

  const podman = (...args: string[]) => run('podman', [...podmanIn(folder), ...args])

  beforeAll(async () => {
    folder = makePodmanFolder()
    base = rootFolder()
    const archive = join(folder, 'base.tar')
    execFileSync('tar', ['-C', base, '-cf', archive, '.'])
    await podman('import', archive, 'localhost/base:local')
    const { stdout } = await podman(
      ...['run', '-d', '--name', 'loop', ...LIMITS, '--network', 'host', 'localhost/base:local'],
      ...['/bin/sh', '-c', LOOP],
    )
    id = stdout.trim().split('\n').at(-1) ?? ''
    endService = await servePodman(podmanIn(folder))
    node = await watchNode(sensor ?? '', [])
  })
  afterAll(async () => {
    await node?.stop()
    endLeftovers()
    await endService()
    await removeContainers()
    await removePodmanFolder(folder)
    rmSync(base, { recursive: true, force: true })
  })

  /** Tried again where what is in a container is still ending. */
  async function removeContainers(): Promise<void> {
    let last: unknown
    const remove = () => podman('rm', '-f', '-t', '0', '--ignore', 'loop', 'wide')
    await until(
      () =>
        remove().then(
          () => true,
          (error: unknown) => {
            last = error
          },
        ),
      () => `the containers to be removed: ${last}`,
    )
  }

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

  test('alerts have its privileges, its mounts and its start', async () => {
    const rules = join(folder, 'rules.yaml')
    const sources = ['/', '/etc', '/proc*', '/root*', '/home/admin']
    const output = sources.map((source) => `%container.mount.dest[${source}]`).join(' ')
    writeFileSync(
      rules,
      `
- rule: Seen
  desc: in one of two containers
  condition: evt.type = execve and proc.args contains haetae-seen and container.name in (loop, wide)
  output: '%container.name %container.privileged %container.start_ts %container.mounts ${output}'
  priority: INFO
`,
    )
    const mounts = ['/:/machine:ro', '/etc:/machine-etc', '/proc/sys:/machine-sys:ro', '/root:/machine-root']
    await podman(
      ...['run', '-d', '--name', 'wide', ...LIMITS, '--privileged', '--network', 'host'],
      ...[...mounts.flatMap((mount) => ['-v', mount]), 'localhost/base:local', '/bin/sh', '-c', LOOP],
    )
    const detect = start(['detect', '--live', '--sensor', sensor ?? '', '-r', rules, '-f', 'jsonl'])
    const of = (name: string) =>
      alertsOf(detect, 'Seen').find(({ output_fields: fields }) => fields['container.name'] === name)
        ?.output_fields
    for (const name of ['loop', 'wide'])
      await detect.until(() => {
        spawnSync('podman', [...podmanIn(folder), 'exec', name, '/bin/busybox', 'echo', 'haetae-seen'])
        return of(name) !== undefined
      })
    await detect.stopsWith(0)
    for (const name of ['loop', 'wide']) {
      const { stdout } = await podman('inspect', '--format', '{{.State.Pid}}', name)
      const told = Number(of(name)?.['container.start_ts']) / 1e6
      expect(Math.abs(told - startOf(stdout.trim()))).toBeLessThan(100)
    }
    expect(of('wide')).toMatchObject({
      'container.privileged': true,
      'container.mount.dest[/]': '/machine',
      'container.mount.dest[/etc]': '/machine-etc',
      'container.mount.dest[/proc*]': '/machine-sys',
      'container.mount.dest[/root*]': '/machine-root',
      'container.mount.dest[/home/admin]': null,
    })
    for (const mount of ['/:/machine:', '/etc:/machine-etc:', '/root:/machine-root:'])
      expect(of('wide')?.['container.mounts']).toContain(mount)
    expect(of('loop')).toMatchObject({ 'container.privileged': false, 'container.mount.dest[/]': null })
  })

  test('haetae trace shows every child of its first process, from its program to its end', async () => {
    const trace = start([
      'trace',
      '--sensor',
      sensor ?? '',
      '--container',
      id.slice(0, 12),
      '--format',
      'jsonl',
    ])
    const children = () => {
      const byPid = new Map<number, TraceRecord[]>()
      for (const each of jsonLines<TraceRecord>(trace.stdout()))
        byPid.set(each.pid, [...(byPid.get(each.pid) ?? []), each])
      // Those that were seen from their program on to their end. The call that made one is its parent's.
      return [...byPid.values()].filter(
        (records) =>
          records.at(-1)?.kind === 'exit' &&
          records.some(({ name, args }) => name === 'execve' && args?.[1]?.includes('"/etc/hostname"')),
      )
    }
    await trace.until(() => children().length >= 5)
    await trace.stopsWith(0)
    for (const records of children()) {
      const opened = records.filter(({ name, args }) => name === 'openat' && args?.[1] === '"/etc/hostname"')
      expect(opened.map(({ result }) => result)).toEqual(['3'])
    }
  })

  test('haetae proc tells what it gives away, by its id', async () => {
    const { stdout } = await haetae(['proc', '--container', id.slice(0, 12), '--format', 'json'])
    const [found] = JSON.parse(stdout).processes
    expect(found).toMatchObject({ image: 'localhost/base:local' })
    expect(found.exposures.map(({ message }: { message: string }) => message).join('\n')).toContain(
      'shares namespaces with the node: net',
    )
  })

  interface Seen {
    readonly verdict: string
    readonly evidence: readonly {
      change: string
      path: string
      commandLine: string
      mayBeProbe: boolean
      readonly wasRunning: boolean
    }[]
  }

  async function changesOf(run: ReturnType<typeof start>, status: number): Promise<[Seen, string[]]> {
    expect(await run.stop()).toBe(status)
    const { containers, unseen } = JSON.parse(run.stdout())
    expect(containers).toHaveLength(1)
    return [containers[0], unseen]
  }

  test('haetae immutability: a shell with a terminal is no probe, one without may be', async () => {
    const options = ['--container', id.slice(0, 12), '--format', 'json']
    const run = start(['immutability', '--live', '--sensor', sensor ?? '', ...options])
    await run.until(() => run.stderr().includes('recording'))
    await podman('exec', 'loop', '/bin/sh', '-c', 'echo without > /dev/null')
    await podman('exec', '-t', 'loop', '/bin/sh', '-c', 'echo with > /dev/null')
    const [{ evidence }, unseen] = await changesOf(run, 0)
    const entered = evidence.filter(({ change }) => change === 'shell-entered')
    expect(entered.map(({ commandLine, mayBeProbe }) => [commandLine, mayBeProbe])).toEqual([
      ['sh -c echo without > /dev/null', true],
      ['sh -c echo with > /dev/null', false],
    ])
    expect(unseen).toEqual([])
  })

  test(
    'haetae immutability: a shell that a server starts, and a program in memory only',
    needs(intruder, WITHOUT_COMPILER),
    async () => {
      // A server by its name.
      const drop = 'mkdir -p /var/lib; cat > /var/lib/nginx; chmod +x /var/lib/nginx'
      execFileSync('podman', [...podmanIn(folder), 'exec', '-i', 'loop', '/bin/sh', '-c', drop], {
        input: intruder,
      })
      const options = ['--container', id.slice(0, 12), '--format', 'json']
      const run = start(['immutability', '--live', '--sensor', sensor ?? '', ...options])
      await run.until(() => run.stderr().includes('recording'))
      for (const what of ['server', 'memory']) await podman('exec', 'loop', '/var/lib/nginx', what)
      const [{ verdict, evidence }] = await changesOf(run, 0)
      expect(verdict).toBe('changed')
      const seen = evidence.map(({ change, path }) => `${change} ${path}`)
      expect(seen).toContain('shell-of-server /bin/busybox')
      expect(seen).toContain('executed-from-memory /memfd:nothing')
      expect(evidence.filter(({ change }) => change === 'shell-entered')).toEqual([])
    },
  )

  test('haetae immutability: what was dropped before the recording, and still runs', async () => {
    const run = (script: string) => podman('exec', '-d', 'loop', '/bin/sh', '-c', script)
    const dropped = '/var/dropped/busybox'
    let running = ''
    await run(`mkdir -p /var/dropped && cp /bin/busybox ${dropped} && exec ${dropped} sleep 3600`)
    await run('cp /bin/busybox /tmp/busybox && exec /tmp/busybox sleep 3600')
    await run(
      'mkdir /srv; cp /bin/busybox /srv/busybox && exec /srv/busybox sh -c "rm /srv/busybox; sleep 3600; :"',
    )
    await until(
      async () => {
        ;({ stdout: running } = await podman('top', 'loop', 'args'))
        const programs = running.split('\n').map((line) => line.trim())
        // The last one runs its sleep once it is deleted; before, each is the shell that drops it.
        const wanted = [`${dropped} sleep 3600`, '/tmp/busybox sleep 3600', 'sleep 3600']
        return wanted.every((program) => programs.includes(program)) || undefined
      },
      () => `three programs that were dropped: ${running}`,
    )
    const watch = start([
      ...[
        'immutability',
        '--live',
        '--sensor',
        sensor ?? '',
        '--container',
        id.slice(0, 12),
        '--format',
        'json',
      ],
    ])
    await watch.until(() => watch.stderr().includes('recording'))
    const [{ verdict, evidence }] = await changesOf(watch, 0)
    expect(verdict).toBe('changed')
    const wasRunning = evidence
      .filter(({ wasRunning }) => wasRunning)
      .map(({ change, path }) => `${change} ${path}`)
    expect(wasRunning).toEqual(
      expect.arrayContaining([
        'executed-from-temporary-folder /tmp/busybox',
        'runs-deleted-file /srv/busybox',
      ]),
    )
    const { stdout: driver } = await podman('info', '--format', '{{.Store.GraphDriverName}}')
    expect(wasRunning.includes(`executed-new-file ${dropped}`)).toBe(driver.trim() === 'overlay')
  })

  test(
    'haetae immutability by bpftrace: what it sees is evidence, what it does not is said',
    needs(hasBpftrace(), 'there is no bpftrace'),
    async () => {
      const options = ['--container', id.slice(0, 12), '--format', 'json']
      const run = start(
        ['immutability', '--live', '--sensor', 'bpftrace', ...options, '--fail-on', 'changed'],
        {},
        WITH_TRACEFS,
      )
      await run.until(() => run.stderr().includes('recording'))
      expect(run.stderr()).toContain('bpftrace is the sensor')
      expect(run.stderr()).toContain('not seen here: executed-new-file')
      // It lives until /proc has been asked for it, also by a machine that has much else to do.
      await podman('exec', 'loop', '/bin/sh', '-c', 'echo x > /etc/written-too; /bin/busybox sleep 10')
      const [{ verdict, evidence }, unseen] = await changesOf(run, 3)
      expect(verdict).toBe('changed')
      const seen = evidence.map(({ change, path }) => `${change} ${path}`)
      expect(seen).toContain('wrote-below-system-folder /etc/written-too')
      expect(seen.some((line) => line.startsWith('shell-entered '))).toBe(true)
      expect(unseen).toEqual(['executed-new-file'])
    },
  )

  test(
    'haetae trace --container by strace: the processes that run, and their children',
    needs(spawnSync('strace', ['-V']).status === 0, 'there is no strace'),
    async () => {
      const trace = start([
        ...['trace', '--sensor', 'strace', '--container', id.slice(0, 12), '--format', 'jsonl'],
      ])
      const opened = () =>
        jsonLines<TraceRecord>(trace.stdout().slice(0, trace.stdout().lastIndexOf('\n') + 1)).find(
          ({ name, args }) => name === 'openat' && args?.[1] === '"/etc/hostname"',
        )
      await trace.until(() => opened() !== undefined)
      expect(opened()?.result).toBe('3')
      await trace.stopsWith(0)
    },
  )
})
