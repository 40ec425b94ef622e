import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { needs } from '../setup/needs.ts'
import { endLeftovers, start } from '../setup/running.ts'
import { sensorBinary } from '../setup/sensor.ts'
import { type Alert, alertsOf } from './alerts.ts'
import { ownSensor } from './own-sensor.ts'
import {
  type Address,
  ANCESTORS,
  BEGIN,
  CONDITIONS,
  type Connection,
  END,
  type Facts,
  RULES,
  startActor,
} from './rule-fields.ts'

const { path: sensor, otherwise } = sensorBinary()
const isRoot = process.getuid?.() === 0

type Fields = Alert['output_fields']

/** What alerts show of the events that fields-actor.py makes, against what it passed, what it got back, and /proc. */
describe('fields of rules', needs(sensor && isRoot, sensor ? 'not root' : otherwise), () => {
  let folder = ''
  let facts: Facts
  let shown: readonly Fields[] = []
  const raised = new Map<string, number>()

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'haetae-fields-'))
    const work = join(folder, 'work')
    mkdirSync(work)
    // Another user runs a program in it, whatever the umask.
    for (const each of [folder, work]) chmodSync(each, 0o755)
    const rules = join(folder, 'rules.yaml')
    writeFileSync(rules, RULES)
    const actor = await startActor(work)
    const ofActor = ownSensor(sensor, folder, actor.pid)
    const options = ['--sensor', ofActor, '-r', rules, '-f', 'jsonl', '--match', 'all', '--stats']
    const detect = start(['detect', '--live', ...options])
    const hasRemoved = (path: string) =>
      alertsOf(detect, 'Shown').some(({ output_fields: fields }) => fields['evt.arg.path'] === path)
    await detect.until(() => {
      actor.poke()
      return hasRemoved(BEGIN)
    })
    facts = await actor.go()
    await detect.until(() => hasRemoved(END))
    const status = await detect.stop()
    expect({ status, said: detect.stderr() }).toMatchObject({
      status: 0,
      said: expect.stringContaining('"lost":0'),
    })
    shown = alertsOf(detect, 'Shown')
      .map(({ output_fields }) => output_fields)
      .filter((fields) => fields['evt.arg.path'] !== BEGIN)
    for (const { rule } of alertsOf(detect)) raised.set(rule, (raised.get(rule) ?? 0) + 1)
  })
  afterAll(() => {
    endLeftovers()
    rmSync(folder, { recursive: true, force: true })
  })

  /** The one event of which all that holds. */
  function only(fields: Fields): Fields {
    const found = shown.filter((each) =>
      Object.entries(fields).every(([name, value]) => each[name] === value),
    )
    expect(found, JSON.stringify(fields)).toHaveLength(1)
    return found[0] as Fields
  }

  /** The start of a program that was called by arguments. */
  const started = (args: string) => only({ 'evt.type': 'execve', 'evt.res': 'SUCCESS', 'proc.args': args })

  test('of opened files', () => {
    const opened = (name: string) => {
      const path = join(facts.work, name)
      return {
        'fd.name': path,
        'fd.directory': facts.work,
        'fd.filename': name,
        'fd.num': facts.opened[name] ?? facts.opened[`inner/../${name}`],
        'fd.type': 'file',
        'fd.typechar': 'f',
        'evt.res': 'SUCCESS',
        'evt.rawres': facts.opened[name] ?? facts.opened[`inner/../${name}`],
      }
    }
    const read = { 'evt.is_open_read': true, 'evt.is_open_write': false, 'evt.is_open_exec': false }
    expect(only({ 'evt.type': 'openat', 'fd.nameraw': 'inner/../read' })).toMatchObject({
      ...opened('read'),
      ...read,
      'evt.arg.flags': 'O_RDONLY|O_CLOEXEC',
      'evt.arg.name': join(facts.work, 'read'),
    })
    expect(only({ 'evt.type': 'openat', 'fd.nameraw': 'written' })).toMatchObject({
      ...opened('written'),
      'evt.is_open_read': false,
      'evt.is_open_write': true,
      'evt.is_open_exec': false,
      'evt.arg.mode': '0644',
    })
    expect(only({ 'evt.type': 'openat', 'fd.nameraw': 'program' })).toMatchObject({
      ...opened('program'),
      'evt.is_open_read': true,
      'evt.is_open_write': true,
      'evt.is_open_exec': true,
    })
    expect(only({ 'evt.type': 'openat', 'fd.nameraw': 'absent' })).toMatchObject({
      ...read,
      'fd.name': join(facts.work, 'absent'),
      'evt.res': 'ENOENT',
      'evt.rawres': -2,
    })
  })

  test('of what is done with files', () => {
    expect(only({ 'evt.type': 'chmod', 'evt.arg.filename': 'program' })).toMatchObject({
      'evt.arg.mode': 'S_IXOTH|S_IROTH|S_IXGRP|S_IRGRP|S_IXUSR|S_IWUSR|S_IRUSR|S_ISGID',
    })
    expect(only({ 'evt.type': 'fchmod' })).toMatchObject({
      'evt.arg.fd': `<f>${join(facts.work, 'program')}`,
      'fd.num': facts.opened['program'],
    })
    expect(only({ 'evt.type': 'symlink' })).toMatchObject({
      'evt.arg.target': 'read',
      'evt.arg.linkpath': 'symbolic',
    })
    expect(only({ 'evt.type': 'link' })).toMatchObject({
      'evt.arg.oldpath': 'read',
      'evt.arg.newpath': 'hard',
    })
    expect(only({ 'evt.type': 'rename' })).toMatchObject({
      'evt.arg.oldpath': 'hard',
      'evt.arg.newpath': 'renamed',
      'evt.args': 'res=0 oldpath=hard newpath=renamed',
    })
    expect(only({ 'evt.type': 'unlink' })).toMatchObject({ 'evt.arg.path': 'renamed' })
    expect(only({ 'evt.type': 'mkdir', 'evt.arg.path': 'made' })).toMatchObject({ 'evt.res': 'SUCCESS' })
    expect(only({ 'evt.type': 'rmdir', 'evt.arg.path': END })).toMatchObject({ 'evt.res': 'ENOENT' })
  })

  const endpoints = ({ client, server }: Pick<Connection, 'client' | 'server'>) => ({
    'fd.cip': client[0],
    'fd.sip': server[0],
    'fd.sport': server[1],
    'fd.name': `${written(client)}->${written(server)}`,
    'fd.sockfamily': 'ip',
    'fd.type': 'ipv4',
    'fd.typechar': '4',
  })
  const written = ([host, port]: Address) => `${host}:${port}`
  const ofInterface = '127.0.0.1'
  /** As in Falco: the end at home is the client's where an interface has its address, or else the server's. */
  const fromHere = ({ client, server }: Connection) => {
    const [local, remote] = client[0] === ofInterface ? [client, server] : [server, client]
    return { 'fd.lport': local[1], 'fd.rip': remote[0], 'fd.rport': remote[1] }
  }

  test('of connections, on either side', () => {
    for (const each of [facts.connection, facts.reverse]) {
      const common = { ...endpoints(each), ...fromHere(each), 'fd.l4proto': 'tcp' }
      const name = common['fd.name']
      expect(only({ 'evt.type': 'connect', 'fd.name': name })).toMatchObject({
        ...common,
        'fd.num': each.fd,
        'fd.connected': true,
        'fd.name_changed': true,
      })
      expect(only({ 'evt.type': 'accept4', 'fd.name': name })).toMatchObject({
        ...common,
        'fd.num': each.accepted,
      })
      expect(only({ 'evt.type': 'sendto', 'fd.name': name })).toMatchObject({
        'evt.buffer': 'GET /Evil.class',
        'fd.name_changed': false,
      })
    }
    expect(only({ 'evt.type': 'connect', 'evt.res': 'ECONNREFUSED' })).toMatchObject({
      'fd.connected': false,
      'fd.name_changed': false,
      'fd.sip': null,
    })
    const { from: sender, to } = facts.datagram
    expect(only({ 'evt.buffer': 'a datagram' })).toMatchObject({
      'fd.l4proto': 'udp',
      'fd.rport': to[1],
      'fd.sip': to[0],
      'fd.lport': sender[1],
    })
  })

  test('of calls to the kernel', () => {
    expect(only({ 'evt.type': 'socket', 'evt.arg.domain': 'AF_PACKET' })).toMatchObject({
      'evt.res': 'SUCCESS',
    })
    expect(only({ 'evt.type': 'unshare', 'evt.arg.flags': 'CLONE_NEWUTS' })).toMatchObject({
      'evt.res': 'SUCCESS',
    })
    expect(only({ 'evt.type': 'ptrace' })).toMatchObject({
      'evt.arg.request': 'PTRACE_ATTACH',
      'evt.res': 'ESRCH',
    })
    expect(only({ 'evt.type': 'bpf' })).toMatchObject({ 'evt.arg.cmd': 'BPF_OBJ_GET', 'evt.rawres': -14 })
    expect(only({ 'evt.type': 'memfd_create' })).toMatchObject({
      'evt.arg.name': 'haetae-memory',
      'fd.name': 'haetae-memory',
    })
    const uids = shown
      .filter((each) => each['evt.type'] === 'setuid')
      .map((each) => [each['evt.arg.uid'], each['user.uid']])
    expect(uids).toEqual([
      [nameOf(33), 33],
      [nameOf(33), 33],
    ])
  })

  test('of a process and those above it', () => {
    const { self, ancestors, session } = facts
    expect(ancestors.map(({ name }) => name)).toEqual(
      Array.from({ length: ANCESTORS }, (_, index) => `haetae-above-${index + 1}`),
    )
    const [parent, grandparent] = ancestors
    const names = ancestors.map(({ name }, index) => [`proc.aname[${index + 1}]`, name])
    expect(only({ 'evt.type': 'rmdir', 'evt.arg.path': END })).toMatchObject({
      ...Object.fromEntries(names),
      'container.id': 'host',
      'proc.name': self.name,
      'proc.exe': self.exe,
      'proc.exepath': self.exepath,
      'proc.args': self.args,
      'proc.cmdline': self.cmdline,
      'proc.cwd': self.cwd,
      'proc.env': expect.stringContaining('HAETAE_FIELDS=of the actor'),
      'proc.pname': parent?.name,
      'proc.pexe': parent?.exe,
      'proc.pexepath': parent?.exepath,
      'proc.pcmdline': parent?.cmdline,
      'proc.aexe[2]': grandparent?.exe,
      'proc.aexepath[2]': grandparent?.exepath,
      'proc.sname': session,
      'proc.tty': self.tty,
      'proc.vpid': self.vpid,
      'proc.is_vpgid_leader': false,
      'user.uid': 0,
      'user.name': 'root',
      'group.gid': 0,
      'group.name': 'root',
    })
  })

  test('of programs, by how they are run', () => {
    expect(started('one two words')).toMatchObject({
      'proc.name': 'haetae-dropped',
      'proc.exe': 'haetae-dropped',
      'proc.cmdline': 'haetae-dropped one two words',
      'proc.env': 'HAETAE_FIELDS=plain',
      'proc.pname': 'haetae-actor',
      // The kernel has it as sums over all processors: it is not told, and not said to be 0.
      'proc.vmrss': null,
      'proc.is_exe_from_memfd': false,
      'proc.is_exe_upper_layer': false,
      'proc.is_vpgid_leader': false,
      'proc.exe_ino.ctime': Number(facts['dropped times'][0]),
      'proc.exe_ino.mtime': Number(facts['dropped times'][1]),
    })
    expect(started('user')).toMatchObject({
      'user.uid': 33,
      'user.name': nameOf(33),
      'group.gid': 33,
      'group.name': nameOf(33),
      'thread.cap_effective': '',
      'thread.cap_permitted': '',
    })
    expect(started('leader')).toMatchObject({ 'proc.is_vpgid_leader': true, 'proc.sname': 'haetae-dropped' })
    expect(started('capable')).toMatchObject({
      'thread.cap_effective': 'CAP_CHOWN CAP_SYS_ADMIN',
      'thread.cap_permitted': 'CAP_CHOWN CAP_SYS_ADMIN',
    })
    expect(started('memory')).toMatchObject({
      'proc.is_exe_from_memfd': true,
      'proc.exepath': '/memfd:haetae-memory',
    })
    expect(facts.terminal.tty).toBeGreaterThan(0)
    expect(started('terminal')).toMatchObject({ 'proc.tty': facts.terminal.tty })
    expect(started('nested')).toMatchObject({ 'proc.vpid': 1 })
    const ofLayer = (name: string) => only({ 'evt.type': 'execve', 'proc.name': name })
    expect(ofLayer('haetae-upper')).toMatchObject({ 'proc.is_exe_upper_layer': true })
    expect(ofLayer('haetae-lower')).toMatchObject({ 'proc.is_exe_upper_layer': false })
  })

  test('of who logged in', () => {
    expect(started('one two words')).toMatchObject({ 'user.loginuid': -1, 'user.loginname': '<NA>' })
    if (facts['has logins'])
      expect(started('login')).toMatchObject({
        'user.uid': 0,
        'user.loginuid': 33,
        'user.loginname': nameOf(33),
      })
  })

  test('of time: since a process was made, and since its file was changed', () => {
    const [before, after] = facts['plain ran'].map((seconds) => seconds * 1e9) as [number, number]
    const fields = started('one two words')
    const duration = Number(fields['proc.duration'])
    expect(duration).toBeGreaterThan(0)
    expect(duration).toBeLessThan(after - before)
    // The clock of the machine may be set meanwhile; the file was made just before.
    const changed = Number(facts['dropped times'][0]) - facts.offset * 1e9
    const sinceChange = Number(fields['proc.exe_ino.ctime_duration_proc_start'])
    expect(sinceChange).toBeGreaterThan(before - changed - 20e6)
    expect(sinceChange).toBeLessThan(after - changed + 20e6)
  })

  test('of events: numbered in their order', () => {
    const numbers = shown.map((each) => Number(each['evt.num']))
    expect(numbers).toEqual([...new Set(numbers)].sort((left, right) => left - right))
  })

  test.each(CONDITIONS)('in the condition %s', (condition, events) => {
    expect(raised.get(condition) ?? 0).toBe(events)
  })

  function nameOf(uid: number): string | undefined {
    const lines = readFileSync('/etc/passwd', 'utf8').split('\n')
    return lines.find((line) => line.split(':')[2] === String(uid))?.split(':')[0]
  }
})
