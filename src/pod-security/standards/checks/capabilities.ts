import type { PatchOperation } from '../../../findings/index.ts'
import type { PodTemplateView } from '../../../kubernetes/index.ts'
import { withParticle } from '../../../messages/index.ts'
import type { Offence } from '../control.ts'
import { BASELINE_CAPABILITIES, capabilitiesBaseline as baseline } from '../controls/capabilities-baseline.ts'
import { capabilitiesRestricted as restricted } from '../controls/capabilities-restricted.ts'
import { containerAt } from '../pod.ts'
import { pathsOf } from '../setters.ts'
import { type ControlFindings, controlChecks, type Mending } from './control-check.ts'
import { listed, who, whoInKorean } from './offence-facts.ts'
import { securityContextsOf } from './offence-place.ts'
import { removingFields, settingField } from './patch.ts'

/** With any of these root in the container takes over the node. */
const NODE_TAKING = /^(CAP_)?(ALL|SYS_ADMIN|SYS_MODULE|SYS_PTRACE|SYS_RAWIO|DAC_READ_SEARCH|BPF|SYS_BOOT)$/i

const findings = {
  references: ['https://kubernetes.io/docs/concepts/security/linux-kernel-security-constraints/'],
  forbidden: {
    en: (facts) => `${who(facts)} adds Linux capabilities that it must not have, ${listed(facts.values)}`,
    ko: (facts) =>
      `${whoInKorean(facts, '이/가')} 허용되지 않는 리눅스 기능(capability) ${withParticle(listed(facts.values), '을/를')} 추가합니다`,
  },
  advice: {
    en: 'Drop "ALL" and add back only NET_BIND_SERVICE where a port below 1024 is bound. Try it first: which capabilities a program uses is not in its manifest.',
    ko: '"ALL"을 제거(drop)하고, 1024 미만의 포트를 여는 경우에만 NET_BIND_SERVICE를 다시 추가합니다. 프로그램이 어떤 기능을 쓰는지는 매니페스트에 나타나지 않으므로 먼저 시험합니다.',
  },
} satisfies Partial<ControlFindings>

/** High: beyond the default set, most capabilities are keys to some part of the node. */
export const capabilitiesBaseline = controlChecks({
  ...findings,
  control: baseline,
  severity: 'high',
  title: { en: 'Capabilities beyond the default set', ko: '기본 집합을 벗어난 리눅스 기능(capability)' },
  severityOf({ values }) {
    if (values.some((value) => NODE_TAKING.test(value))) return 'critical'
    return values.every(isDefaultMisspelt) ? 'low' : undefined
  },
  mendLooksAt: securityContextsOf,
  mend: (offences, pod) => mendAdded(offences, pod, (name) => BASELINE_CAPABILITIES.has(name)),
})

/** Medium: the runtime's default set is what a container has that says nothing. */
export const capabilitiesRestricted = controlChecks({
  ...findings,
  control: restricted,
  severity: 'medium',
  title: { en: 'Capabilities not dropped', ko: '제거하지 않은 리눅스 기능(capability)' },
  missing: {
    en: (facts) => `${who(facts)} does not drop "ALL" Linux capabilities`,
    ko: (facts) => `${whoInKorean(facts, '이/가')} 리눅스 기능(capability) "ALL"을 제거(drop)하지 않습니다`,
  },
  severityOf({ values }) {
    if (values.some((value) => NODE_TAKING.test(value))) return 'critical'
    const isGrave = (value: string) => !BASELINE_CAPABILITIES.has(value) && !isDefaultMisspelt(value)
    return values.some(isGrave) ? 'high' : undefined
  },
  mendLooksAt: securityContextsOf,
  mend(offences, pod) {
    const [missing] = offences.filter(({ kind }) => kind === 'missing')
    if (missing !== undefined) return mendDrop(missing, pod)
    return mendAdded(offences, pod, (name) => name === 'NET_BIND_SERVICE')
  },
})

/**
 * Safe only where ALL is dropped already in another spelling: the runtimes compare without regard to case, the
 * standards do not. Else not: which capabilities the program needs is not in the manifest.
 */
function mendDrop(offence: Offence, pod: PodTemplateView): Mending {
  const [path] = pathsOf(offence)
  const dropped = dropOf(offence, pod)
  const spelt = dropped.findIndex((name) => name.toUpperCase() === 'ALL')
  if (spelt >= 0) return { operations: [settingField(pod, [...path, spelt], 'ALL')], safe: true }
  // ALL makes naming others needless, so that the list is replaced.
  return { operations: [settingField(pod, path, ['ALL'])], safe: false }
}

/**
 * Capabilities that are only written in small letters are allowed ones in the right spelling, which is safe: the
 * runtimes take both. All others are removed, which is not. `CAP_` in front means different things to different
 * runtimes, hence its removal is not safe either.
 */
function mendAdded(
  offences: readonly Offence[],
  pod: PodTemplateView,
  isAllowed: (name: string) => boolean,
): Mending {
  const respelt: PatchOperation[] = []
  const removed = offences.flatMap((offence) =>
    pathsOf(offence).filter((path, index) => {
      const name = (offence.values[index] ?? '').toUpperCase()
      if (!isAllowed(name)) return true
      respelt.push(settingField(pod, path, name))
      return false
    }),
  )
  return { operations: [...respelt, ...removingFields(pod, removed)], safe: removed.length === 0 }
}

/** `chown`: refused by the standards, the same as CHOWN to the runtimes. */
function isDefaultMisspelt(capability: string): boolean {
  return BASELINE_CAPABILITIES.has(capability.toUpperCase()) && !BASELINE_CAPABILITIES.has(capability)
}

function dropOf({ setter }: Offence, { spec }: PodTemplateView): readonly string[] {
  if (setter.kind !== 'container') return []
  return containerAt(spec, setter.list, setter.index).securityContext?.capabilities?.drop ?? []
}
