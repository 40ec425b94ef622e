import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'

/** What /proc says of a process. */
export interface Process {
  readonly name: string
  readonly exe: string
  readonly exepath: string
  readonly args: string
  readonly cmdline: string
  readonly cwd: string
  readonly pid: number
  readonly ppid: number
  readonly vpid: number
  readonly tty: number
  /** Seconds since the machine began, in hundredths. */
  readonly started: number
}

export type Address = readonly [host: string, port: number]

export interface Connection {
  readonly client: Address
  readonly server: Address
  /** Descriptors of both sides. */
  readonly fd: number
  readonly accepted: number
}

/** What fields-actor.py tells of what it did. */
export interface Facts {
  readonly self: Process
  readonly ancestors: readonly Process[]
  /** Name of the session's leader. */
  readonly session: string
  readonly work: string
  readonly opened: Readonly<Record<string, number>>
  readonly connection: Connection
  readonly reverse: Connection
  readonly datagram: { readonly from: Address; readonly to: Address }
  /** When the dropped program was changed, and modified. */
  readonly 'dropped times': readonly [string, string]
  /** Seconds from the machine's beginning to 1970. */
  readonly offset: number
  readonly plain: Process
  /** Seconds since the machine began: before it was made, and after it ended. */
  readonly 'plain ran': readonly [number, number]
  readonly 'has logins': boolean
  readonly terminal: Process
}

/** The actor's parent, that one's parent, … */
export const ANCESTORS = 7

/** fields-actor.py, which waits. */
export interface Actor {
  readonly pid: number
  /** Makes it remove BEGIN, which is not there. */
  poke(): void
  /** Lets it act, and waits for its end. */
  go(): Promise<Facts>
}

/**
 * Starts fields-actor.py below ancestors of their own names.
 *
 * @param folder - empty; where it works
 */
export async function startActor(folder: string): Promise<Actor> {
  const link = (name: string, program: string) => {
    symlinkSync(program, join(folder, name))
    return join(folder, name)
  }
  const actor = [link('haetae-actor', '/usr/bin/python3'), join(import.meta.dirname, 'fields-actor.py')]
  // Each ends by its own words, so that it does not become what it runs.
  const above = Array.from({ length: ANCESTORS }, (_, index) => [
    link(`haetae-above-${ANCESTORS - index}`, '/bin/sh'),
    '-c',
    '"$0" "$@"; exit $?',
  ])
  const [program = '', ...args] = [...above.flat(), ...actor, folder, String(ANCESTORS)]
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    // In a session of its own: that of whoever runs the tests may be led by nobody whom /proc shows.
    detached: true,
    env: { ...process.env, HAETAE_FIELDS: 'of the actor' },
  })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const ended = once(child, 'close')
  await once(child.stdout, 'data')
  return {
    pid: Number.parseInt(said, 10),
    poke: () => child.stdin.write('poke\n'),
    async go() {
      child.stdin.end('go\n')
      const [status] = await ended
      if (status !== 0) throw new Error(`the actor ended with ${status}: ${said}`)
      return JSON.parse(said.slice(said.indexOf('{'))) as Facts
    },
  }
}

/** What the actor removes before it acts, and last of all. */
export const BEGIN = '/haetae-fields-begin'
export const END = '/haetae-fields-end'

const OF_ACTOR = '(proc.name = haetae-actor or proc.aname = haetae-actor)'

const TYPES = [
  ...['open', 'openat', 'chmod', 'fchmod', 'symlink', 'link', 'rename', 'unlink', 'mkdir', 'rmdir'],
  ...[
    'socket',
    'connect',
    'accept',
    'accept4',
    'sendto',
    'unshare',
    'ptrace',
    'bpf',
    'setuid',
    'execve',
    'memfd_create',
  ],
]

