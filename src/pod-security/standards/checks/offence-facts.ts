import { withParticle } from '../../../messages/index.ts'
import type { Offence, Setter } from '../control.ts'
import { containersNamed, joinQuoted } from '../wording.ts'

/** A finding's data: what the offences are about, without places, which change when a manifest is reordered. */
export interface OffenceFacts {
  readonly kind: Offence['kind']
  readonly setter: Setter['kind']
  /** Of the containers or volumes; an annotation's key; none for the pod itself. */
  readonly names: readonly string[]
  /** The offending values, and of each the field that has it. */
  readonly values: readonly string[]
  readonly fields: readonly string[]
}

/** @param offences - of one kind and one kind of setter */
export function factsOf(offences: readonly Offence[]): OffenceFacts {
  const [first] = offences
  return {
    kind: first?.kind ?? 'forbidden',
    setter: first?.setter.kind ?? 'pod',
    names: offences.flatMap(({ setter }) => nameOf(setter) ?? []),
    values: offences.flatMap(({ values }) => values),
    fields: first?.fields.map((field) => String(field.at(-1))) ?? [],
  }
}

/** Offences of which Kubernetes says the same as of those that the facts were made from. */
export function offencesOf({ kind, setter, names, values, fields: leaves }: OffenceFacts): Offence[] {
  const [leaf = '', ...others] = leaves
  const fields: Offence['fields'] = [[leaf], ...others.map((other) => [other])]
  if (setter === 'pod') return [{ setter: { kind: 'pod' }, kind, fields, values }]
  return names.map((name) => ({ setter: setterOf(setter, name), kind, fields, values }))
}

/** English: `the pod`, `container "a"`, `volume "v"`, `annotation k`. */
export function who({ setter, names }: OffenceFacts): string {
  if (setter === 'container') return containersNamed(names)
  if (setter === 'volume') return `volume ${joinQuoted(names)}`
  return setter === 'pod' ? 'the pod' : `annotation ${names.join(', ')}`
}

/** Korean, with the particle that fits: `파드가`, `컨테이너 "a"가`, `볼륨 "v"가`, `어노테이션 k가`. */
export function whoInKorean({ setter, names }: OffenceFacts, particle: '이/가' | '은/는'): string {
  if (setter === 'pod') return withParticle('파드', particle)
  if (setter === 'container') return withParticle(`컨테이너 ${joinQuoted(names)}`, particle)
  if (setter === 'volume') return withParticle(`볼륨 ${joinQuoted(names)}`, particle)
  return withParticle(`어노테이션 ${names.join(', ')}`, particle)
}

/** For messages: names of what has been set, in code style or quotes as given. */
export function listed(values: readonly string[]): string {
  return joinQuoted([...new Set(values)])
}

function nameOf(setter: Setter): string | undefined {
  if (setter.kind === 'annotation') return setter.key
  return setter.kind === 'pod' ? undefined : setter.name
}

function setterOf(kind: Exclude<Setter['kind'], 'pod'>, name: string): Setter {
  if (kind === 'annotation') return { kind, key: name }
  return kind === 'volume' ? { kind, name } : { kind, name, list: 'containers', index: 0 }
}
