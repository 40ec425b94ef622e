import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ADDED_FIELDS, ADDED_TYPES, QUANTITY_FIELDS } from './schema-additions.ts'

/** Kinds whose objects, and whose lists, the schema describes. */
const KINDS = [
  'CronJob',
  'DaemonSet',
  'Deployment',
  'Job',
  'Namespace',
  'Pod',
  'PodTemplate',
  'ReplicaSet',
  'ReplicationController',
  'ServiceAccount',
  'StatefulSet',
]

/** How `@kubernetes/client-node` describes one field (`getAttributeTypeMap`). */
interface ModelAttribute {
  readonly baseName: string
  readonly type: string
  readonly format: string
}

type Fields = Record<string, string>

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const MODELS = join(ROOT, 'node_modules/@kubernetes/client-node/dist/gen/models')
const OUTPUT = join(ROOT, 'src/kubernetes/schema/fields.json')

/**
 * Describes every type that a workload is made of, from the official client's models.
 *
 * @returns the text of `src/kubernetes/schema/fields.json`: the release, and for each type its fields, each
 *   `string`, `bool`, `int32`, `int64`, `quantity`, `int-or-string`, `time`, `any` or a type's name, with
 *   `[]` before a list's and `{}` before a map's item
 */
export async function generateSchema(): Promise<string> {
  const types = new Map<string, Fields>(Object.entries(ADDED_TYPES))
  for (const kind of KINDS) {
    await describe(`V1${kind}`, types)
    await describe(`V1${kind}List`, types)
  }
  addFields(types)
  const lines = [...types]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, fields]) => typeLine(name, fields))
  return `{\n"release": ${JSON.stringify(modelRelease())},\n"types": {\n${lines.join(',\n')}\n}\n}\n`
}

function typeLine(name: string, fields: Fields): string {
  const sorted = Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1))
  return `${JSON.stringify(name)}: ${JSON.stringify(Object.fromEntries(sorted))}`
}

/** Adds a model and everything it refers to; what a server reports (`status`) is not looked into. */
async function describe(model: string, types: Map<string, Fields>): Promise<void> {
  const name = typeName(model)
  if (types.has(name)) return
  const fields: Fields = {}
  types.set(name, fields)
  const module: Record<string, { getAttributeTypeMap(): ModelAttribute[] }> = await import(
    join(MODELS, `${model}.js`)
  )
  for (const attribute of module[model]?.getAttributeTypeMap() ?? []) {
    const isStatus = attribute.baseName === 'status' && attribute.type.endsWith('Status')
    fields[attribute.baseName] = isStatus ? 'any' : typeOf(name, attribute)
    const referred = /(?:Core)?V1\w+/.exec(attribute.type)?.[0]
    if (referred !== undefined && !isStatus) await describe(referred, types)
  }
}

function typeOf(owner: string, { baseName, type, format }: ModelAttribute): string {
  const isQuantity = QUANTITY_FIELDS[owner]?.includes(baseName) === true
  const list = /^Array<(.+)>$/.exec(type)?.[1]
  if (list !== undefined) return `[]${typeOf(owner, { baseName, type: list, format })}`
  if (type === '{ [key: string]: string; }') return isQuantity ? '{}quantity' : '{}string'
  if (isQuantity && type === 'string') return 'quantity'
  if (type === 'boolean') return 'bool'
  if (type === 'number') return format
  if (type === 'Date') return 'time'
  if (type === 'IntOrString') return 'int-or-string'
  if (type === 'string' || type === 'any') return type
  const name = typeName(type)
  if (!existsSync(join(MODELS, `${type}.js`))) throw new Error(`${owner}.${baseName}: unknown type ${type}`)
  return name
}

function typeName(model: string): string {
  return model.replace(/^(?:Core)?V1/, '')
}

function addFields(types: Map<string, Fields>): void {
  for (const [name, added] of Object.entries(ADDED_FIELDS)) {
    const fields = types.get(name)
    if (fields === undefined) throw new Error(`addition to an unknown type ${name}`)
    for (const [field, type] of Object.entries(added)) {
      if (field in fields) throw new Error(`the models now have ${name}.${field}: take it off the additions`)
      fields[field] = type
    }
  }
  for (const [name, fields] of Object.entries(QUANTITY_FIELDS))
    for (const field of fields)
      if (types.get(name)?.[field]?.endsWith('quantity') !== true)
        throw new Error(`${name}.${field} is no quantity`)
}

/** The Kubernetes release that the models were made from, as their header says. */
function modelRelease(): string {
  const header = readFileSync(join(MODELS, 'V1Pod.js'), 'utf8')
  const release = /OpenAPI spec version: release-(\d+\.\d+)/.exec(header)?.[1]
  if (release === undefined) throw new Error('the models name no release')
  return release
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(OUTPUT, await generateSchema())
