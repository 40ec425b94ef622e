import { readPositionedYaml, type YamlMapping, type YamlNode } from '../../../kubernetes/index.ts'
import { booleanOf, isNull } from './scalars.ts'

/** What a node of a rule file has to be. */
type Shape =
  | { readonly kind: 'any' }
  | { readonly kind: 'string'; readonly oneOf?: readonly string[] }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'integer' }
  | { readonly kind: 'list'; readonly of: Shape }
  | {
      readonly kind: 'mapping'
      readonly keys: Readonly<Record<string, Shape>>
      readonly required?: readonly string[]
      readonly isFilled?: boolean
    }

const TEXT: Shape = { kind: 'string' }
const FLAG: Shape = { kind: 'boolean' }
const NUMBER: Shape = { kind: 'integer' }
const ANY: Shape = { kind: 'any' }
const OPERATION: Shape = { kind: 'string', oneOf: ['append', 'replace'] }

const VERSION: Shape = { kind: 'mapping', keys: { name: TEXT, version: TEXT }, required: ['name', 'version'] }

const OVERRIDABLE = [
  'items',
  'desc',
  'condition',
  'output',
  'priority',
  'enabled',
  'exceptions',
  'capture',
  'capture_duration',
  'capture_events',
  'capture_filesize',
  'tags',
  'warn_evttypes',
  'skip-if-unknown-filter',
]

/** Falco's JSON Schema of rule files (rule_json_schema.h). */
const ITEM: Shape = {
  kind: 'mapping',
  keys: {
    required_engine_version: TEXT,
    required_plugin_versions: {
      kind: 'list',
      of: {
        kind: 'mapping',
        keys: { name: TEXT, version: TEXT, alternatives: { kind: 'list', of: VERSION } },
        required: ['name', 'version'],
      },
    },
    macro: TEXT,
    condition: TEXT,
    list: TEXT,
    items: { kind: 'list', of: TEXT },
    rule: TEXT,
    desc: TEXT,
    enabled: FLAG,
    output: TEXT,
    append: FLAG,
    priority: {
      kind: 'string',
      oneOf: [
        'EMERGENCY',
        'ALERT',
        'CRITICAL',
        'ERROR',
        'WARNING',
        'NOTICE',
        'INFO',
        'INFORMATIONAL',
        'DEBUG',
      ],
    },
    capture: FLAG,
    capture_duration: NUMBER,
    capture_events: NUMBER,
    capture_filesize: NUMBER,
    source: TEXT,
    exceptions: {
      kind: 'list',
      of: {
        kind: 'mapping',
        keys: { name: TEXT, fields: ANY, comps: ANY, values: ANY },
        required: ['name'],
      },
    },
    override: {
      kind: 'mapping',
      keys: Object.fromEntries(OVERRIDABLE.map((key) => [key, OPERATION])),
      isFilled: true,
    },
    tags: { kind: 'list', of: TEXT },
    warn_evttypes: FLAG,
    'skip-if-unknown-filter': FLAG,
  },
}

/**
 * Whether a rule file has the shape that Falco publishes for rule files; stricter than what loads.
 *
 * @returns `ok`, or `failed for <root>[0]…: reason` as Falco prints it; `none` for a text that is no YAML
 */
export function validateSchema(text: string): string {
  const yaml = readPositionedYaml(text)
  if (!yaml.ok) return 'none'
  for (const document of yaml.documents) {
    if (isNull(document)) continue
    const problem = problemOf(document, { kind: 'list', of: ITEM }, '<root>')
    if (problem !== undefined) return `failed for ${problem}`
  }
  return 'ok'
}

const WRONG_TYPE = "Value type not permitted by 'type' constraint."

/** The first fault, the innermost first. */
function problemOf(node: YamlNode, shape: Shape, path: string): string | undefined {
  switch (shape.kind) {
    case 'any':
      return undefined
    case 'list': {
      if (node.kind !== 'sequence') return isNull(node) ? undefined : `${path}: ${WRONG_TYPE}`
      return first(node.items, (item, index) => problemOf(item, shape.of, `${path}[${index}]`))
    }
    case 'mapping':
      if (node.kind !== 'mapping') return isNull(node) ? undefined : `${path}: ${WRONG_TYPE}`
      return problemOfMapping(node, shape, path)
    default:
      return problemOfScalar(node, shape, path)
  }
}

function problemOfMapping(
  node: YamlMapping,
  { keys, required = [], isFilled = false }: Extract<Shape, { kind: 'mapping' }>,
  path: string,
): string | undefined {
  const names = node.entries.map(({ key }) => (key.kind === 'scalar' ? key.value : ''))
  if (isFilled && names.length === 0) return `${path}: Object should have at least 1 properties, but 0 given.`
  const inner = first(node.entries, ({ value }, index) => {
    const name = names[index] ?? ''
    const shape = keys[name]
    return shape === undefined ? undefined : problemOf(value, shape, `${path}[${name}]`)
  })
  if (inner !== undefined) return inner
  const unknown = names.find((name) => !Object.hasOwn(keys, name))
  if (unknown !== undefined)
    return `${path}: Object contains a property that could not be validated using 'properties' or 'additionalProperties' constraints: '${unknown}'.`
  const missing = required.find((name) => !names.includes(name))
  return missing === undefined ? undefined : `${path}: Missing required property '${missing}'.`
}

/** YAML's scalars are texts to the validator, which takes them for numbers and booleans where they read so. */
function problemOfScalar(
  node: YamlNode,
  shape: Extract<Shape, { kind: 'string' | 'boolean' | 'integer' }>,
  path: string,
): string | undefined {
  if (node.kind !== 'scalar') return `${path}: ${WRONG_TYPE}`
  if (shape.kind === 'boolean')
    return booleanOf(node.value) === undefined ? `${path}: ${WRONG_TYPE}` : undefined
  if (shape.kind === 'integer') return /^[-+]?\d+$/.test(node.value) ? undefined : `${path}: ${WRONG_TYPE}`
  if (shape.oneOf === undefined || shape.oneOf.includes(node.value)) return undefined
  return `${path}: Failed to match against any enum values.`
}

function first<T>(
  items: readonly T[],
  problem: (item: T, index: number) => string | undefined,
): string | undefined {
  for (const [index, item] of items.entries()) {
    const found = problem(item, index)
    if (found !== undefined) return found
  }
  return undefined
}
