import type { AuditEvent, EventObjectReference, EventUser } from '../event/index.ts'
import { BodyRedactor, type BodySettings } from './body.ts'
import { holdsCredential, isCredentialName } from './credential.ts'
import { mapObject, maskText, type Tally } from './mask.ts'
import { type PathRule, pathMatcher } from './paths.ts'
import { redactUri } from './uri.ts'

/** What is to be masked besides what always is, and what is not. */
export interface RedactionOptions {
  readonly mask?: readonly PathRule[]
  /** Goes before everything else. */
  readonly keep?: readonly PathRule[]
  /** Variables whose values stay, such as `LANG`; all others' values are masked. */
  readonly keepEnvironment?: readonly string[]
  /** Leaves the commands in the URIs of `exec` and `attach`. */
  readonly keepCommands?: boolean
  /** Further names of fields and annotations that hold a secret. */
  readonly names?: readonly string[]
}

/** @returns the event itself where nothing was masked, else a copy that says how many values were */
export type Redact = (event: AuditEvent) => AuditEvent

/** The annotation with the number of values that were masked. */
const REDACTED_ANNOTATION = 'haetae.io/redacted'

/**
 * Makes the step that masks secrets before an event is stored or sent: the data of Secrets, tokens, ConfigMap entries
 * that look like credentials, the values of variables, commands in the URIs of `exec`, query parameters and annotations
 * for authorisation, copies of objects that `kubectl apply` leaves in annotations, and whatever has the form of a
 * credential. A masked value reads `haetae.io/redacted`; names, types and shapes stay.
 */
export function createRedactor(options: RedactionOptions = {}): Redact {
  const { mask = [], keep = [], keepCommands = false } = options
  const keepEnvironment = new Set(options.keepEnvironment)
  const names = new Set(options.names)
  const settingsByResource = new Map<string, BodySettings>()

  function settingsFor(resource: string): BodySettings {
    const known = settingsByResource.get(resource)
    if (known !== undefined) return known
    const matchers = { keep: pathMatcher(keep, resource), mask: pathMatcher(mask, resource) }
    const settings = { ...matchers, keepEnvironment, names }
    // Names of resources come from requests: what is remembered has a bound.
    if (settingsByResource.size < 1000) settingsByResource.set(resource, settings)
    return settings
  }

  return (event) => {
    const tally: Tally = { masked: 0 }
    const redacted: Partial<Record<keyof AuditEvent, unknown>> = {}
    const set = (field: keyof AuditEvent, value: unknown) => {
      if (value !== event[field]) redacted[field] = value
    }
    const { requestURI, annotations, responseStatus } = event
    if (requestURI !== undefined) set('requestURI', redactUri(requestURI, keepCommands, tally))
    if (annotations !== undefined) set('annotations', redactTexts(annotations, names, tally))
    if (responseStatus?.message !== undefined && holdsCredential(responseStatus.message))
      set('responseStatus', { ...responseStatus, message: maskText(responseStatus.message, tally) })
    for (const field of ['user', 'impersonatedUser'] as const)
      set(field, redactUser(event[field], names, tally))
    if (event.requestObject !== undefined || event.responseObject !== undefined) {
      const bodies = new BodyRedactor(
        settingsFor(resourceOf(event.objectRef)),
        tally,
        kindOf(event.objectRef),
      )
      set('requestObject', bodies.redact(event.requestObject))
      set('responseObject', bodies.redact(event.responseObject))
    }
    if (tally.masked === 0) return event
    const before = Number(event.annotations?.[REDACTED_ANNOTATION] ?? 0)
    const count = String(tally.masked + (Number.isSafeInteger(before) ? before : 0))
    const counted = { ...((redacted.annotations ?? annotations) as object), [REDACTED_ANNOTATION]: count }
    return { ...event, ...redacted, annotations: counted } as AuditEvent
  }
}

/** As in `PathRule`: `apps/deployments`, `pods/exec`. */
function resourceOf(reference: EventObjectReference | undefined): string {
  if (reference?.resource === undefined) return ''
  const { apiGroup, resource, subresource } = reference
  return [apiGroup, resource, subresource].filter((part) => part !== undefined && part !== '').join('/')
}

function kindOf(reference: EventObjectReference | undefined): string {
  if (reference === undefined || reference.apiGroup || reference.subresource) return ''
  if (reference.resource === 'secrets') return 'Secret'
  return reference.resource === 'configmaps' ? 'ConfigMap' : ''
}

function redactTexts(
  texts: Readonly<Record<string, string>>,
  names: ReadonlySet<string>,
  tally: Tally,
): Readonly<Record<string, unknown>> {
  return mapObject(texts, (value, name) => {
    if (typeof value !== 'string' || name === REDACTED_ANNOTATION) return value
    const isSecret = isSecretName(name, names) || holdsCredential(value)
    return isSecret ? maskText(value, tally) : value
  })
}

function redactUser(
  user: EventUser | undefined,
  names: ReadonlySet<string>,
  tally: Tally,
): EventUser | undefined {
  const extra = user?.extra
  if (user === undefined || extra === undefined) return user
  const redacted = mapObject(extra, (values, name) => {
    if (!Array.isArray(values)) return values
    const masked = values.map((value) =>
      typeof value === 'string' && (isSecretName(name, names) || holdsCredential(value))
        ? maskText(value, tally)
        : value,
    )
    return masked.some((value, index) => value !== values[index]) ? masked : values
  })
  return redacted === extra ? user : { ...user, extra: redacted as NonNullable<EventUser['extra']> }
}

function isSecretName(name: string, names: ReadonlySet<string>): boolean {
  return names.has(name) || isCredentialName(name.slice(name.lastIndexOf('/') + 1))
}
