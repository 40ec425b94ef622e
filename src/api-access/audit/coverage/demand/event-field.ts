/** The parts of an event that a level may leave out; all else is in the event at `Metadata` already. */
export type Body = 'requestObject' | 'responseObject'

/** What of a request, or of the event, a field says directly. */
export type FieldSubject =
  | 'verb'
  | 'apiGroup'
  | 'resource'
  | 'subresource'
  | 'namespace'
  | 'name'
  | 'user'
  | 'groups'
  | 'uri'
  | 'stage'

/** What has to be known of a field of an audit event to tell whether a policy records it. */
export interface EventField {
  readonly subject?: FieldSubject
  /** The bodies that it reads. */
  readonly bodies: readonly Body[]
  /** It is not yet there when the request has just been received. */
  readonly isLate: boolean
  /** `constant`: the same in every event; `time`: a point in time, in every event. */
  readonly nature?: 'constant' | 'time'
  /** It reads the managed fields of a body, which `omitManagedFields` leaves out. */
  readonly readsManagedFields: boolean
}

const NOTHING: EventField = { bodies: [], isLate: false, readsManagedFields: false }
const LATE: EventField = { ...NOTHING, isLate: true }
const CONSTANT: EventField = { ...NOTHING, nature: 'constant' }
const TIME: EventField = { ...NOTHING, nature: 'time' }
const REQUEST: EventField = { ...LATE, bodies: ['requestObject'] }
const RESPONSE: EventField = { ...LATE, bodies: ['responseObject'] }
const WHOLE: EventField = { ...LATE, bodies: ['requestObject', 'responseObject'] }

const about = (subject: FieldSubject): EventField => ({ ...NOTHING, subject })

/** The name of a new object stands in its body, which is read after the request was received. */
const NAME: EventField = { ...LATE, subject: 'name' }

const FIELDS: Readonly<Record<string, EventField>> = {
  'ka.verb': about('verb'),
  'ka.target.resource': about('resource'),
  'ka.target.subresource': about('subresource'),
  'ka.target.namespace': about('namespace'),
  'ka.target.name': NAME,
  'ka.req.configmap.name': NAME,
  'ka.user.name': about('user'),
  'ka.user.groups': about('groups'),
  'ka.uri': about('uri'),
  'ka.stage': about('stage'),
  'ka.req.binding.subject.has_name': CONSTANT,
  // The plugin looks for them among the rules of a role in the request.
  'ka.sourceips': REQUEST,
  'ka.target.pod.name': RESPONSE,
  'ka.impuser.name': LATE,
  'ka.cluster.name': LATE,
  'jevt.obj': WHOLE,
  'json.obj': WHOLE,
  'jevt.rawtime': TIME,
  'json.rawtime': TIME,
  'evt.rawtime': TIME,
  'evt.source': CONSTANT,
  'evt.pluginname': CONSTANT,
  'evt.is_async': CONSTANT,
}

const PREFIXES: readonly (readonly [prefix: string, field: EventField])[] = [
  ['ka.req.', REQUEST],
  ['ka.resp.', RESPONSE],
  ['ka.response.', LATE],
  ['ka.auth.', LATE],
  ['ka.validations.', LATE],
  ['ka.security.', LATE],
]

/** JSON pointers that say the same as a `ka.*` field. */
const POINTERS: Readonly<Record<string, EventField>> = {
  verb: about('verb'),
  requestURI: about('uri'),
  stage: about('stage'),
  'user/username': about('user'),
  'objectRef/apiGroup': about('apiGroup'),
  'objectRef/resource': about('resource'),
  'objectRef/subresource': about('subresource'),
  'objectRef/namespace': about('namespace'),
  'objectRef/name': NAME,
}

/** Keys of an event that are set while the request is handled (audit.k8s.io/v1, `Event`). */
const LATE_KEYS: ReadonlySet<string> = new Set(['responseStatus', 'annotations', 'impersonatedUser'])

/** @param text - a field as conditions and outputs print it: `ka.verb`, `jevt.value[/requestObject/spec]` */
export function eventField(text: string): EventField {
  const bracket = text.indexOf('[')
  const name = bracket < 0 ? text : text.slice(0, bracket)
  if (name === 'jevt.value' || name === 'json.value') return pointerField(text.slice(bracket + 1, -1))
  if (Object.hasOwn(FIELDS, name)) return FIELDS[name] ?? NOTHING
  return PREFIXES.find(([prefix]) => name.startsWith(prefix))?.[1] ?? NOTHING
}

function pointerField(pointer: string): EventField {
  const path = pointer.replace(/^\//, '')
  if (Object.hasOwn(POINTERS, path)) return POINTERS[path] ?? NOTHING
  const keys = path.split('/')
  const [first = ''] = keys
  if (LATE_KEYS.has(first)) return LATE
  if (first !== 'requestObject' && first !== 'responseObject') return NOTHING
  return { ...LATE, bodies: [first], readsManagedFields: keys.includes('managedFields') }
}
