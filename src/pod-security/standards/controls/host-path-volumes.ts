import type { Control } from '../control.ts'
import { volumeNames } from '../setters.ts'
import { joinQuoted, pluralize } from '../wording.ts'

/** "HostPath volumes must be forbidden." (Pod Security Standards, Baseline) */
export const hostPathVolumes: Control = {
  id: 'hostPathVolumes',
  level: 'baseline',
  revisions: [
    {
      since: 0,
      forbids: ({ spec }) => spec.volumes?.some((volume) => volume.hostPath != null) ?? false,
      offences: ({ spec }) =>
        (spec.volumes ?? []).flatMap(({ name, hostPath }, index) =>
          hostPath == null
            ? []
            : [
                {
                  setter: { kind: 'volume' as const, name: name ?? '' },
                  kind: 'forbidden' as const,
                  fields: [['spec', 'volumes', index, 'hostPath']] as const,
                  values: [hostPath.path ?? ''],
                },
              ],
        ),
    },
  ],
  describe(offences) {
    const names = volumeNames(offences)
    return {
      reason: 'hostPath volumes',
      detail: `${pluralize('volume', 'volumes', names.length)} ${joinQuoted(names)}`,
    }
  },
}
