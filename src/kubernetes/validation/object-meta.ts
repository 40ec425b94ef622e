import type { FieldPath, ObjectMeta } from '../objects/types.ts'
import { type FieldError, forbidden, invalid, required, tooLong } from './field-error.ts'
import { goQuote, goSlice } from './go-syntax.ts'
import { dnsLabelProblems, labelValueProblems, qualifiedNameProblems, subdomainProblems } from './names.ts'

type OwnerReference = NonNullable<ObjectMeta['ownerReferences']>[number]

/** "The total size of an object's annotations is limited to 256 KiB." */
const ANNOTATIONS_LIMIT = 256 * 1024

/** Finalizers without a domain that the API knows. */
const STANDARD_FINALIZERS = new Set(['kubernetes', 'orphan', 'foregroundDeletion'])

/** What a kind asks of its metadata. */
export interface MetadataRules {
  readonly namespaced: boolean
  /** What is wrong with a name; `prefix`: it is a `generateName`, to which the API server appends. */
  readonly nameProblems: (name: string, prefix: boolean) => readonly string[]
}

/**
 * Validation of the metadata of a cluster-scoped object whose name must be a DNS subdomain, on creation
 * (apimachinery, `ValidateObjectMeta`).
 *
 * @returns the errors in the API server's order
 */
export function validateClusterScopedMetadata(metadata: ObjectMeta, path: FieldPath): FieldError[] {
  return validateMetadata(metadata, path, { namespaced: false, nameProblems: subdomainNameProblems })
}

/** The same for any kind. */
export function validateMetadata(metadata: ObjectMeta, path: FieldPath, rules: MetadataRules): FieldError[] {
  return [
    ...validateName(metadata, path, rules),
    ...validateNamespace(metadata.namespace ?? '', [...path, 'namespace'], rules),
    ...validateGeneration(metadata.generation ?? 0, [...path, 'generation']),
    ...validateLabels(metadata.labels ?? {}, [...path, 'labels']),
    ...validateAnnotations(metadata.annotations ?? {}, [...path, 'annotations']),
    ...validateOwners(metadata.ownerReferences ?? [], [...path, 'ownerReferences']),
    ...validateFinalizers(metadata.finalizers ?? [], [...path, 'finalizers']),
  ]
}

/** "If you set generateName the API server appends a suffix", so a dash may end the prefix. */
function subdomainNameProblems(name: string, prefix: boolean): string[] {
  return subdomainProblems(prefix && name.endsWith('-') ? `${name.slice(0, -2)}a` : name)
}

function validateName(metadata: ObjectMeta, path: FieldPath, { nameProblems }: MetadataRules): FieldError[] {
  const { name = '', generateName = '' } = metadata
  const ofPrefix = generateName === '' ? [] : nameProblems(generateName, true)
  const errors = ofPrefix.map((problem) => invalid([...path, 'generateName'], generateName, problem))
  if (name === '') return [...errors, required([...path, 'name'], 'name or generateName is required')]
  return [...errors, ...nameProblems(name, false).map((problem) => invalid([...path, 'name'], name, problem))]
}

function validateNamespace(namespace: string, path: FieldPath, { namespaced }: MetadataRules): FieldError[] {
  if (!namespaced) return namespace === '' ? [] : [forbidden(path, 'not allowed on this type')]
  if (namespace === '') return [required(path, '')]
  return dnsLabelProblems(namespace).map((problem) => invalid(path, namespace, problem))
}

function validateGeneration(generation: number, path: FieldPath): FieldError[] {
  return generation < 0 ? [invalid(path, generation, 'must be greater than or equal to 0')] : []
}

/** Keys and values of a map of labels. */
export function validateLabels(labels: Readonly<Record<string, string>>, path: FieldPath): FieldError[] {
  return Object.entries(labels).flatMap(([key, value]) => [
    ...qualifiedNameProblems(key).map((problem) => invalid(path, key, problem)),
    ...labelValueProblems(value).map((problem) => invalid(path, value, problem)),
  ])
}

function validateAnnotations(annotations: Readonly<Record<string, string>>, path: FieldPath): FieldError[] {
  const errors: FieldError[] = []
  let bytes = 0
  for (const [key, value] of Object.entries(annotations)) {
    for (const problem of qualifiedNameProblems(key.toLowerCase())) errors.push(invalid(path, key, problem))
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value)
  }
  if (bytes > ANNOTATIONS_LIMIT) errors.push(tooLong(path, ANNOTATIONS_LIMIT))
  return errors
}

function validateOwners(owners: readonly OwnerReference[], path: FieldPath): FieldError[] {
  const errors: FieldError[] = []
  let controller: string | undefined
  for (const owner of owners) {
    const { apiVersion = '', kind = '', name = '', uid = '' } = owner
    if (apiVersion.endsWith('/') || apiVersion === '')
      errors.push(invalid([...path, 'apiVersion'], apiVersion, 'version must not be empty'))
    if (kind === '') errors.push(invalid([...path, 'kind'], kind, 'kind must not be empty'))
    if (name === '') errors.push(invalid([...path, 'name'], name, 'name must not be empty'))
    if (uid === '') errors.push(invalid([...path, 'uid'], uid, 'uid must not be empty'))
    if (owner.controller !== true) continue
    if (controller !== undefined) {
      const names = `${controller} and ${name}`
      const detail = `Only one reference can have Controller set to true. Found "true" in references for ${names}`
      errors.push(invalid(path, goSlice('v1.OwnerReference', owners.map(printedOwner)), detail))
    }
    controller ??= name
  }
  return errors
}

/** Only what the API server prints without addresses of its own memory. */
function printedOwner({ apiVersion = '', kind = '', name = '', uid = '' }: OwnerReference): string {
  const [version, ofKind, named, id] = [apiVersion, kind, name, uid].map(goQuote)
  return `v1.OwnerReference{APIVersion:${version}, Kind:${ofKind}, Name:${named}, UID:${id}}`
}

function validateFinalizers(finalizers: readonly string[], path: FieldPath): FieldError[] {
  const errors = finalizers.flatMap((finalizer) =>
    qualifiedNameProblems(finalizer).map((problem) => invalid(path, finalizer, problem)),
  )
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    const value = goSlice('string', finalizers.map(goQuote))
    errors.push(invalid(path, value, 'finalizer orphan and foregroundDeletion cannot be both set'))
  }
  return [...errors, ...validateKubernetesFinalizers(finalizers, path)]
}

/** "Finalizers must be fully qualified", but for the API's own. */
function validateKubernetesFinalizers(finalizers: readonly string[], path: FieldPath): FieldError[] {
  const detail = 'name is neither a standard finalizer name nor is it fully qualified'
  return finalizers.flatMap((finalizer, index) =>
    finalizer.includes('/') || STANDARD_FINALIZERS.has(finalizer)
      ? []
      : [invalid([...path, index], finalizer, detail)],
  )
}
