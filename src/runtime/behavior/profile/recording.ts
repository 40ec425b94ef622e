import type { ContainerIdentity } from '../observation/container-identity.ts'

/** The first line of a file that holds recordings. */
export const RECORDING_FORMAT = 'haetae-recording/1'

/** Milliseconds of a slice of time: 2^32 nanoseconds, as the sensor has it. */
export const SLICE = 2 ** 32 / 1e6

/** When something was made use of; milliseconds since the recording's begin. */
export interface Use {
  readonly first: number
  readonly last: number
  /** Slices of time in which it was. */
  readonly slices: number
}

export interface ListeningPort {
  readonly protocol: 'TCP' | 'UDP'
  readonly port: number
}

/** What one container was seen to do. */
export interface Recording {
  readonly format: typeof RECORDING_FORMAT
  readonly container: ContainerIdentity
  /** Milliseconds since 1970. */
  readonly begin: number
  readonly end: number
  /** When its first program was seen to start; null where it ran already. */
  readonly startedAt: number | null
  /** Whether every system call was told of, not only those that the source has events for. */
  readonly tellsAllCalls: boolean
  /** Whether the kernel told which capabilities were used. */
  readonly tellsCapabilities: boolean
  /** Events that were lost, of whatever container. */
  readonly lost: number
  readonly calls: Readonly<Record<string, Use>>
  readonly capabilities: Readonly<Record<string, Use>>
  /** Users that programs were started as. */
  readonly users: readonly number[]
  /** Files that were written, made, renamed or removed; folders that were made. */
  readonly written: readonly string[]
  /** Files that were opened for reading or executed, and were not written before. */
  readonly read: readonly string[]
  /** Files that were there already when they were first written, changed or moved. Recordings of older versions do not tell. */
  readonly existed?: readonly string[]
  /**
   * Folders that were written to and not made, as far as all calls were told of: those were there. Recordings of older versions
   * do not tell.
   */
  readonly folders?: readonly string[]
  /** Files that were moved or linked from one folder to another. Recordings of older versions do not tell. */
  readonly moved?: readonly (readonly [string, string])[]
  readonly ports: readonly ListeningPort[]
  /** Set-id programs that were executed: they need what `no_new_privs` takes away. */
  readonly setIdPrograms: readonly string[]
  /** Whether a process changed its own user or group. */
  readonly changesUser: boolean
  /** Files that only root can read or write, as their modes say; of what was read and written. */
  readonly rootOnly: readonly string[]
  /** 32-bit calls, whose names are not told. */
  readonly hasCompatCalls: boolean
  /** Lists that are cut. */
  readonly cut: readonly string[]
}

/** @returns undefined for what is no recording */
export function readRecording(value: unknown): Recording | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const found = value as Record<string, unknown>
  if (found['format'] !== RECORDING_FORMAT) return undefined
  const lists = ['users', 'written', 'read', 'ports', 'setIdPrograms', 'rootOnly', 'cut']
  const numbers = ['begin', 'end', 'lost']
  const maps = ['calls', 'capabilities', 'container']
  const isWhole =
    lists.every((name) => Array.isArray(found[name])) &&
    ['existed', 'folders', 'moved'].every(
      (name) => found[name] === undefined || Array.isArray(found[name]),
    ) &&
    numbers.every((name) => typeof found[name] === 'number') &&
    maps.every((name) => typeof found[name] === 'object' && found[name] !== null) &&
    [found['calls'], found['capabilities']].every((uses) => Object.values(uses as object).every(isUse))
  return isWhole ? (value as Recording) : undefined
}

function isUse(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { first, last, slices } = value as Record<string, unknown>
  return [first, last, slices].every((each) => typeof each === 'number')
}