/** Fields that an alert can show. */
const SHOWN = `
  container.id
  evt.arg.cmd evt.arg.domain evt.arg.fd evt.arg.filename evt.arg.flags evt.arg.linkpath evt.arg.mode evt.arg.name
  evt.arg.newpath evt.arg.oldpath evt.arg.path evt.arg.request evt.arg.target evt.arg.uid evt.args evt.buffer
  evt.is_open_exec evt.is_open_read evt.is_open_write evt.num evt.rawres evt.res evt.type
  fd.cip fd.connected fd.directory fd.filename fd.l4proto fd.lport fd.name fd.name_changed fd.nameraw fd.num fd.rip
  fd.rport fd.sip fd.sockfamily fd.sport fd.type fd.typechar
  group.gid group.name
  proc.aexe[2] proc.aexepath[2] proc.aname[1] proc.aname[2] proc.aname[3] proc.aname[4] proc.aname[5] proc.aname[6]
  proc.aname[7] proc.args proc.cmdline proc.cwd proc.duration proc.env proc.exe proc.exe_ino.ctime
  proc.exe_ino.ctime_duration_proc_start proc.exe_ino.mtime proc.exepath proc.is_exe_from_memfd
  proc.is_exe_upper_layer proc.is_vpgid_leader proc.name proc.pcmdline proc.pexe proc.pexepath proc.pname proc.sname
  proc.tty proc.vmrss proc.vpid thread.cap_effective thread.cap_permitted user.loginname user.loginuid user.name user.uid
`

/** Conditions that hold of as many of the actor's events: of fields that alerts cannot show, and of names of addresses. */
export const CONDITIONS: readonly (readonly [condition: string, events: number])[] = [
  // Of 127.0.0.2 to 127.0.0.1, and of the way back. Of one that is refused Falco tells no ends.
  ['evt.type = connect and fd.net = "127.0.0.0/8"', 2],
  ['evt.type = connect and fd.net = "127.0.0.3/32"', 0],
  ['evt.type = connect and fd.cnet = "127.0.0.2/32"', 1],
  ['evt.type = connect and fd.snet = "127.0.0.2/32"', 1],
  // The end at home is the client's where an interface has its address (127.0.0.1), the server's otherwise.
  ['evt.type = connect and fd.rnet = "127.0.0.2/32"', 2],
  ['evt.type = connect and fd.rnet = "127.0.0.1/32"', 0],
  ['evt.type = connect and fd.ip = "127.0.0.2"', 2],
  ['evt.type = connect and fd.ip = "127.0.0.3"', 0],
  ['evt.type = sendto and fd.port = 9', 1],
  ['evt.type = connect and fd.cip.name = localhost', 1],
  ['evt.type = connect and fd.lip.name = localhost', 2],
  ['evt.type = connect and fd.sip.name = localhost', 1],
  ['evt.type = connect and fd.rip.name = localhost', 0],
  ['evt.type in (accept, accept4) and fd.lip.name = localhost', 2],
  ['evt.type = openat and fd.name endswith /merged/haetae-upper and fd.is_upper_layer = true', 1],
  ['evt.type = openat and fd.name endswith /merged/haetae-lower and fd.is_lower_layer = true', 1],
  ['evt.type = creat and fd.name endswith /merged/haetae-created and fd.is_upper_layer = true', 1],
  ['evt.type = openat and fd.is_upper_layer = true and fd.is_lower_layer = true', 0],
  ['evt.type = rmdir and evt.arg.path = /haetae-fields-end and proc.aname = haetae-above-7', 1],
  ['evt.type = rmdir and evt.arg.path = /haetae-fields-end and proc.aname = haetae-above-8', 0],
]

/** `Shown` for each of the actor's events, with every field; and a rule for each condition, by its name. */
export const RULES = [
  rule('Shown', `evt.type in (${TYPES.join(', ')})`, SHOWN.trim().split(/\s+/)),
  ...CONDITIONS.map(([condition]) => rule(condition, condition, ['evt.type'])),
].join('')

function rule(name: string, condition: string, fields: readonly string[]): string {
  const of = {
    name,
    condition: `${condition} and ${OF_ACTOR}`,
    output: fields.map((field) => `%${field}`).join(' '),
  }
  const [quotedName, quotedCondition, output] = [of.name, of.condition, of.output].map((text) =>
    JSON.stringify(text),
  )
  return `
- rule: ${quotedName}
  desc: of fields-actor.py
  condition: ${quotedCondition}
  output: ${output}
  priority: INFO
`
}
