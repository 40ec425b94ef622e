import type { FilterNode } from '../../rules/index.ts'

type BinaryCheckNode = Extract<FilterNode, { kind: 'binary-check' }>

/** How a path begins or ends. */
export interface PathPattern {
  readonly at: 'start' | 'end'
  readonly text: string
}

/**
 * What the path of an opened file is like in every event for which a condition holds: like one of the patterns, or not plain
 * (see `sensor/sieve.c`), which no pattern says since such paths are told in any case; `any` where that is not known.
 */
export type PossiblePaths = readonly PathPattern[] | 'any'

/** Fields that are the path, as it was given or from the root on; its folder; its last part. */
const RESOLVED = new Set(['fd.name', 'fs.path.name'])
const RAW = new Set(['fd.nameraw', 'fs.path.nameraw'])
const FOLDER = 'fd.directory'
const LAST = 'fd.filename'

/** Stands for a path that starts from an unknown folder. */
const UNKNOWN = '<UNKNOWN>'

/**
 * @param node - a condition, constants folded
 * @returns a superset of the paths in the events that match
 */
export function possiblePaths(node: FilterNode, isNegated = false): PossiblePaths {
  switch (node.kind) {
    case 'and':
    case 'or': {
      const parts = node.children.map((child) => possiblePaths(child, isNegated))
      return (node.kind === 'and') === isNegated ? united(parts) : narrowest(parts)
    }
    case 'not':
      return possiblePaths(node.child, !isNegated)
    case 'binary-check':
      return isNegated ? 'any' : checkedPaths(node)
    default:
      return 'any'
  }
}

/** What all comparisons of paths in a condition name, those that are negated as well. */
export function namedPaths(node: FilterNode): readonly PathPattern[] {
  switch (node.kind) {
    case 'and':
    case 'or':
      return node.children.flatMap(namedPaths)
    case 'not':
      return namedPaths(node.child)
    case 'binary-check': {
      const { operator } = node
      const paths = checkedPaths(operator === '!=' ? { ...node, operator: '=' } : node)
      return paths === 'any' ? [] : paths
    }
    default:
      return []
  }
}

function united(parts: readonly PossiblePaths[]): PossiblePaths {
  const all: PathPattern[] = []
  for (const part of parts) {
    if (part === 'any') return 'any'
    all.push(...part)
  }
  return all
}

/** All of them hold: the shortest says enough. */
function narrowest(parts: readonly PossiblePaths[]): PossiblePaths {
  let found: PossiblePaths = 'any'
  for (const part of parts)
    if (part !== 'any' && (found === 'any' || part.length < found.length)) found = part
  return found
}

function checkedPaths({ left, operator, modifier, right }: BinaryCheckNode): PossiblePaths {
  if (left.kind !== 'field' || left.argument !== '' || modifier !== undefined) return 'any'
  if (right.kind === 'transformer') return 'any'
  const values = right.kind === 'value' ? [right.value] : right.values
  return united(values.map((value) => pathsOfValue(left.name, operator, value)))
}

function pathsOfValue(field: string, operator: BinaryCheckNode['operator'], value: string): PossiblePaths {
  const isRaw = RAW.has(field)
  if (field === LAST) return pathsOfLast(operator, value)
  if (!isRaw && !RESOLVED.has(field) && field !== FOLDER) return 'any'
  switch (operator) {
    case '=':
    case '==':
    case 'in':
    case 'startswith':
      return beginning(value, isRaw)
    case 'endswith':
      return field === FOLDER ? 'any' : ending(value)
    case 'contains':
      // Such a path is not plain.
      return value.includes('..') || value.includes('//') ? [] : 'any'
    case 'glob': {
      const start = beginning(/^[^*?[\]\\]*/.exec(value)?.[0] ?? '', isRaw)
      return start === 'any' && field !== FOLDER ? ending(/[^*?[\]\\]*$/.exec(value)?.[0] ?? '') : start
    }
    case 'pmatch':
      return isRaw || field === FOLDER ? 'any' : beginning(literalFolders(value), false)
    default:
      return 'any'
  }
}

function pathsOfLast(operator: BinaryCheckNode['operator'], value: string): PossiblePaths {
  if (operator === '=' || operator === '==' || operator === 'in')
    return value.includes('/') || value === '' ? 'any' : ending(`/${value}`)
  return operator === 'endswith' ? ending(value) : 'any'
}

/** `pmatch` compares part by part, and does not see how many slashes are between them. */
function literalFolders(path: string): string {
  const parts = path.split('/').filter((part) => part !== '')
  const pattern = parts.findIndex((part) => /[*?[\]\\]/.test(part))
  return `/${parts.slice(0, pattern < 0 ? parts.length : pattern).join('/')}`
}

/** The sensor compares bytes: what is not ASCII may have been something else before it was decoded. */
function beginning(text: string, isRaw: boolean): PossiblePaths {
  const start = /^[ -~]*/.exec(text)?.[0] ?? ''
  // A path from the root on is compared as it was given: one that begins otherwise began in an unknown folder.
  if (start === '' || (!isRaw && !start.startsWith('/'))) return 'any'
  return [{ at: 'start', text: start }]
}

/** The last part alone: what stands before it may be that of a folder, which was opened before. */
function ending(text: string): PossiblePaths {
  const end = /[ -~]*$/.exec(text)?.[0] ?? ''
  const last = end.slice(Math.max(end.lastIndexOf('/'), 0))
  if (last === '' || UNKNOWN.endsWith(text)) return 'any'
  return [{ at: 'end', text: last }]
}
