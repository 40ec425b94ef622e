import type { PodSpec } from '../../../kubernetes/index.ts'
import type { Control } from '../control.ts'

/** "Sharing the host namespaces must be disallowed." (Pod Security Standards, Baseline) */
export const hostNamespaces: Control = {
  id: 'hostNamespaces',
  level: 'baseline',
  revisions: [
    {
      since: 0,
      forbids: ({ spec }) => spec.hostNetwork === true || spec.hostPID === true || spec.hostIPC === true,
      offences: ({ spec }) =>
        FIELDS.filter((field) => spec[field] === true).map((field) => ({
          setter: { kind: 'pod' },
          kind: 'forbidden',
          fields: [['spec', field]],
          values: [field],
        })),
    },
  ],
  describe: (offences) => ({
    reason: 'host namespaces',
    detail: offences.map(({ values }) => `${values[0]}=true`).join(', '),
  }),
}

const FIELDS = ['hostNetwork', 'hostPID', 'hostIPC'] as const satisfies (keyof PodSpec)[]
