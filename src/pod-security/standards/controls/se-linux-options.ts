import type { PodSpec } from '../../../kubernetes/index.ts'
import type { Control, Offence, Revision, Setter } from '../control.ts'
import { containerSetter, isNonEmpty } from '../offences.ts'
import { type AnyContainer, someContainer, visitContainers } from '../pod.ts'
import { settersOf } from '../setters.ts'
import { joinQuoted, pluralize, sortedSet } from '../wording.ts'

/**
 * "Setting the SELinux type is restricted, and setting a custom SELinux user or role option is forbidden."
 * (Pod Security Standards, Baseline)
 */
export const seLinuxOptions: Control = {
  id: 'seLinuxOptions',
  level: 'baseline',
  revisions: [
    allowingTypes(0, ['', 'container_t', 'container_init_t', 'container_kvm_t']),
    allowingTypes(31, ['', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t']),
  ],
  describe(offences) {
    const types = sortedSet(offending(offences, 'type'))
    const data: string[] = []
    if (types.length > 0) data.push(`${pluralize('type', 'types', types.length)} ${joinQuoted(types)}`)
    if (offending(offences, 'user').length > 0) data.push('user may not be set')
    if (offending(offences, 'role').length > 0) data.push('role may not be set')
    return {
      reason: 'seLinuxOptions',
      detail: `${settersOf(offences)} set forbidden securityContext.seLinuxOptions: ${data.join('; ')}`,
    }
  },
}

type Options = NonNullable<NonNullable<PodSpec['securityContext']>['seLinuxOptions']>

const FIELDS = ['type', 'user', 'role'] as const

function allowingTypes(since: number, allowed: readonly string[]): Revision {
  const isForbidden = (field: keyof Options, value: string) =>
    field === 'type' ? !allowed.includes(value) : value !== ''

  const offends = (options: Options | undefined) =>
    options != null &&
    (isForbidden('type', options.type ?? '') ||
      isForbidden('user', options.user ?? '') ||
      isForbidden('role', options.role ?? ''))

  const containerOffends = ({ securityContext }: AnyContainer) => offends(securityContext?.seLinuxOptions)

  const offenceIn = (options: Options | undefined, setter: Setter): Offence | undefined => {
    const names = FIELDS.filter((field) => options != null && isForbidden(field, options[field] ?? ''))
    const root = setter.kind === 'pod' ? ['spec'] : []
    const fields = names.map((name) => [...root, 'securityContext', 'seLinuxOptions', name])
    const values = names.map((name) => options?.[name] ?? '')
    return isNonEmpty(fields) ? { setter, kind: 'forbidden', fields, values } : undefined
  }

  return {
    since,
    forbids: ({ spec }) =>
      offends(spec.securityContext?.seLinuxOptions) || someContainer(spec, containerOffends),
    offences({ spec }) {
      const ofPod = offenceIn(spec.securityContext?.seLinuxOptions, { kind: 'pod' })
      const found = ofPod === undefined ? [] : [ofPod]
      visitContainers(spec, (container, list, index) => {
        const options = container.securityContext?.seLinuxOptions
        const offence = offenceIn(options, containerSetter(container, list, index))
        if (offence !== undefined) found.push(offence)
      })
      return found
    },
  }
}

/** The offending values of one of the fields. */
function offending(offences: readonly Offence[], field: (typeof FIELDS)[number]): string[] {
  return offences.flatMap(({ fields, values }) =>
    values.filter((_, index) => fields[index]?.at(-1) === field),
  )
}
