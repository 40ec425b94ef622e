import { goQuote } from '../../../kubernetes/index.ts'
import type { Control, Offence } from '../control.ts'
import type { PodView } from '../pod.ts'
import { forbiddenProfiles } from '../profiles.ts'
import { isAnnotation, settersOf, valuesOf } from '../setters.ts'
import { joinQuoted, pluralize, sortedSet } from '../wording.ts'

/** One annotation a container, up to Kubernetes 1.30 the only way to choose a profile. */
const ANNOTATION_PREFIX = 'container.apparmor.security.beta.kubernetes.io/'

/** "Allowed Values: Undefined/nil, RuntimeDefault, Localhost" */
const profiles = forbiddenProfiles(
  0,
  'appArmorProfile',
  (type) => type !== 'RuntimeDefault' && type !== 'Localhost',
)

/**
 * "On supported hosts, the RuntimeDefault AppArmor profile is applied by default. The baseline policy should
 * prevent overriding or disabling the default AppArmor profile, or restrict overrides to an allowed set of
 * profiles." (Pod Security Standards, Baseline). Field and annotation are looked at in every version.
 */
export const appArmorProfile: Control = {
  id: 'appArmorProfile',
  level: 'baseline',
  revisions: [
    {
      since: 0,
      forbids: (pod) => hasForbiddenAnnotation(pod) || profiles.forbids(pod),
      offences: (pod) => [...profiles.offences(pod), ...forbiddenAnnotations(pod)],
    },
  ],
  describe(offences) {
    const fields = offences.filter((offence) => !isAnnotation(offence))
    const annotations = offences.filter(isAnnotation)
    const pairs = annotations.map(({ setter, values }) => `${setter.key}=${goQuote(values[0] ?? '')}`)
    const values = [...sortedSet(valuesOf(fields)), ...sortedSet(pairs)]
    const who = fields.length > 0 ? [settersOf(fields)] : []
    if (annotations.length > 0) who.push(pluralize('annotation', 'annotations', annotations.length))
    return {
      reason: pluralize('forbidden AppArmor profile', 'forbidden AppArmor profiles', values.length),
      detail: `${who.join(' and ')} must not set AppArmor profile type to ${joinQuoted(values)}`,
    }
  },
}

/** "Allowed Values: Undefined/nil, runtime/default, localhost/*" */
function isForbiddenValue(value: string): boolean {
  return value !== '' && value !== 'runtime/default' && !value.startsWith('localhost/')
}

function hasForbiddenAnnotation({ metadata }: PodView): boolean {
  const annotations = metadata?.annotations
  for (const key in annotations) {
    if (key.startsWith(ANNOTATION_PREFIX) && isForbiddenValue(annotations[key] ?? '')) return true
  }
  return false
}

function forbiddenAnnotations({ metadata }: PodView): Offence[] {
  return Object.entries(metadata?.annotations ?? {}).flatMap(([key, value]) =>
    key.startsWith(ANNOTATION_PREFIX) && isForbiddenValue(value ?? '')
      ? [
          {
            setter: { kind: 'annotation' as const, key },
            kind: 'forbidden' as const,
            fields: [['metadata', 'annotations', key]] as const,
            values: [value ?? ''],
          },
        ]
      : [],
  )
}
