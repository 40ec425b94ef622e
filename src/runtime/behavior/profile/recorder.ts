import { CAPABILITIES } from '../../../kubernetes/index.ts'
import { ByContainer } from '../observation/by-container.ts'
import { type ContainerIdentity, isEndOfContainer } from '../observation/container-identity.ts'
import type { EventView } from '../observation/event-view.ts'
import { FILE_EVENTS, movedFile, type TouchedFiles, touchedFiles } from '../observation/file-calls.ts'
import { calledName } from '../seccomp/call-names.ts'
import { parentOf, withoutLastSlash } from './paths.ts'
import { type ListeningPort, RECORDING_FORMAT, type Recording, SLICE, type Use } from './recording.ts'

const MOST_CONTAINERS = 2000
const MOST_PATHS = 5000
/** Calls that have events of their own in every source, but that Haetae's sensor tells of as of all others. */
const EVERYWHERE: ReadonlySet<string> = new Set(['execve', 'openat', 'close', 'mmap', 'read', 'write', 'brk'])

interface Uses {
  readonly uses: Map<string, { first: number; last: number; slices: number; slice: number }>
}

interface Recorded {
  identity: ContainerIdentity
  readonly begin: number
  end: number
  /** Whether its first process was seen to end. */
  hasEnded: boolean
  startedAt: number | null
  /** The user of its first program, where that was seen to start. */
  startsAs: number | null
  tellsAllCalls: boolean
  /** Calls by events that tell of a call alone, and by those that have a type of their own. */
  readonly generic: Uses
  readonly typed: Uses
  readonly capabilities: Uses
  readonly users: Set<number>
  readonly written: Set<string>
  readonly read: Set<string>
  readonly existed: Set<string>
  /** As far as it is told which files a call makes. */
  readonly notMade: Set<string>
  /** Folders that were there when they were to be made: where they are not, they are made. */
  readonly madeAnyway: Set<string>
  readonly moved: Map<string, readonly [string, string]>
  readonly ports: Map<string, ListeningPort>
  readonly setIdPrograms: Set<string>
  changesUser: boolean
  hasCompatCalls: boolean
  readonly cut: Set<string>
}

/** Records what containers do, event by event. */
export class Recorder {
  private readonly containers = new ByContainer(MOST_CONTAINERS, begun)
  private tellsCapabilities = false
  /** When the last event was, of whatever process: a container that is quiet is watched until then. */
  private latest = 0

  /** Events of containers beyond the bound, which are not recorded. */
  get unrecorded(): number {
    return this.containers.beyond
  }

  take(view: EventView): void {
    if (view.time > this.latest) this.latest = view.time
    if (view.type === 'notification' && view.text('evt.arg.id') === 'capability')
      this.tellsCapabilities = true
    const recorded = this.containers.of(view)
    if (recorded === undefined) return
    recorded.end = Math.max(recorded.end, view.time)
    const at = view.time - recorded.begin
    if (isEndOfContainer(view)) recorded.hasEnded = true
    if (view.type === 'notification') takeNotification(recorded, view, at)
    else takeCall(recorded, view, at)
  }

  /**
   * @param lost - events that were lost
   * @param isOfSensor - whether all events are Haetae's sensor's; otherwise it is told by the calls, which a quiet container
   *   may have none of
   */
  recordings(lost: number, isOfSensor = false): readonly Recording[] {
    return this.containers
      .all()
      .map((one) => ({ ...one, tellsAllCalls: isOfSensor || one.tellsAllCalls }))
      .map((recorded) => ({
        format: RECORDING_FORMAT,
        container: recorded.identity,
        begin: recorded.begin,
        end: recorded.hasEnded ? recorded.end : Math.max(recorded.end, this.latest),
        startedAt: recorded.startedAt,
        tellsAllCalls: recorded.tellsAllCalls,
        tellsCapabilities: this.tellsCapabilities,
        lost,
        calls: plain(recorded.tellsAllCalls ? [recorded.generic] : [recorded.typed, recorded.generic]),
        capabilities: plain([recorded.capabilities]),
        users: [...recorded.users].sort((a, b) => a - b),
        written: [...recorded.written].sort(),
        read: [...recorded.read].sort(),
        // Haetae's sensor tells of all calls, and which files they make.
        existed: [
          ...new Set([...recorded.existed, ...(recorded.tellsAllCalls ? recorded.notMade : [])]),
        ].sort(),
        // A call that was lost may have made one.
        folders: recorded.tellsAllCalls && lost === 0 ? foldersThere(recorded) : [],
        moved: [...recorded.moved.values()],
        ports: [...recorded.ports.values()].sort((a, b) => a.port - b.port),
        setIdPrograms: [...recorded.setIdPrograms].sort(),
        changesUser: recorded.changesUser,
        rootOnly: [],
        hasCompatCalls: recorded.hasCompatCalls,
        cut: [...recorded.cut],
      }))
  }
}

