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
  const found = fieldsOf(value)
  if (found?.['format'] !== RECORDING_FORMAT) return undefined
  const container = fieldsOf(found['container'])
  const isWhole =
    Object.entries(LISTS).every(([name, isItem]) => isListOf(found[name], isItem)) &&
    Object.entries(LATER_LISTS).every(([name, isItem]) => isListOf(found[name] ?? [], isItem)) &&
    ['begin', 'end', 'lost'].every((name) => isNumber(found[name])) &&
    (found['startedAt'] === null || isNumber(found['startedAt'])) &&
    ['id', 'name', 'image', 'pod', 'namespace'].every((name) => isText(container?.[name])) &&
    [found['calls'], found['capabilities']].every((uses) => Object.values(fieldsOf(uses) ?? [0]).every(isUse))
  return isWhole ? (value as Recording) : undefined
}

type IsItem = (value: unknown) => boolean

const isText: IsItem = (value) => typeof value === 'string'
const isNumber: IsItem = (value) => typeof value === 'number'
const isPort: IsItem = (value) => isText(fieldsOf(value)?.['protocol']) && isNumber(fieldsOf(value)?.['port'])
const isMove: IsItem = (value) => isListOf(value, isText) && (value as readonly unknown[]).length === 2

const LISTS: Readonly<Record<string, IsItem>> = {
  users: isNumber,
  written: isText,
  read: isText,
  ports: isPort,
  setIdPrograms: isText,
  rootOnly: isText,
  cut: isText,
}
/** Those that older versions do not have. */
const LATER_LISTS: Readonly<Record<string, IsItem>> = { existed: isText, folders: isText, moved: isMove }

function isListOf(value: unknown, isItem: IsItem): boolean {
  return Array.isArray(value) && value.every(isItem)
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
}

function isUse(value: unknown): boolean {
  const use = fieldsOf(value)
  return [use?.['first'], use?.['last'], use?.['slices']].every(isNumber)
}
