import type { FieldPath } from '../../kubernetes/index.ts'
import type { Offence } from './control.ts'
import { containersNamed } from './wording.ts'

type AnnotationOffence = Offence & { readonly setter: { readonly kind: 'annotation' } }

export function isAnnotation(offence: Offence): offence is AnnotationOffence {
  return offence.setter.kind === 'annotation'
}

/** The offending fields of an offence, relative to the pod. */
export function pathsOf({ setter, fields }: Offence): readonly [FieldPath, ...FieldPath[]] {
  if (setter.kind !== 'container') return fields
  const [first, ...others] = fields
  const owner = ['spec', setter.list, setter.index]
  return [[...owner, ...first], ...others.map((field) => [...owner, ...field])]
}

/** The names of the containers among the setters, in order; a name that two containers have stands twice. */
export function containerNames(offences: readonly Offence[]): string[] {
  const names: string[] = []
  for (const { setter } of offences) if (setter.kind === 'container') names.push(setter.name)
  return names
}

/** The names of the volumes among the setters, in order. */
export function volumeNames(offences: readonly Offence[]): string[] {
  const names: string[] = []
  for (const { setter } of offences) if (setter.kind === 'volume') names.push(setter.name)
  return names
}

/** All offending values, in order. */
export function valuesOf(offences: readonly Offence[]): string[] {
  const all: string[] = []
  for (const { values } of offences) for (const value of values) all.push(value)
  return all
}

/** `pod`, `container "a"`, `pod and containers "a", "b"`. */
export function settersOf(offences: readonly Offence[]): string {
  const names = containerNames(offences)
  const pod = offences.some(({ setter }) => setter.kind === 'pod')
  if (names.length === 0) return pod ? 'pod' : ''
  return pod ? `pod and ${containersNamed(names)}` : containersNamed(names)
}
