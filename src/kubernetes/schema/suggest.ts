import type { FieldPath, KubernetesObject } from '../objects/types.ts'
import { podTemplateOf } from '../objects/workload.ts'
import { acceptsValue, type UnknownField } from './decode.ts'
import { editDistance } from './edit-distance.ts'
import { sharesWord } from './shared-word.ts'
import { type FieldType, type ObjectType, typeOfObject } from './types.ts'

/** What the author of an unknown field most likely meant. */
export interface FieldSuggestion {
  /**
   * `misspelt`: another name at the same place; `misplaced`: a field of another place; `occupied`: a field of
   * another place, which has a value there already.
   */
  readonly kind: 'misspelt' | 'misplaced' | 'occupied'
  /** The real field. A step into a list that the unknown field is outside of is `*`. */
  readonly path: FieldPath
  /** The type that has it, e.g. `SecurityContext`. */
  readonly type: string
  readonly field: FieldType
}

/** How far from where the field stands its real place is looked for, in steps along the tree of types. */
const REACH = 4

/** A pod spec, its security context, its containers and theirs: what is meant for them is looked for from anywhere. */
const REACH_IN_POD = 2

/** What every object has of itself, so that it is never what was meant elsewhere. */
const IDENTITY = new Set(['apiVersion', 'kind'])

/**
 * Names that many types have (`name`, `path`, `type`, …) say little about where they belong: they are looked
 * for one step away only.
 */
const TELLING_TYPES = 5

/**
 * Finds the real field that is nearest to an unknown one, in name and in place.
 *
 * In this order: the same name in other case at the same place; the exact name one step away; a name within a
 * quarter of its letters' edit distance at the same place; the exact name anywhere near; the only name at the same
 * place that shares a word with it; its other word there; a misspelt name near. A place that has a value already is
 * less likely what was meant: the nearest of the exact name is given where nothing else was found.
 *
 * @param object - the object the unknown field stands in
 * @returns undefined where nothing is near
 */
export function suggestField(object: KubernetesObject, unknown: UnknownField): FieldSuggestion | undefined {
  const root = typeOfObject(object)
  const name = unknown.path.at(-1)
  if (root === undefined || typeof name !== 'string') return undefined
  const ancestors = ancestorsOf(root, unknown.path.slice(0, -1))
  const here = ancestors[0]
  if (here === undefined) return undefined

  const near = placesNear(object, ancestors, REACH).filter(({ type }) => type !== here.type)
  const met = new Set([here, ...near].map(({ type }) => type.name))
  const inPod = placesInPod(object, root).filter(({ type }) => !met.has(type.name))
  const isTelling = near.filter((place) => place.type.fields.has(name)).length <= TELLING_TYPES
  const elsewhere = (places: readonly Place[], reach: number) =>
    places.find(
      (place) =>
        place.distance <= reach && place.type.fields.has(name) && !isTaken(object, [...place.path, name]),
    )

  const folded = [...here.type.fields.keys()].find((known) => sameLetters(known, name))
  if (folded !== undefined) return suggestion('misspelt', here, folded)
  const neighbour = elsewhere(near, 1)
  if (neighbour !== undefined) return suggestion('misplaced', neighbour, name)
  const similar = mostSimilar(name, here.type)
  if (similar !== undefined) return suggestion('misspelt', here, similar)
  const distant = isTelling ? (elsewhere(near, REACH) ?? elsewhere(inPod, REACH)) : undefined
  if (distant !== undefined) return suggestion('misplaced', distant, name)
  const related = onlyRelated(object, here, name, unknown.value)
  if (related !== undefined) return suggestion('misspelt', here, related)
  const synonym = synonymOf(object, here, name, unknown.value)
  if (synonym !== undefined) return suggestion('misspelt', here, synonym)
  const misspelt = misspeltElsewhere(object, name, [...near, ...inPod])
  if (misspelt !== undefined) return misspelt
  const occupied = (isTelling ? [...near, ...inPod] : near.filter(({ distance }) => distance <= 1)).find(
    ({ type, path }) => type.fields.has(name) && !(path.length === 0 && IDENTITY.has(name)),
  )
  return occupied && suggestion('occupied', occupied, name)
}

/**
 * One of several that exclude each other, such as a volume's source or a probe's action: a field of one that
 * the manifest has not chosen is not what its author meant.
 */
function isChoice(type: ObjectType): boolean {
  return /(?:Source|Projection|Action)$/.test(type.name)
}

/** Whether there is a value at a path already: with `*` in it, for each item of the list. */
function isTaken(object: unknown, path: FieldPath): boolean {
  const star = path.indexOf('*')
  if (star < 0) return exists(object, path)
  let list = object
  for (const part of path.slice(0, star))
    list =
      typeof list === 'object' && list !== null ? (list as Record<string | number, unknown>)[part] : undefined
  const rest = path.slice(star + 1)
  return Array.isArray(list) && list.length > 0 && list.every((item) => isTaken(item, rest))
}

function exists(object: unknown, path: FieldPath): boolean {
  let value = object
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return false
    value = (value as Record<string | number, unknown>)[part]
  }
  return true
}

/** A place in the object where fields of one type stand. */
interface Place {
  readonly path: FieldPath
  readonly type: ObjectType
  /** Steps from the unknown field's own place. */
  readonly distance: number
}

