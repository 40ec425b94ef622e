import { conditionsOf, type FilterNode, fieldsRead, type Rule } from '../../rules/index.ts'
import { foldConstants } from '../candidates/fold-constants.ts'
import { namedPaths, type PathPattern, possiblePaths } from './path-patterns.ts'

/** What rules are about of the paths that begin, or end, so: a bit for each way to open a file. */
export interface SieveEntry {
  modes: number
  /** It is a folder above what other entries are about. */
  leads: boolean
}

/** Which opened files the sensor has to tell: those whose path begins or ends like an entry whose modes have the one's own. */
export interface FileSieve {
  /** Ways to open a file of which all are told. */
  readonly told: number
  readonly starts: ReadonlyMap<string, SieveEntry>
  readonly ends: ReadonlyMap<string, SieveEntry>
}

/** `O_RDONLY`, `O_WRONLY`, `O_RDWR` and none of them, in the order of their numbers: what rules see of it. */
const MODES = [
  { reads: 'true', writes: 'false' },
  { reads: 'false', writes: 'true' },
  { reads: 'true', writes: 'true' },
  { reads: 'false', writes: 'false' },
].map(({ reads, writes }) => ({ 'evt.is_open_read': [reads], 'evt.is_open_write': [writes] }))
const ALL_MODES = 15

/** Calls whose events are sieved. */
const OPENS = { 'evt.type': ['open', 'openat', 'openat2'], 'evt.dir': ['<'] }

/** Fields that count or list what a process has opened: for them all must be told. */
const OF_ALL_DESCRIPTORS = ['proc.fdopencount', 'proc.fdusage', 'fd.types']

const LONGEST_START = 255
const LONGEST_END = 16
/** A longer one would not reach the sensor. */
const LONGEST_TEXT = 60_000

/**
 * Which opened files rules could be about: a superset, taken from their conditions.
 *
 * @returns undefined where all opened files have to be told
 */
export function fileSieve(rules: readonly Rule[]): FileSieve | undefined {
  if (rules.some(looksAtAllDescriptors)) return undefined
  return sieveOf(rules.flatMap(conditionsOf))
}

/** @param conditions - macros and lists resolved */
export function sieveOf(conditions: readonly FilterNode[]): FileSieve {
  const starts = new Map<string, SieveEntry>()
  const ends = new Map<string, SieveEntry>()
  let told = 0
  for (const condition of conditions) {
    const isAboutOpening = foldConstants(condition, new Map(Object.entries(OPENS))) !== false
    // What an event says of an open file that was not told is its path with links resolved: others are told.
    if (!isAboutOpening) for (const pattern of namedPaths(condition)) add(pattern, ALL_MODES)
    else
      for (const [mode, facts] of MODES.entries()) {
        const left = foldConstants(condition, new Map(Object.entries({ ...OPENS, ...facts })))
        const paths = left === false ? [] : left === true ? 'any' : possiblePaths(left)
        if (paths === 'any') told |= 1 << mode
        else for (const pattern of paths) add(pattern, 1 << mode)
      }
  }
  addFolders(starts)
  inherit(starts, (text, length) => text.slice(0, length))
  inherit(ends, (text, length) => text.slice(-length))
  return { told, starts, ends }

  function add({ at, text }: PathPattern, modes: number): void {
    const entries = at === 'start' ? starts : ends
    const part = at === 'start' ? text.slice(0, LONGEST_START) : text.slice(-LONGEST_END)
    entryOf(entries, part).modes |= modes
  }
}

function looksAtAllDescriptors(rule: Rule): boolean {
  const { sequence, output, extraFields, threshold, suppress } = rule
  const read = conditionsOf(rule).flatMap(fieldsRead)
  const by = [threshold, suppress, sequence].flatMap((keys) => keys?.by ?? [])
  const shown = [output, ...[...extraFields.values()].map(({ format }) => format)]
  return OF_ALL_DESCRIPTORS.some((name) =>
    [...read, ...by, threshold?.distinct ?? '', ...shown].some((text) => text.includes(name)),
  )
}

function entryOf(entries: Map<string, SieveEntry>, text: string): SieveEntry {
  const known = entries.get(text) ?? { modes: 0, leads: false }
  entries.set(text, known)
  return known
}

/** The folders above what rules are about: from them, what rules are about can be opened. */
function addFolders(starts: Map<string, SieveEntry>): void {
  for (const text of [...starts.keys()])
    for (let at = text.indexOf('/'); at >= 0; at = text.indexOf('/', at + 1))
      entryOf(starts, at === 0 ? '/' : text.slice(0, at)).leads = true
}

/** The sensor finds the longest entry alone: it has the modes of the shorter ones. */
function inherit(entries: Map<string, SieveEntry>, part: (text: string, length: number) => string): void {
  for (const [text, entry] of entries)
    for (let length = 1; length < text.length; length++)
      entry.modes |= entries.get(part(text, length))?.modes ?? 0
}

/** As the sensor takes it (`sensor/sieve.c`); `-` for none. */
export function sieveText(sieve: FileSieve | undefined): string {
  if (sieve === undefined) return '-'
  const texts = [sieve.told.toString(16)]
  for (const [text, { modes, leads }] of sieve.starts) texts.push(entryText(leads ? '/' : '^', modes, text))
  for (const [text, { modes }] of sieve.ends) texts.push(entryText('$', modes, text))
  const whole = texts.join(',')
  return whole.length > LONGEST_TEXT ? '-' : whole
}

function entryText(kind: string, modes: number, text: string): string {
  const escaped = text.replace(/[^A-Za-z0-9._/-]/g, (one) => `%${one.charCodeAt(0).toString(16)}`)
  return `${kind}${modes.toString(16)}:${escaped}`
}
