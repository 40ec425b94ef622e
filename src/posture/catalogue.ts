import type { Check } from '../findings/index.ts'
import { hostPathSensitive } from './checks/host-path-sensitive.ts'
import { imageInvalid } from './checks/image-invalid.ts'
import { imageNotPinned } from './checks/image-not-pinned.ts'
import { imageTagLatest } from './checks/image-tag-latest.ts'
import { mutableRootFilesystem } from './checks/mutable-root-filesystem.ts'
import { noResourceLimits } from './checks/no-resource-limits.ts'
import { noResourceRequests } from './checks/no-resource-requests.ts'
import { readOnlyRootNeedsEmptydir } from './checks/read-only-root-needs-emptydir.ts'
import { runsAsRoot } from './checks/runs-as-root.ts'
import { secretInEnvironmentLiteral } from './checks/secret-in-environment-literal.ts'
import { secretInEnvironmentReference } from './checks/secret-in-environment-reference.ts'
import { serviceAccountTokenMounted } from './checks/service-account-token-mounted.ts'
import { sharedProcessNamespace } from './checks/shared-process-namespace.ts'
import { unknownField } from './checks/unknown-field.ts'
import { windowsLinuxOnlySettings } from './checks/windows-linux-only-settings.ts'
import { windowsSecretPlainText } from './checks/windows-secret-plain-text.ts'

/** The checks beyond the Pod Security Standards, in the order in which `haetae checks list` shows them. */
export const postureChecks: readonly Check[] = [
  unknownField,
  runsAsRoot,
  mutableRootFilesystem,
  readOnlyRootNeedsEmptydir,
  imageInvalid,
  imageTagLatest,
  imageNotPinned,
  secretInEnvironmentLiteral,
  secretInEnvironmentReference,
  serviceAccountTokenMounted,
  noResourceLimits,
  noResourceRequests,
  hostPathSensitive,
  sharedProcessNamespace,
  windowsLinuxOnlySettings,
  windowsSecretPlainText,
]

/** The checks whose findings may lie on a secret in plain text (`holdsSecret`). */
export const secretMarkers: readonly Check[] = [secretInEnvironmentLiteral, unknownField]

/**
 * Joins groups of checks into one catalogue, e.g. the Pod Security controls, these, and those of other rooms.
 *
 * @throws Error when two checks have one id: a defect in Haetae, as ids are a public contract
 */
export function composeChecks(...groups: readonly (readonly Check[])[]): readonly Check[] {
  const byId = new Map<string, Check>()
  for (const check of groups.flat()) {
    if (byId.has(check.id)) throw new Error(`two checks have the id ${check.id}`)
    byId.set(check.id, check)
  }
  return [...byId.values()]
}
