import { goQuote } from '../../../kubernetes/index.ts'
import type { Control, Offence, Wording } from '../control.ts'
import { type PodView, someContainer, visitContainers } from '../pod.ts'
import { forbiddenProfiles } from '../profiles.ts'
import { isAnnotation, settersOf, valuesOf } from '../setters.ts'
import { joinQuoted, pluralize, sortedSet } from '../wording.ts'

const POD_ANNOTATION = 'seccomp.security.alpha.kubernetes.io/pod'
const CONTAINER_ANNOTATION_PREFIX = 'container.seccomp.security.alpha.kubernetes.io/'

/** "Allowed Values: Undefined/nil, RuntimeDefault, Localhost" */
export const forbiddenSeccompProfiles = forbiddenProfiles(
  19,
  'seccompProfile',
  (type) => type !== 'RuntimeDefault' && type !== 'Localhost',
)

/**
 * "Seccomp profile must not be explicitly set to Unconfined." (Pod Security Standards, Baseline).
 * Before v1.19 the annotations are looked at, since then the fields.
 */
export const seccompProfileBaseline: Control = {
  id: 'seccompProfile_baseline',
  level: 'baseline',
  revisions: [
    {
      since: 0,
      forbids: hasForbiddenAnnotation,
      offences: forbiddenAnnotations,
    },
    forbiddenSeccompProfiles,
  ],
  describe(offences) {
    const annotations = offences.filter(isAnnotation)
    if (annotations.length === 0) return describeForbiddenProfiles(offences)
    const pairs = sortedSet(
      annotations.map(({ setter, values }) => `${setter.key}=${goQuote(values[0] ?? '')}`),
    )
    return {
      reason: 'seccompProfile',
      detail: `forbidden ${pluralize('annotation', 'annotations', pairs.length)} ${pairs.join(', ')}`,
    }
  },
}

export function describeForbiddenProfiles(offences: readonly Offence[]): Wording {
  const types = joinQuoted(sortedSet(valuesOf(offences)))
  return {
    reason: 'seccompProfile',
    detail: `${settersOf(offences)} must not set securityContext.seccompProfile.type to ${types}`,
  }
}

function isForbiddenValue(value: string | undefined): value is string {
  if (value === undefined) return false
  return value !== 'runtime/default' && value !== 'docker/default' && !value.startsWith('localhost/')
}

function hasForbiddenAnnotation({ metadata, spec }: PodView): boolean {
  const annotations = metadata?.annotations
  if (annotations == null) return false
  return (
    isForbiddenValue(annotations[POD_ANNOTATION]) ||
    someContainer(spec, ({ name }) =>
      isForbiddenValue(annotations[CONTAINER_ANNOTATION_PREFIX + (name ?? '')]),
    )
  )
}

function forbiddenAnnotations({ metadata, spec }: PodView): Offence[] {
  const keys = new Set([POD_ANNOTATION])
  visitContainers(spec, ({ name }) => keys.add(CONTAINER_ANNOTATION_PREFIX + (name ?? '')))
  return [...keys].flatMap((key) => {
    const value = metadata?.annotations?.[key]
    if (!isForbiddenValue(value)) return []
    const fields = [['metadata', 'annotations', key]] as const
    return [{ setter: { kind: 'annotation', key }, kind: 'forbidden', fields, values: [value] }]
  })
}
