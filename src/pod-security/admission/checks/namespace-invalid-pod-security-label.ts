import type { Check, Remediation } from '../../../findings/index.ts'
import type { FieldPath } from '../../../kubernetes/index.ts'
import { defineMessages, withParticle } from '../../../messages/index.ts'
import { formatLevelVersion, isLevel } from '../../standards/version.ts'
import type { ManifestCluster } from '../outlook.ts'
import {
  type Labels,
  levelLabel,
  MODES,
  POD_SECURITY_PREFIX,
  resolvePolicy,
  versionLabel,
} from '../policy.ts'
import { isCoreKind } from '../request.ts'
import { NAMESPACE_LABELS_PAGE } from './references.ts'

const KNOWN_LABELS = MODES.flatMap((mode) => [levelLabel(mode), versionLabel(mode)])

interface ValueData {
  readonly label: string
  readonly value: string
  /** What the value must be, in Kubernetes' words. */
  readonly expected: string
  readonly mode: string
  /** The policy that counts where the label is there all the same, e.g. `restricted:latest`. */
  readonly policy: string
}

const messages = defineMessages('namespace-invalid-pod-security-label', {
  value: {
    en: ({ label, value, expected, mode, policy }: ValueData) =>
      `${label}: "${value}" is not a value that Kubernetes knows (${expected}); the API server rejects it, and where it is already set ${mode} counts as ${policy}`,
    ko: ({ label, value, expected, mode, policy }: ValueData) =>
      `${withParticle(`${label}: "${value}"`, '은/는')} 쿠버네티스가 아는 값이 아닙니다(${expected}). API 서버가 거부하며, 이미 설정되어 있는 경우 \`${mode}\` 모드는 ${withParticle(policy, '으로/로')} 간주됩니다`,
  },
  label: {
    en: ({ label }: { label: string }) =>
      `Kubernetes knows no label ${label}: it has no effect. There are ${KNOWN_LABELS.join(', ')}`,
    ko: ({ label }: { label: string }) =>
      `쿠버네티스에는 ${label} 레이블이 없으므로 아무 효과가 없습니다. 쓸 수 있는 레이블은 ${KNOWN_LABELS.join(', ')}입니다`,
  },
  lowercase: {
    en: ({ level }: { level: string }) => `Levels are written in lower case: ${level}.`,
    ko: ({ level }: { level: string }) => `수준은 소문자로 씁니다: \`${level}\``,
  },
})

/** High: what was meant to be enforced is not, or pods are rejected that were meant to run. */
export function namespaceInvalidPodSecurityLabel({ settings }: ManifestCluster): Check {
  return {
    id: 'namespace-invalid-pod-security-label',
    severity: 'high',
    title: { en: 'Unknown Pod Security label or value', ko: '알 수 없는 파드 시큐리티 레이블이나 값' },
    messages,
    references: [NAMESPACE_LABELS_PAGE],
    run({ object }, report) {
      if (!isCoreKind(object, 'Namespace')) return
      const labels: Labels = object.metadata?.labels ?? {}
      const { policy, errors } = resolvePolicy(labels, settings.defaults)
      for (const { path, detail: expected } of errors) {
        const label = String(path.at(-1))
        const mode =
          MODES.find((each) => label === levelLabel(each) || label === versionLabel(each)) ?? 'enforce'
        const value = labels[label] ?? ''
        const data = { label, value, expected, mode, policy: formatLevelVersion(policy[mode]) }
        const remediation = lowercaseRemedy(path, value)
        report({ path, message: messages.make.value(data), ...(remediation && { remediation }) })
      }
      for (const label of Object.keys(labels)) {
        if (!label.startsWith(POD_SECURITY_PREFIX) || KNOWN_LABELS.includes(label)) continue
        report({ path: ['metadata', 'labels', label], message: messages.make.label({ label }) })
      }
    },
  }
}

/** Not safe: the level was not in force until now. */
function lowercaseRemedy(path: FieldPath, value: string): Remediation | undefined {
  const level = value.trim().toLowerCase()
  if (!isLevel(level)) return undefined
  return {
    message: messages.make.lowercase({ level }),
    patch: [{ op: 'replace', path, value: level }],
    safe: false,
  }
}
