import type { Check } from '../../../findings/index.ts'
import { CONTROLS } from '../controls/index.ts'
import { controlsOf } from '../registry.ts'
import type { Level, PolicyVersion } from '../version.ts'
import { allowPrivilegeEscalation } from './allow-privilege-escalation.ts'
import { appArmorProfile } from './app-armor-profile.ts'
import { capabilitiesBaseline, capabilitiesRestricted } from './capabilities.ts'
import type { ControlChecks } from './control-check.ts'
import { hostNamespaces } from './host-namespaces.ts'
import { hostPathVolumes } from './host-path-volumes.ts'
import { hostPorts } from './host-ports.ts'
import { hostProbesAndHostLifecycle } from './host-probes.ts'
import { privileged } from './privileged.ts'
import { procMount, procMountRestricted } from './proc-mount.ts'
import { restrictedVolumes } from './restricted-volumes.ts'
import { runAsNonRoot } from './run-as-non-root.ts'
import { runAsUser } from './run-as-user.ts'
import { seLinuxOptions } from './se-linux-options.ts'
import { seccompProfileBaseline, seccompProfileRestricted } from './seccomp-profile.ts'
import { sysctls } from './sysctls.ts'
import { windowsHostProcess } from './windows-host-process.ts'

const BY_CONTROL = new Map<string, ControlChecks>(
  [
    appArmorProfile,
    capabilitiesBaseline,
    hostNamespaces,
    hostPathVolumes,
    hostPorts,
    hostProbesAndHostLifecycle,
    privileged,
    procMount,
    seLinuxOptions,
    seccompProfileBaseline,
    sysctls,
    windowsHostProcess,
    allowPrivilegeEscalation,
    capabilitiesRestricted,
    procMountRestricted,
    restrictedVolumes,
    runAsNonRoot,
    runAsUser,
    seccompProfileRestricted,
  ].map((checks) => [checks.control.id, checks]),
)

/**
 * The checks that report what a level of a version asks for, in Kubernetes' order.
 *
 * Each looks only for what its own control asks for, so that running them all judges a pod once.
 *
 * @returns empty for `privileged`; for `restricted` those of `baseline` too, but for the ones that a stricter
 *   control overrides
 */
export function podSecurityChecks(level: Level, version: PolicyVersion): Check[] {
  return controlsOf(level, version).flatMap(
    ({ control, revision }) => BY_CONTROL.get(control.id)?.as(revision) ?? [],
  )
}

/** Every control that any level has, each in its newest revision: for catalogues, messages and documentation. */
export function allPodSecurityChecks(): Check[] {
  return CONTROLS.flatMap((control) => {
    const newest = control.revisions.at(-1) ?? control.revisions[0]
    return BY_CONTROL.get(control.id)?.as(newest) ?? []
  })
}
