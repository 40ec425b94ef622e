import { isWorkload } from '../objects/workload.ts'
import fields from './fields.json' with { type: 'json' }

/** What one value of a field is, apart from a list or map around it. */
export type ScalarType = 'any' | 'bool' | 'int32' | 'int64' | 'int-or-string' | 'quantity' | 'string' | 'time'

/** A field's type: what its value is, or each item of its list or map. */
export interface FieldType {
  /** As written in `fields.json`: `string`, `[]Container`, `{}quantity`, … */
  readonly text: string
  readonly shape: 'one' | 'list' | 'map'
  readonly item: ScalarType | ObjectType
}

/** A struct of the Kubernetes API. */
export interface ObjectType {
  /** Kubernetes' own name, e.g. `PodSpec`. */
  readonly name: string
  readonly fields: ReadonlyMap<string, FieldType>
  /** Whether only the listed fields are judged, and any other is let pass. */
  readonly open: boolean
}

/** The `apiVersion` in which the schema describes each kind (and its list). */
const DESCRIBED_VERSIONS: Readonly<Record<string, string>> = {
  CronJob: 'batch/v1',
  DaemonSet: 'apps/v1',
  Deployment: 'apps/v1',
  Job: 'batch/v1',
  List: 'v1',
  Namespace: 'v1',
  Pod: 'v1',
  PodSecurityPolicy: 'policy/v1beta1',
  PodTemplate: 'v1',
  ReplicaSet: 'apps/v1',
  ReplicationController: 'v1',
  ServiceAccount: 'v1',
  StatefulSet: 'apps/v1',
}

const compiled = new Map<string, ObjectType>()

/**
 * One struct of the API by its name, compiled at its first use.
 *
 * @throws Error for a name that the schema does not have: a defect in Haetae, not in its input
 */
export function objectType(name: string): ObjectType {
  const known = compiled.get(name)
  if (known !== undefined) return known
  const described = (fields.types as Readonly<Record<string, Readonly<Record<string, string>>>>)[name]
  if (described === undefined) throw new Error(`no type ${name} in the schema`)
  const type = { name, open: false, fields: new Map<string, FieldType>() }
  compiled.set(name, type)
  for (const [field, text] of Object.entries(described)) type.fields.set(field, fieldType(text))
  return type
}

/**
 * The type that an object is judged by:
 * - kinds of the schema, in the version it describes: every field;
 * - workloads in another version (`extensions/v1beta1`, `apps/v1beta2`, `batch/v1beta1`, …): metadata and the
 *   pod template, which no version has changed;
 * - any other kind: undefined.
 */
export function typeOfObject(object: {
  readonly apiVersion: string
  readonly kind: string
}): ObjectType | undefined {
  const { apiVersion, kind } = object
  const item = kind.length > 4 && kind.endsWith('List') ? kind.slice(0, -4) : kind
  if (Object.hasOwn(DESCRIBED_VERSIONS, item) && DESCRIBED_VERSIONS[item] === apiVersion)
    return objectType(kind)
  return isWorkload({ apiVersion, kind }) ? olderWorkloadType(kind) : undefined
}

/** Objects of kinds that the schema does not have: only what every API object has in common. */
export const anyObjectType: () => ObjectType = once(() => openType('Object', { metadata: 'ObjectMeta' }))

const olderJobType = once(() => openType('Job', { template: 'PodTemplateSpec' }))

function olderWorkloadType(kind: string): ObjectType {
  const name = `older ${kind}`
  const known = compiled.get(name)
  if (known !== undefined) return known
  const type = makeOlderWorkloadType(kind)
  compiled.set(name, type)
  return type
}

function makeOlderWorkloadType(kind: string): ObjectType {
  if (kind === 'Pod') return objectType('Pod')
  if (kind === 'PodTemplate') return openType(kind, { metadata: 'ObjectMeta', template: 'PodTemplateSpec' })
  const spec =
    kind === 'CronJob'
      ? openType('CronJobSpec', {
          jobTemplate: openType('JobTemplateSpec', { metadata: 'ObjectMeta', spec: olderJobType() }),
        })
      : openType(`${kind}Spec`, { template: 'PodTemplateSpec' })
  return openType(kind, { metadata: 'ObjectMeta', spec })
}

function openType(name: string, described: Readonly<Record<string, string | ObjectType>>): ObjectType {
  const entries = Object.entries(described).map(([field, type]): [string, FieldType] => [
    field,
    typeof type === 'string' ? fieldType(type) : { text: type.name, shape: 'one', item: type },
  ])
  return { name, open: true, fields: new Map(entries) }
}

const SCALARS: ReadonlySet<string> = new Set<ScalarType>([
  'any',
  'bool',
  'int32',
  'int64',
  'int-or-string',
  'quantity',
  'string',
  'time',
])

function fieldType(text: string): FieldType {
  const shape = text.startsWith('[]') ? 'list' : text.startsWith('{}') ? 'map' : 'one'
  const name = shape === 'one' ? text : text.slice(2)
  return { text, shape, item: isScalarType(name) ? name : objectType(name) }
}

function isScalarType(name: string): name is ScalarType {
  return SCALARS.has(name)
}

function once<T>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}
