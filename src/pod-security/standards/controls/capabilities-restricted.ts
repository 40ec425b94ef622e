import type { Control, Offence, Revision } from '../control.ts'
import { addedCapabilities, containerSetter, NO_VALUES, relaxed } from '../offences.ts'
import { type AnyContainer, isWindows, someContainer, visitContainers } from '../pod.ts'
import { containerNames, valuesOf } from '../setters.ts'
import { containersNamed, joinQuoted, sortedSet } from '../wording.ts'

const DROP: Offence['fields'] = [['securityContext', 'capabilities', 'drop']]

const anyPod: Revision = {
  since: 22,
  overrides: ['capabilities_baseline'],
  forbids: ({ spec }) => someContainer(spec, isUnrestricted),
  offences({ spec }) {
    const found: Offence[] = []
    visitContainers(spec, (container, list, index) => {
      if (keepsSome(container)) {
        const setter = containerSetter(container, list, index)
        found.push({ setter, kind: 'missing', fields: DROP, values: NO_VALUES })
      }
      const added = addedCapabilities(container, list, index, isForbidden)
      if (added !== undefined) found.push(added)
    })
    return found
  },
}

/**
 * "Containers must drop ALL capabilities, and are only permitted to add back the NET_BIND_SERVICE capability."
 * (Pod Security Standards, Restricted, v1.22+). Linux only from v1.25 on: "This is Linux only policy in v1.25+
 * (.spec.os.name != "windows")".
 */
export const capabilitiesRestricted: Control = {
  id: 'capabilities_restricted',
  level: 'restricted',
  revisions: [anyPod, relaxed(anyPod, 25, isWindows)],
  describe(offences) {
    const keeping = containerNames(offences.filter(({ kind }) => kind === 'missing'))
    const adding = offences.filter(({ kind }) => kind === 'forbidden')
    let detail = ''
    if (keeping.length > 0) {
      detail = `${containersNamed(keeping)} must set securityContext.capabilities.drop=["ALL"]`
    }
    if (adding.length > 0) {
      if (detail !== '') detail += '; '
      detail += `${containersNamed(containerNames(adding))} must not include ${joinQuoted(sortedSet(valuesOf(adding)))} in securityContext.capabilities.add`
    }
    return { reason: 'unrestricted capabilities', detail }
  },
}

function isUnrestricted(container: AnyContainer): boolean {
  return keepsSome(container) || addsForbidden(container)
}

function keepsSome({ securityContext }: AnyContainer): boolean {
  return !securityContext?.capabilities?.drop?.includes('ALL')
}

function addsForbidden({ securityContext }: AnyContainer): boolean {
  return securityContext?.capabilities?.add?.some(isForbidden) ?? false
}

function isForbidden(capability: string): boolean {
  return capability !== 'NET_BIND_SERVICE'
}
