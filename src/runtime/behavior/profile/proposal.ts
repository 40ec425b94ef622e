import { CAPABILITIES } from '../../../kubernetes/index.ts'
import type { Message } from '../../../messages/index.ts'
import { DEFAULT_ARCHITECTURES, type SeccompArchitecture } from '../seccomp/architectures.ts'
import type { SeccompBase } from '../seccomp/base-calls.ts'
import { type SeccompProfile, seccompProfile } from '../seccomp/profile.ts'
import { START_CALLS } from '../seccomp/start-calls.ts'
import { type Completeness, completenessOf } from './completeness.ts'
import { inferredCapabilities } from './inferred-capabilities.ts'
import { profileMessages } from './messages.ts'
import { isBelow, parentOf, withoutLastSlash } from './paths.ts'
import type { ListeningPort, Recording } from './recording.ts'
import { type WritePaths, writePathsOf } from './write-paths.ts'

const { make } = profileMessages

/** Whether a setting can be made tighter, and why, or why not. */
export interface Verdict {
  readonly verdict: 'yes' | 'no' | 'unknown'
  readonly reasons: readonly Message[]
}

/** The tightest settings that the observed behaviour allows. */
export interface Proposal {
  readonly recordings: number
  readonly calls: readonly string[]
  /** Calls that the profile allows besides since no start was seen: those that programs need to start. */
  readonly startCalls: readonly string[]
  readonly seccomp: SeccompProfile
  /** The same in log mode: what it would refuse is done, and logged. */
  readonly seccompLog: SeccompProfile
  /** Those that were used, or, where the source does not tell, those that the calls point to. */
  readonly capabilities: readonly string[]
  readonly areCapabilitiesInferred: boolean
  readonly nonRoot: Verdict & { readonly user: number | null }
  readonly readOnlyRoot: Verdict & { readonly paths: WritePaths }
  readonly noPrivilegeEscalation: Verdict
  readonly ports: readonly ListeningPort[]
  readonly completeness: Completeness
}

export interface ProposalOptions {
  readonly base: SeccompBase
  readonly architectures?: readonly SeccompArchitecture[]
  /** Mount paths of the container's volumes. */
  readonly volumes: readonly string[]
  /** Those of them that a user other than root may write to; none where that is not known. */
  readonly writableByOthers?: readonly string[]
  /** The user that the container would run as instead of root. */
  readonly user?: number
}

/** The number that distributions without users of their own call "nonroot". */
const NON_ROOT = 65_532

/**
 * What the recordings of one workload's container, its runs and replicas, allow.
 *
 * @param recordings - at least one
 */
export function proposalOf(recordings: readonly Recording[], options: ProposalOptions): Proposal {
  const { base, architectures = DEFAULT_ARCHITECTURES, volumes } = options
  const calls = union(recordings.map((each) => Object.keys(each.calls)))
  const completeness = completenessOf(recordings)
  const { isStartSeen } = completeness
  const startCalls = isStartSeen ? [] : START_CALLS.filter((name) => !calls.includes(name))
  const syscalls = [...calls, ...startCalls]
  const provided = <V extends Verdict>(verdict: V): V => (isStartSeen ? verdict : withoutStart(verdict))
  const areCapabilitiesInferred = recordings.some(({ tellsCapabilities }) => !tellsCapabilities)
  const told = union(recordings.map((each) => Object.keys(each.capabilities)))
  const ports = portsOf(recordings)
  const used = areCapabilitiesInferred ? union([told, inferredCapabilities(calls, ports)]) : told
  const capabilities = CAPABILITIES.filter((name) => used.includes(name))
  const readOnlyRoot = readOnlyRootOf(recordings, volumes)
  const nonRoot = nonRootOf(recordings, capabilities, ports, {
    user: options.user ?? NON_ROOT,
    closed: writtenAsRoot(readOnlyRoot, volumes, options.writableByOthers ?? []),
  })
  return {
    recordings: recordings.length,
    calls,
    startCalls,
    seccomp: seccompProfile({ syscalls, base, architectures }),
    seccompLog: seccompProfile({ syscalls, base, architectures, mode: 'log' }),
    capabilities,
    areCapabilitiesInferred,
    nonRoot: isStartSeen ? nonRoot : { ...withoutStart(nonRoot), user: null },
    readOnlyRoot: provided(readOnlyRoot),
    noPrivilegeEscalation: provided(noEscalationOf(recordings)),
    ports,
    completeness,
  }
}

/** What holds for all that was seen may not hold for a start that was not: its user, its files, what it gains. */
function withoutStart<V extends Verdict>(verdict: V): V {
  if (verdict.verdict !== 'yes') return verdict
  return { ...verdict, verdict: 'unknown', reasons: [make.startUnknown({})] }
}

function union(lists: readonly (readonly string[])[]): readonly string[] {
  return [...new Set(lists.flat())].sort()
}

function portsOf(recordings: readonly Recording[]): readonly ListeningPort[] {
  const ports = new Map(
    recordings.flatMap((each) => each.ports.map((port) => [`${port.protocol}/${port.port}`, port] as const)),
  )
  return [...ports.values()].sort((a, b) => a.port - b.port)
}

