import type { FieldPath, PodSpec } from '../../../kubernetes/index.ts'
import type { Control, Offence, Revision } from '../control.ts'
import { containerSetter, nonEmpty, setters } from '../offences.ts'
import { containersOf, someContainer } from '../pod.ts'
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
      detail: `${setters(offences)} set forbidden securityContext.seLinuxOptions: ${data.join('; ')}`,
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

  const offencesIn = (
    options: Options | undefined,
    setter: Offence['setter'],
    place: FieldPath,
  ): Offence[] => {
    const fields = FIELDS.filter((field) => options != null && isForbidden(field, options[field] ?? ''))
    const paths = fields.map((field) => [...place, 'securityContext', 'seLinuxOptions', field])
    const values = fields.map((field) => options?.[field] ?? '')
    return nonEmpty(paths) ? [{ setter, kind: 'forbidden', paths, values }] : []
  }

  return {
    since,
    forbids: ({ spec }) =>
      offends(spec.securityContext?.seLinuxOptions) ||
      someContainer(spec, ({ securityContext }) => offends(securityContext?.seLinuxOptions)),
    offences: ({ spec }) => [
      ...offencesIn(spec.securityContext?.seLinuxOptions, { kind: 'pod' }, ['spec']),
      ...containersOf(spec).flatMap((at) =>
        offencesIn(at.container.securityContext?.seLinuxOptions, containerSetter(at), at.path),
      ),
    ],
  }
}

/** The offending values of one of the fields. */
function offending(offences: readonly Offence[], field: (typeof FIELDS)[number]): string[] {
  return offences.flatMap(({ paths, values }) => values.filter((_, index) => paths[index]?.at(-1) === field))
}