/** Of a container whose first event is at this time. */
function begun(identity: ContainerIdentity, { time }: EventView): Recorded {
  const begin = Number.isNaN(time) ? 0 : time
  return {
    identity,
    begin,
    end: begin,
    hasEnded: false,
    startedAt: null,
    startsAs: null,
    tellsAllCalls: false,
    generic: { uses: new Map() },
    typed: { uses: new Map() },
    capabilities: { uses: new Map() },
    users: new Set(),
    written: new Set(),
    read: new Set(),
    existed: new Set(),
    notMade: new Set(),
    madeAnyway: new Set(),
    moved: new Map(),
    ports: new Map(),
    setIdPrograms: new Set(),
    changesUser: false,
    hasCompatCalls: false,
    cut: new Set(),
  }
}

function takeNotification(recorded: Recorded, view: EventView, at: number): void {
  const kind = view.text('evt.arg.id')
  const number = Number(view.text('evt.arg.desc'))
  if (kind === 'capability') note(recorded.capabilities, CAPABILITIES[number] ?? String(number), at)
  else if (kind === 'compat') recorded.hasCompatCalls = true
}

function takeCall(recorded: Recorded, view: EventView, at: number): void {
  const name = calledName(view.type)
  if (name !== undefined) {
    note(view.isGeneric ? recorded.generic : recorded.typed, name, at)
    if (view.isGeneric && EVERYWHERE.has(name)) recorded.tellsAllCalls = true
  }
  if (view.isGeneric) return
  if (view.flag('evt.failed')) takeRefused(recorded, view)
  else if (view.type === 'execve') takeProgram(recorded, view)
  else if (view.type === 'bind') takePort(recorded, view)
  else if (CHANGES_USER.has(view.type)) takeUser(recorded, view)
  else {
    takeFiles(recorded, touchedFiles(view))
    takeMove(recorded, movedFile(view))
  }
}

/** "pathname already exists" (mkdir(2)). */
function takeRefused({ madeAnyway }: Recorded, view: EventView): void {
  if (view.type !== 'mkdir' && view.type !== 'mkdirat') return
  if (view.text('evt.res') === 'EEXIST' && madeAnyway.size < MOST_PATHS)
    madeAnyway.add(withoutLastSlash(view.text('evt.arg.path')))
}

/**
 * The folders of what was written that were there: neither made, nor in one that was. Of those that would be made anyway it is
 * the folder that they are in which has to be there.
 */
function foldersThere({ written, existed, madeAnyway }: Recorded): readonly string[] {
  const isMade = (path: string): boolean =>
    path !== '' && ((written.has(path) && !existed.has(path)) || isMade(parentOf(path)))
  const needed = (folder: string): string => (madeAnyway.has(folder) ? needed(parentOf(folder)) : folder)
  const folders = new Set([...written].map((path) => needed(parentOf(path))))
  return [...folders].filter((folder) => folder !== '' && !isMade(folder)).sort()
}

const CHANGES_USER: ReadonlySet<string> = new Set([
  ...['setuid', 'setgid', 'setreuid', 'setregid', 'setresuid', 'setresgid'],
])

/** Types of events that a recording needs besides what the sensor tells of each control group. */
export const RECORDED_EVENTS: ReadonlySet<string> = new Set([
  ...['execve', 'execveat', 'bind', 'listen'],
  ...FILE_EVENTS,
  ...CHANGES_USER,
])

function takeProgram(recorded: Recorded, view: EventView): void {
  const uid = Number(view.text('user.uid') || Number.NaN)
  const path = view.text('proc.exepath')
  if (gainsPrivileges(recorded, path, uid)) recorded.setIdPrograms.add(path)
  if (!Number.isNaN(uid) && recorded.users.size < MOST_PATHS) recorded.users.add(uid)
  if (view.text('proc.vpid') === '1' && recorded.startedAt === null) {
    recorded.startedAt = view.time
    recorded.startsAs = Number.isNaN(uid) ? null : uid
  }
  // The kernel reads it, without a call that opens it.
  if (!recorded.written.has(path) && !path.startsWith('/memfd:')) addPath(recorded, 'read', path)
}

