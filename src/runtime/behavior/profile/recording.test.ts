import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { callAt, viewAt } from '../observation/view.fixture.ts'
import { capability, record, SERVER, START } from './profile.fixture.ts'
import { Recorder } from './recorder.ts'
import { readRecording } from './recording.ts'

describe('a recording', () => {
  test('has what the container did, and survives its file', () => {
    const recording = record([
      ...SERVER,
      capability('010'),
      viewAt(3, 'openat', { 'fd.name': '/tmp/x', 'evt.is_open_write': 'true' }),
      viewAt(3, 'openat', { 'fd.name': '/tmp/x' }),
      viewAt(3, 'openat', { 'fd.name': '/etc/passwd' }),
      viewAt(3, 'openat', { 'fd.name': '/missing', 'evt.failed': 'true' }),
    ])
    expect(recording).toMatchObject({
      startedAt: recording.begin,
      tellsAllCalls: true,
      tellsCapabilities: true,
      users: [0],
      written: ['/tmp/x'],
      read: ['/bin/httpd', '/etc/passwd'],
      existed: [],
      ports: [{ protocol: 'TCP', port: 8080 }],
    })
    expect(recording.end - recording.begin).toBe(140_000)
    expect(Object.keys(recording.capabilities)).toEqual(['NET_BIND_SERVICE'])
    expect(readRecording(JSON.parse(JSON.stringify(recording)))).toEqual(recording)
  })

  test('has the sockets, pipes and links that it makes, modes that it changes, and not what links point at', () => {
    const { written } = record([
      START,
      viewAt(1, 'bind', { 'evt.arg.addr': '/srv/app.sock' }),
      viewAt(1, 'bind', { 'evt.arg.addr': '@abstract' }),
      viewAt(1, 'symlink', { 'fs.path.source': '/www/link', 'fs.path.target': '/usr/share/page' }),
      viewAt(1, 'mknodat', { 'evt.arg.path': '/srv/fifo' }),
      viewAt(1, 'rename', { 'fs.path.source': '/data/a', 'fs.path.target': '/data/b' }),
      // As strace names what the sensor tells as fchmodat.
      viewAt(1, 'fchmodat2', { 'fs.path.name': '/srv/mode' }),
    ])
    expect(written).toEqual(['/data/a', '/data/b', '/srv/app.sock', '/srv/fifo', '/srv/mode', '/www/link'])
  })

  test('tells files that were there before from those that it makes', () => {
    const writing = (path: string, flags: string) =>
      viewAt(1, 'openat', { 'fd.name': path, 'evt.is_open_write': 'true', 'evt.arg.flags': flags })
    const views = [
      START,
      writing('/app/state', 'O_RDWR'),
      writing('/app/log', 'O_CREAT|O_WRONLY'),
      writing('/app/log', 'O_WRONLY'),
      writing('/app/untold', ''),
      writing('/app/made', 'O_CREAT|O_WRONLY|O_F_CREATED'),
    ]
    expect(record(views).existed).toEqual(['/app/state'])
    // Where all calls are told of, it is by the sensor, which tells what they make.
    expect(record([...views, callAt(2, 'read')]).existed).toEqual(['/app/log', '/app/state'])
  })

  test('tells that what is changed, moved or linked, and what is read before it is replaced, was there before', () => {
    const name = (path: string) => ({ 'fs.path.name': path })
    const moving = (from: string, to: string) => ({ 'fs.path.source': from, 'fs.path.target': to })
    const writing = { 'evt.is_open_write': 'true', 'evt.arg.flags': 'O_CREAT|O_WRONLY|O_F_CREATED' }
    const { existed } = record([
      START,
      viewAt(1, 'chmod', name('/a/mode')),
      viewAt(1, 'fchownat', name('/a/owner')),
      viewAt(1, 'rename', moving('/a/old', '/a/moved')),
      // Of a link, the source is the new name.
      viewAt(1, 'linkat', moving('/a/link', '/a/linked')),
      viewAt(2, 'openat', { 'fd.name': '/a/config' }),
      viewAt(2, 'openat', { 'fd.name': '/a/config.new', ...writing }),
      viewAt(3, 'fchmod', name('/a/config.new')),
      viewAt(3, 'renameat2', moving('/a/config.new', '/a/config')),
      viewAt(4, 'mkdir', name('/a/folder')),
      viewAt(4, 'chown', name('/a/folder')),
      viewAt(5, 'unlink', name('/a/gone')),
    ])
    expect(existed).toEqual(['/a/config', '/a/linked', '/a/mode', '/a/old', '/a/owner'])
  })

  test('tells of folders that were there when it wrote to them', () => {
    const name = (path: string) => ({ 'fs.path.name': path })
    const writing = (path: string) =>
      viewAt(2, 'openat', {
        'fd.name': path,
        'evt.is_open_write': 'true',
        'evt.arg.flags': 'O_CREAT|O_F_CREATED',
      })
    const isThere = (path: string) => ({ 'evt.failed': 'true', 'evt.res': 'EEXIST', 'evt.arg.path': path })
    const views = [
      START,
      callAt(0, 'read'),
      viewAt(1, 'mkdir', name('/var/cache/nginx/client_temp')),
      writing('/var/cache/nginx/client_temp/1/2'),
      viewAt(1, 'chown', name('/run/mysqld')),
      writing('/run/mysqld/sock'),
      // It makes it where it is not there.
      viewAt(1, 'mkdirat', isThere('/tmp/perf/')),
      writing('/tmp/perf/1'),
      viewAt(1, 'mkdir', { 'evt.failed': 'true', 'evt.res': 'EACCES', 'evt.arg.path': '/srv/x' }),
      writing('/srv/x/1'),
    ]
    const there = ['/run', '/run/mysqld', '/srv/x', '/tmp', '/var/cache/nginx']
    expect(record(views).folders).toEqual(there)
    expect(record(views, 1).folders).toEqual([])
    expect(record(views.filter(({ isGeneric }) => !isGeneric)).folders).toEqual([])
  })

  test.each([
    // The user is the one that the program runs as: root, where its file is root's and set-id.
    ['su of another user', '1000', '/usr/bin/su', '0', ['/usr/bin/su']],
    ['ping with capabilities of its file', '1000', '/bin/ping', '1000', ['/bin/ping']],
    ['a program of another name', '1000', '/usr/bin/gain', '0', ['/usr/bin/gain']],
    ['su of root', '0', '/usr/bin/su', '0', []],
    ['any other program of root', '0', '/usr/bin/gain', '0', []],
    ['any other program', '1000', '/usr/bin/id', '1000', []],
  ])('tells of set-id programs: %s', (_, user, path, as, expected) => {
    const { setIdPrograms } = record([
      viewAt(0, 'execve', { 'proc.exepath': '/bin/server', 'user.uid': user }),
      viewAt(1, 'execve', { 'proc.exepath': path, 'user.uid': as, 'proc.vpid': '7' }),
      viewAt(2, 'execve', { 'proc.exepath': '/bin/cat', 'user.uid': as, 'proc.vpid': '8' }),
    ])
    expect(setIdPrograms).toEqual(expected)
  })

  test('of the sensor tells all calls, also those of a container that makes few', () => {
    const recorder = new Recorder()
    recorder.take(callAt(1, 'clock_nanosleep'))
    const tells = (isOfSensor: boolean) =>
      recorder.recordings(0, isOfSensor).map(({ tellsAllCalls }) => tellsAllCalls)
    expect(tells(false)).toEqual([false])
    expect(tells(true)).toEqual([true])
  })

  test('has neither the runtime’s calls nor the host’s', () => {
    const recording = record([
      callAt(0, 'mount', { 'proc.name': 'runc:[2:INIT]' }),
      callAt(0, 'reboot', { 'container.id': 'host' }),
      callAt(1, 'read'),
    ])
    expect(Object.keys(recording.calls)).toEqual(['read'])
  })

  test.each([
    ['moved', [5]],
    ['moved', [['/a']]],
    ['existed', '/a'],
    ['folders', [null]],
    ['written', [7]],
    ['read', {}],
    ['users', ['0']],
    ['ports', [8080]],
    ['startedAt', undefined],
    ['container', {}],
    ['calls', { read: null }],
    ['capabilities', null],
  ])('is none with %s that is %j', (name, value) => {
    expect(readRecording({ ...record(SERVER), [name]: value })).toBeUndefined()
  })

  test('of an older version is one, without what that does not tell', () => {
    const { existed, folders, moved, ...older } = record(SERVER)
    expect(readRecording(older)).toBe(older)
  })

  test('takes what is no recording for none', () => {
    fc.assert(fc.property(fc.anything(), (value) => readRecording(value) === undefined))
  })
})
