import { type FieldPath, formatFieldPath } from '../../kubernetes/index.ts'
import { defineMessages, type Message } from '../../messages/index.ts'
import { type Field, isGiven } from './field.ts'

/**
 * Where a value comes from: a field of the object (`path` from its root), or what decides in its absence:
 * Kubernetes' own default, the container runtime's default, the image's configuration, the node's.
 */
export type Source =
  | { readonly from: 'container' | 'pod' | 'annotation'; readonly path: FieldPath }
  | { readonly from: 'kubernetes' | 'runtime' | 'image' | 'node' }

/**
 * Something to know about a setting.
 * `conflict`: the API server or the kubelet refuses the pod for it, or a field that is given does not count.
 */
export interface Note {
  readonly kind: 'info' | 'conflict'
  readonly message: Message
}

/** What applies, and why. */
export interface Setting<T> {
  readonly value: T
  readonly source: Source
  readonly notes: readonly Note[]
}

/** A field that may state the value, and the level at which it stands. */
export interface Place {
  readonly from: 'container' | 'pod' | 'annotation'
  readonly field: Field
}

export const settingMessages = defineMessages('effective-setting', {
  unreadable: {
    en: ({ path }: { path: string }) => `${path} has a value of the wrong type; the API server rejects it.`,
    ko: ({ path }: { path: string }) => `${path}의 값은 타입이 맞지 않아 API 서버가 거부합니다.`,
  },
})

/**
 * The first of the places that gives a value, else the default.
 *
 * @param read - the field's value, `undefined` when it is of the wrong type
 * @param places - from the one that takes precedence down
 * @param otherwise - the default, and whose it is
 */
export function settle<T>(
  read: (field: Field) => T | undefined,
  places: readonly Place[],
  otherwise: Setting<T>,
): Setting<T> {
  const notes: Note[] = []
  for (const { from, field } of places) {
    if (!isGiven(field)) continue
    const value = read(field)
    if (value !== undefined) return { value, source: { from, path: field.path }, notes }
    notes.push(conflict(settingMessages.make.unreadable({ path: formatFieldPath(field.path) })))
  }
  return withNotes(otherwise, ...notes)
}

/** A default. */
export function byDefault<T>(
  from: 'kubernetes' | 'runtime' | 'image' | 'node',
  value: T,
  ...notes: readonly Note[]
): Setting<T> {
  return { value, source: { from }, notes }
}

/** A value that follows from another setting: its source is that one's. */
export function impliedBy<T>({ source }: Setting<unknown>, value: T, ...notes: readonly Note[]): Setting<T> {
  return { value, source, notes }
}

export function withNotes<T>(setting: Setting<T>, ...notes: readonly Note[]): Setting<T> {
  return notes.length === 0 ? setting : { ...setting, notes: [...setting.notes, ...notes] }
}

export function info(message: Message): Note {
  return { kind: 'info', message }
}

export function conflict(message: Message): Note {
  return { kind: 'conflict', message }
}