/** The places on the way from the unknown field's parent up to the root. */
function ancestorsOf(root: ObjectType, path: FieldPath): Place[] {
  const places: Omit<Place, 'distance'>[] = [{ path: [], type: root }]
  let type: ObjectType | undefined = root
  for (let index = 0; index < path.length && type !== undefined; index++) {
    const field: FieldType | undefined = type.fields.get(String(path[index]))
    if (field === undefined || typeof field.item === 'string') return []
    if (field.shape !== 'one') index++
    type = field.item
    places.push({ path: path.slice(0, index + 1), type })
  }
  return places.reverse().map((place, distance) => ({ ...place, distance }))
}

/**
 * The nearest place of every type within reach, nearest first: level by level, downwards and one step up at a
 * time. A type that was met is not met again, so that the search is bounded by the number of types.
 */
function placesNear(object: KubernetesObject, ancestors: readonly Place[], reach: number): Place[] {
  const met = new Set<string>()
  const places: Place[] = []
  let level = ancestors.slice(0, 1)
  for (let distance = 1; distance <= reach; distance++) {
    const above = ancestors.slice(distance, distance + 1)
    level = [...level.flatMap((place) => placesBelow(place)), ...above].filter((place) => {
      if (met.has(place.type.name) || isUnchosen(object, place)) return false
      met.add(place.type.name)
      return true
    })
    places.push(...level)
  }
  return places
}

/** The pod spec of a workload and what is near below it; nothing where there is no pod spec. */
function placesInPod(object: KubernetesObject, root: ObjectType): Place[] {
  const template = podTemplateOf(object)
  const [spec] = template === undefined ? [] : ancestorsOf(root, [...template.path, 'spec'])
  return spec === undefined ? [] : [spec, ...placesNear(object, [spec], REACH_IN_POD)]
}

/** Ephemeral containers "are not allowed in a pod's manifest" but added to a pod that runs: meant only where there are any. */
function isUnchosen(object: KubernetesObject, { type, path }: Place): boolean {
  if (isChoice(type)) return !exists(object, path)
  const ephemeral = path.lastIndexOf('ephemeralContainers')
  return ephemeral >= 0 && !exists(object, path.slice(0, ephemeral + 1))
}

function placesBelow({ path, type, distance }: Place): Place[] {
  return inOrderOfUse(type).flatMap(([name, { item, shape }]) => {
    if (typeof item === 'string' || shape === 'map') return []
    const below = shape === 'list' ? [...path, name, '*'] : [...path, name]
    return [{ path: below, type: item, distance: distance + 1 }]
  })
}

/** `containers` before `initContainers` and `ephemeralContainers`: what is written most is meant most. */
function inOrderOfUse(type: ObjectType): [string, FieldType][] {
  const rank = (name: string) => (name === 'containers' ? 0 : name === 'ephemeralContainers' ? 2 : 1)
  return [...type.fields].sort(([a], [b]) => rank(a) - rank(b))
}

function mostSimilar(name: string, type: ObjectType): string | undefined {
  const limit = name.length < 3 ? 0 : Math.max(1, Math.floor(name.length / 4))
  let best: string | undefined
  let bestDistance = limit + 1
  for (const known of type.fields.keys()) {
    const distance = editDistance(name.toLowerCase(), known.toLowerCase(), bestDistance - 1)
    if (distance < bestDistance) [best, bestDistance] = [known, distance]
  }
  return best
}

/** Two names that share a word are no proof: there must be one such name only, free, and fit for the value. */
function onlyRelated(
  object: KubernetesObject,
  { type, path }: Place,
  name: string,
  value: unknown,
): string | undefined {
  const related = [...type.fields.keys()].filter((known) => sharesWord(known, name))
  const [only] = related
  const field = only === undefined ? undefined : type.fields.get(only)
  if (only === undefined || field === undefined || related.length > 1) return undefined
  return acceptsValue(field, value) && !isTaken(object, [...path, only]) ? only : undefined
}

/** Words that the API uses for the same thing, one here and the other there: `kind` of a subject, `type` of a profile. */
const SYNONYMS: readonly (readonly string[])[] = [['kind', 'type']]

function synonymOf(
  object: KubernetesObject,
  { type, path }: Place,
  name: string,
  value: unknown,
): string | undefined {
  const others = SYNONYMS.find((words) => words.includes(name))?.filter((word) => word !== name) ?? []
  return others.find((word) => {
    const field = type.fields.get(word)
    return field !== undefined && acceptsValue(field, value) && !isTaken(object, [...path, word])
  })
}

function misspeltElsewhere(
  object: KubernetesObject,
  name: string,
  near: readonly Place[],
): FieldSuggestion | undefined {
  // Short names are near to too many others to be taken for misspelt as well as misplaced.
  if (name.length < 8) return undefined
  for (const place of near) {
    const known = [...place.type.fields.keys()].find(
      (each) =>
        editDistance(name.toLowerCase(), each.toLowerCase(), 1) <= 1 &&
        !isTaken(object, [...place.path, each]),
    )
    if (known !== undefined) return suggestion('misplaced', place, known)
  }
  return undefined
}

/** Whether two names differ in case, dashes and underscores at most. */
function sameLetters(a: string, b: string): boolean {
  const letters = (name: string) => name.replace(/[-_]/g, '').toLowerCase()
  return letters(a) === letters(b)
}

function suggestion(kind: FieldSuggestion['kind'], place: Place, name: string): FieldSuggestion | undefined {
  const field = place.type.fields.get(name)
  return field && { kind, path: [...place.path, name], type: place.type.name, field }
}
