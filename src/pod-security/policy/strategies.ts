import { type AppArmorStrategy, createAppArmorStrategy } from './strategies/apparmor.ts'
import { type CapabilitiesStrategy, createCapabilitiesStrategy } from './strategies/capabilities.ts'
import { createGroupStrategy, type GroupStrategy } from './strategies/group.ts'
import { createRunAsUserStrategy, type RunAsUserStrategy } from './strategies/run-as-user.ts'
import { createSeccompStrategy, type SeccompStrategy } from './strategies/seccomp.ts'
import { createSELinuxStrategy, type SELinuxStrategy } from './strategies/selinux.ts'
import { isUnusable, type UnusableRule } from './strategies/strategy.ts'
import type { PodSecurityPolicy } from './types.ts'

/** One policy's rules, ready to default and to judge pods. */
export interface Strategies {
  readonly runAsUser: RunAsUserStrategy
  readonly runAsGroup: GroupStrategy
  readonly seLinux: SELinuxStrategy
  readonly fsGroup: GroupStrategy
  readonly supplementalGroups: GroupStrategy
  readonly seccomp: SeccompStrategy
  readonly appArmor: AppArmorStrategy
  readonly capabilities: CapabilitiesStrategy
}

/**
 * The strategies that a policy's rules name.
 *
 * @param policy - with the API's defaults applied
 * @returns the reasons instead where a rule is unknown or lacks what it needs
 */
export function createStrategies(policy: PodSecurityPolicy): Strategies | readonly string[] {
  const spec = policy.spec ?? {}
  const runAsUser = createRunAsUserStrategy(spec.runAsUser ?? {})
  const runAsGroup = createGroupStrategy('RunAsGroup', spec.runAsGroup ?? { rule: 'RunAsAny' })
  const seLinux = createSELinuxStrategy(spec.seLinux ?? {})
  const fsGroup = createGroupStrategy('FSGroup', spec.fsGroup ?? {})
  const supplementalGroups = createGroupStrategy('SupplementalGroups', spec.supplementalGroups ?? {})
  if (
    isUnusable(runAsUser) ||
    isUnusable(runAsGroup) ||
    isUnusable(seLinux) ||
    isUnusable(fsGroup) ||
    isUnusable(supplementalGroups)
  )
    return reasons([runAsUser, runAsGroup, seLinux, fsGroup, supplementalGroups])
  const annotations = policy.metadata?.annotations ?? {}
  return {
    runAsUser,
    runAsGroup,
    seLinux,
    fsGroup,
    supplementalGroups,
    seccomp: createSeccompStrategy(annotations),
    appArmor: createAppArmorStrategy(annotations),
    capabilities: createCapabilitiesStrategy({
      defaultAdd: spec.defaultAddCapabilities ?? [],
      requiredDrop: spec.requiredDropCapabilities ?? [],
      allowed: spec.allowedCapabilities ?? [],
    }),
  }
}

function reasons(strategies: readonly (object | UnusableRule)[]): string[] {
  return strategies.flatMap((strategy) => (isUnusable(strategy) ? [strategy.unusable] : []))
}