function nonRootOf(
  recordings: readonly Recording[],
  capabilities: readonly string[],
  ports: readonly ListeningPort[],
  { user, closed }: { readonly user: number; readonly closed: readonly string[] },
): Proposal['nonRoot'] {
  const users = [...new Set(recordings.flatMap((each) => each.users))].sort((a, b) => a - b)
  if (users.length > 0 && !users.includes(0))
    return { verdict: 'yes', user: users[0] ?? null, reasons: [make.alreadyNonRoot({ users })] }
  const reasons: Message[] = []
  const low = ports.filter(({ port }) => port < 1024).map(({ port }) => port)
  const others = capabilities.filter((name) => name !== 'NET_BIND_SERVICE' || low.length === 0)
  if (others.length > 0) reasons.push(make.usesCapabilities({ names: others }))
  if (low.length > 0) reasons.push(make.lowPort({ ports: low }))
  if (recordings.some(({ changesUser }) => changesUser)) reasons.push(make.changesUser({}))
  const rootOnly = union(recordings.map((each) => each.rootOnly))
  if (rootOnly.length > 0) reasons.push(make.rootOnlyFiles({ paths: rootOnly }))
  if (reasons.length > 0) return { verdict: 'no', user: null, reasons }
  if (!areModesKnown(recordings)) reasons.push(make.modesUnknown({}))
  if (recordings.some(arePathsCut)) reasons.push(make.pathsCut({}))
  if (closed.length > 0) reasons.push(make.writesAsRoot({ folders: closed }))
  if (reasons.length > 0) return { verdict: 'unknown', user: null, reasons }
  return { verdict: 'yes', user, reasons: [make.noNeedOfRoot({})] }
}

/** Folders that everybody may write to in every image, and the runtime's. */
const OPEN_TO_ALL = /^\/(?:tmp|var\/tmp)$/

/**
 * Folders that it wrote to and where the patch makes no room for another user: as long as the root can be written to, no
 * emptyDir takes the place of the image's folders, which are root's; and other volumes belong to whom they belong to.
 */
function writtenAsRoot(
  { verdict, paths }: Proposal['readOnlyRoot'],
  volumes: readonly string[],
  writableByOthers: readonly string[],
): readonly string[] {
  const mounted = volumes.map(withoutLastSlash)
  // One may be mounted within another.
  const isOpen = (path: string) => {
    const around = mounted.filter((folder) => path.startsWith(`${folder}/`))
    const innermost = around.reduce((one, other) => (other.length > one.length ? other : one), '')
    return writableByOthers.includes(innermost)
  }
  const inVolumes = paths.inVolumes.filter((path) => !isOpen(path)).map(folderOf)
  const inImage = [...paths.emptyDirs, ...paths.hiding, ...paths.inRoot.map(folderOf)]
  return union([inVolumes, verdict === 'yes' ? [] : inImage.filter((folder) => !OPEN_TO_ALL.test(folder))])
}

function folderOf(path: string): string {
  return parentOf(path) || '/'
}

/** Whether more files were read or written than are kept: what is not kept may be what keeps the user, or the root, as it is. */
function arePathsCut({ cut }: Recording): boolean {
  return cut.some((list) => list !== 'modes')
}

/** What one run read, and another that read it could look at, is known of both. */
function areModesKnown(recordings: readonly Recording[]): boolean {
  const isUnknown = ({ cut }: Recording) => cut.includes('modes')
  const unknown = recordings.filter(isUnknown)
  if (unknown.length === recordings.length) return unknown.length === 0
  const looked = new Set(recordings.filter((each) => !isUnknown(each)).flatMap(({ read }) => read))
  return unknown.every(({ read }) => read.every((path) => looked.has(path)))
}

function readOnlyRootOf(
  recordings: readonly Recording[],
  volumes: readonly string[],
): Proposal['readOnlyRoot'] {
  const written = union(recordings.map((each) => each.written))
  // A file that one run reads may be one that another has written.
  const read = union(recordings.map((each) => each.read))
  // What was there when the recording began may have been made between the start and then.
  const fromStart = recordings.filter(({ startedAt }) => startedAt !== null)
  const existed = union(fromStart.map((each) => each.existed ?? []))
  const folders = union(fromStart.map((each) => each.folders ?? []))
  const paths = writePathsOf(written, read, volumes, existed, folders)
  const reasons: Message[] = []
  if (paths.hiding.length > 0) reasons.push(make.hidesFiles({ folders: paths.hiding }))
  if (paths.inRoot.length > 0) reasons.push(make.writesInRoot({ paths: paths.inRoot }))
  if (reasons.length > 0) return { verdict: 'no', reasons, paths }
  const between = betweenFolders(recordings, paths.emptyDirs)
  if (between.length > 0) reasons.push(make.movesBetween({ files: between }))
  if (recordings.some(arePathsCut)) reasons.push(make.pathsCut({}))
  return { verdict: reasons.length === 0 ? 'yes' : 'unknown', reasons, paths }
}

/** What was moved from one of the emptyDirs to another: "oldpath and newpath are not on the same mounted filesystem" (rename(2)). */
function betweenFolders(recordings: readonly Recording[], emptyDirs: readonly string[]): readonly string[] {
  const placeOf = (path: string) => emptyDirs.find((folder) => isBelow(path, folder))
  const moved = recordings.flatMap((each) => each.moved ?? [])
  const across = moved.filter(([from, to]) => placeOf(from) !== placeOf(to))
  return union([across.map(([from, to]) => `${from} → ${to}`)])
}

function noEscalationOf(recordings: readonly Recording[]): Verdict {
  const paths = union(recordings.map((each) => each.setIdPrograms))
  return paths.length === 0
    ? { verdict: 'yes', reasons: [] }
    : { verdict: 'no', reasons: [make.setIdPrograms({ paths })] }
}