/** Programs that are set-id by their nature. */
const SET_ID = /\/(?:su|sudo|doas|newgrp|passwd|chsh|chfn|gpasswd|pkexec|ping|mount|umount|fusermount3?)$/

/**
 * Whether a program takes another user's rights, or capabilities, from its file. The user that is told is the one that it
 * runs as then, mostly root. What root begins gains nothing by that: but where the container starts as another user, none of
 * its processes is root by other means. The programs that such a one begins are root as well, and gain nothing more.
 */
function gainsPrivileges({ users, startsAs, setIdPrograms }: Recorded, path: string, uid: number): boolean {
  if (SET_ID.test(path)) return uid !== 0 || [...users].some((user) => user !== 0)
  return uid === 0 && startsAs !== null && startsAs !== 0 && setIdPrograms.size === 0
}

function takeFiles(recorded: Recorded, touched: TouchedFiles | undefined): void {
  if (touched === undefined) return
  const { isRead, existed, needed, paths } = touched
  for (const path of paths) {
    const isNew = !recorded.written.has(path)
    if (isRead && isNew) addPath(recorded, 'read', path)
    if (isRead) continue
    // What is read before it is replaced, by a new file of its name for one, was there as well.
    const wasThere = needed.includes(path) || recorded.read.has(path)
    if (wasThere && isNew) addPath(recorded, 'existed', path)
    if (existed === 'unless-told' && isNew) addPath(recorded, 'notMade', path)
    addPath(recorded, 'written', path)
  }
}

function takeMove({ moved, cut }: Recorded, paths: readonly [string, string] | undefined): void {
  if (paths === undefined) return
  const [from, to] = paths
  if (parentOf(from) === parentOf(to) || !from.startsWith('/') || !to.startsWith('/')) return
  if (moved.size < MOST_PATHS) moved.set(`${from}\0${to}`, paths)
  else cut.add('moved')
}

function addPath(recorded: Recorded, list: 'written' | 'read' | 'existed' | 'notMade', path: string): void {
  if (!path.startsWith('/')) return
  if (recorded[list].size < MOST_PATHS) recorded[list].add(path)
  else if (!recorded[list].has(path)) recorded.cut.add(list)
}

/** `0.0.0.0:8080`, `:::8080`: the port stands behind the last colon. */
function takePort(recorded: Recorded, view: EventView): void {
  const address = view.text('evt.arg.addr')
  // "Binding a name to a socket" of the file system makes a file (unix(7)).
  addPath(recorded, 'written', address)
  const port = Number(address.slice(address.lastIndexOf(':') + 1))
  if (address.startsWith('/') || !Number.isInteger(port) || port < 1 || port > 65_535) return
  const protocol = view.text('fd.l4proto') === 'udp' || view.text('fd.lproto') === 'udp' ? 'UDP' : 'TCP'
  recorded.ports.set(`${protocol}/${port}`, { protocol, port })
}

/** Root that becomes root changes nothing. */
function takeUser(recorded: Recorded, view: EventView): void {
  const ids = ['uid', 'gid', 'ruid', 'euid', 'suid', 'rgid', 'egid', 'sgid'].map((name) =>
    view.text(`evt.arg.${name}`),
  )
  if (ids.some((id) => id !== '' && id !== '0' && id !== 'root' && id !== '-1' && id !== '<NONE>'))
    recorded.changesUser = true
}

function note({ uses }: Uses, name: string, at: number): void {
  const time = Number.isNaN(at) ? 0 : at
  const slice = Math.floor(time / SLICE)
  const known = uses.get(name)
  if (known === undefined) uses.set(name, { first: time, last: time, slices: 1, slice })
  else {
    known.last = Math.max(known.last, time)
    if (known.slice !== slice) known.slices++
    known.slice = slice
  }
}

function plain(all: readonly Uses[]): Record<string, Use> {
  const found: Record<string, Use> = {}
  for (const { uses } of all)
    for (const [name, { first, last, slices }] of [...uses].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const known = found[name]
      found[name] =
        known === undefined
          ? { first, last, slices }
          : {
              first: Math.min(first, known.first),
              last: Math.max(last, known.last),
              slices: Math.max(slices, known.slices),
            }
    }
  return found
}
