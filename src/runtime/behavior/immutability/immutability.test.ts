import { createReadStream, existsSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { senseCapture } from '../../sensors/index.ts'
import { createKernelView, viewOfFields } from '../observation/event-view.ts'
import { viewAt } from '../observation/view.fixture.ts'
import { ImmutabilityWatch } from './watch.ts'

const CAPTURE = join(
  process.env['HAETAE_CONFORMANCE'] ?? join(import.meta.dirname, '../../../../../shared/conformance'),
  'scap/scen.scap',
)

function watch(views: readonly ReturnType<typeof viewAt>[], entrypoint?: string) {
  const watching = new ImmutabilityWatch(entrypoint === undefined ? {} : { entrypoint })
  for (const view of views) watching.take(view)
  return watching.statements()
}

const changes = (views: readonly ReturnType<typeof viewAt>[], entrypoint?: string) =>
  watch(views, entrypoint)[0]?.evidence.map(({ change }) => change)

const START = viewAt(0, 'execve', { 'proc.exepath': '/bin/httpd', 'proc.exe': 'httpd', 'proc.pname': 'runc' })
const run = (name: string, fields: Readonly<Record<string, string>> = {}) =>
  viewAt(5, 'execve', {
    'proc.name': name,
    'proc.exepath': `/usr/bin/${name}`,
    'proc.vpid': '7',
    'proc.pvpid': '1',
    'proc.pname': 'httpd-foreground',
    ...fields,
  })

describe('a container', () => {
  test('is unchanged since start where nothing speaks against it', () => {
    const [statement] = watch([
      START,
      viewAt(9, 'openat', { 'evt.is_open_write': 'true', 'fd.name': '/data/x' }),
    ])
    expect(statement).toMatchObject({ verdict: 'unchanged', isSeenFromStart: true, events: 2, evidence: [] })
    expect((statement?.end ?? 0) - (statement?.begin ?? 0)).toBe(9000)
  })

  test('whose start was not seen is not said to be unchanged since then', () => {
    expect(watch([viewAt(9, 'close')])[0]).toMatchObject({ verdict: 'unchanged', isSeenFromStart: false })
  })

  test('is unchanged where a link to a file of the system is made elsewhere', () => {
    const link = { 'fs.path.source': '/data/link', 'fs.path.target': '/etc/passwd' }
    expect(changes([START, viewAt(5, 'symlinkat', link)])).toEqual([])
    const inEtc = { 'fs.path.source': '/etc/link', 'fs.path.target': '/data/x' }
    expect(changes([START, viewAt(5, 'symlink', inEtc)])).toEqual(['wrote-below-system-folder'])
  })

  test.each([
    ['a new file', run('x', { 'proc.is_exe_upper_layer': 'true' }), ['executed-new-file']],
    ['memory', run('x', { 'proc.is_exe_from_memfd': 'true' }), ['executed-from-memory']],
    ['a temporary folder', run('x', { 'proc.exepath': '/dev/shm/x' }), ['executed-from-temporary-folder']],
    ['a package manager', run('apt-get'), ['package-manager']],
    ['a shell of a server', run('sh', { 'proc.pname': 'nginx' }), ['shell-of-server']],
    [
      'a shell of a server by its file',
      run('sh', { 'proc.pname': 'MainThread', 'proc.pexepath': '/usr/bin/node' }),
      ['shell-of-server'],
    ],
    [
      'a shell of a server that has renamed itself',
      run('sh', { 'proc.pname': 'worker', 'proc.pexepath': '/usr/sbin/nginx' }),
      ['shell-of-server'],
    ],
    [
      'a shell of a server that has renamed itself, and whose file an upgrade replaced',
      run('sh', { 'proc.pname': 'worker', 'proc.pexepath': '/usr/sbin/nginx (deleted)' }),
      ['shell-of-server'],
    ],
    [
      'a shell by a link of another name',
      run('kworker', { 'proc.exepath': '/usr/bin/bash', 'proc.pname': 'nginx' }),
      ['shell-of-server'],
    ],
    ['what BusyBox does besides', run('gzip', { 'proc.exepath': '/bin/busybox', 'proc.pname': 'nginx' }), []],
    [
      'a shell of kubectl exec',
      run('bash', { 'proc.pname': 'containerd-shim', 'proc.pvpid': '' }),
      ['shell-entered'],
    ],
    [
      'a shell of an exec whose runtime has ended, so that the first process of the node is its parent',
      run('sh', { 'proc.pid': '4711', 'proc.ppid': '1', 'proc.pname': 'systemd' }),
      ['shell-entered'],
    ],
    [
      'a shell that lost its parent in a container with the numbers of processes of the node',
      run('sh', { 'proc.pid': '7', 'proc.ppid': '1', 'proc.pname': 'systemd' }),
      [],
    ],
    ['a shell of a start script', run('sh', { 'proc.pname': 'entrypoint.sh' }), []],
    [
      'a program that could not be executed',
      run('x', { 'evt.failed': 'true', 'proc.is_exe_upper_layer': 'true' }),
      [],
    ],
    [
      'writing',
      viewAt(5, 'openat', { 'evt.is_open_write': 'true', 'fd.name': '/etc/passwd' }),
      ['wrote-below-system-folder'],
    ],
    ['reading', viewAt(5, 'openat', { 'fd.name': '/etc/passwd' }), []],
    ['removing', viewAt(5, 'unlinkat', { 'fs.path.name': '/usr/bin/curl' }), ['wrote-below-system-folder']],
    [
      'renaming into place',
      viewAt(5, 'rename', { 'fs.path.source': '/tmp/x', 'fs.path.target': '/bin/ls' }),
      ['wrote-below-system-folder'],
    ],
    [
      'what the kubelet writes',
      viewAt(5, 'openat', { 'evt.is_open_write': 'true', 'fd.name': '/etc/hosts' }),
      [],
    ],
  ])('%s', (_, view, expected) => {
    expect(changes([START, view])).toEqual(expected)
  })

  test('that begins with another program than it should', () => {
    expect(changes([START], '/bin/httpd')).toEqual([])
    expect(changes([START], 'httpd')).toEqual([])
    expect(changes([START], 'nginx')).toEqual(['other-entrypoint'])
  })

  test('the runtime’s own calls are not the container’s, nor is the host one', () => {
    const write = { 'evt.is_open_write': 'true', 'fd.name': '/etc/x' }
    expect(watch([viewAt(0, 'openat', { ...write, 'proc.name': 'runc:[2:INIT]' })])).toEqual([])
    expect(watch([viewAt(0, 'openat', { ...write, 'container.id': 'host' })])).toEqual([])
  })

  test('evidence is counted, and bounded', () => {
    const write = (path: string) => viewAt(5, 'openat', { 'evt.is_open_write': 'true', 'fd.name': path })
    const [same] = watch(Array.from({ length: 50 }, () => write('/etc/x')))
    expect(same?.evidence[0]?.count).toBe(50)
    const [many] = watch(Array.from({ length: 700 }, (_, index) => write(`/etc/${index}`)))
    expect([many?.evidence.length, many?.omitted]).toEqual([500, 200])
  })

  test('takes any fields', () => {
    const field = fc.constantFrom(
      'evt.type',
      'proc.name',
      'proc.exepath',
      'fd.name',
      'container.id',
      'evt.failed',
    )
    const value = fc.oneof(fc.string(), fc.constantFrom(null, true, 3), fc.array(fc.string()))
    const type = fc.constantFrom('execve', 'openat', 'syscall', 'x')
    fc.assert(
      fc.property(type, fc.dictionary(field, value), (name, fields) => {
        const watching = new ImmutabilityWatch()
        watching.take(viewOfFields({ type: name, fields }))
        watching.statements()
      }),
    )
  })
})

test.skipIf(!existsSync(CAPTURE))('of a capture', async () => {
  const watching = new ImmutabilityWatch()
  const view = createKernelView()
  for await (const { events } of senseCapture(createReadStream(CAPTURE) as AsyncIterable<Buffer>, CAPTURE))
    for (const event of events) watching.take(view(event))
  expect(
    watching
      .statements()
      .map(({ id, evidence }) => [id, evidence.map(({ change, path }) => `${change} ${path}`)]),
  ).toEqual([
    [
      'a1b2c3d4e5f6',
      ['executed-new-file /newbin', 'package-manager /sbin/apk', 'shell-of-server /bin/busybox'],
    ],
    ['0f1e2d3c4b5a', ['shell-entered /usr/bin/bash']],
  ])
})
