import { isWorkload, type KubernetesObject, podTemplateOf } from '../../kubernetes/index.ts'
import { defineMessages, type Message, withParticle } from '../../messages/index.ts'
import { evaluatePod } from './evaluate.ts'
import type { PodView } from './pod.ts'
import { violationMessage } from './summary.ts'
import { type Level, parsePolicyVersion } from './version.ts'

/** A line of `haetae eval pod-security`, validated against its schema, the object decoded. */
export interface PodSecurityRequest {
  readonly level: Level
  /** `latest` or `v1.x`. */
  readonly version: string
  /** A Pod, or any workload that carries a pod template. */
  readonly object: KubernetesObject
}

/** The line that answers it. */
export interface PodSecurityAnswer {
  readonly allowed: boolean
  /** All violated controls, in Kubernetes' order. */
  readonly violations: readonly { readonly check: string; readonly reason: string; readonly detail: string }[]
  /** `violates PodSecurity "level:version": …` as the API server says it; `''` where the pod is allowed. */
  readonly message: string
}

/** Why a request can't be answered. */
export interface PodSecurityRefusal {
  readonly error: { readonly code: 'invalid-version' | 'not-a-workload'; readonly message: Message }
}

export const podSecurityRequestMessages = defineMessages('pod-security-request', {
  invalidVersion: {
    en: ({ version }: { version: string }) => `version "${version}": must be "latest" or "v1.x"`,
    ko: ({ version }: { version: string }) => `버전 "${version}": "latest"나 "v1.x" 형식이어야 합니다`,
  },
  notAWorkload: {
    en: ({ apiVersion, kind }: { apiVersion: string; kind: string }) =>
      `${kind} (${apiVersion}) neither is a pod nor carries a pod template`,
    ko: ({ apiVersion, kind }: { apiVersion: string; kind: string }) =>
      `${withParticle(`${kind}(${apiVersion})`, '은/는')} 파드도 아니고 파드 템플릿도 없습니다`,
  },
})

/**
 * Judges one object by the Pod Security Standards.
 *
 * A workload whose template or pod spec is missing is judged as one with an empty pod, as the API server decodes it.
 *
 * @returns the answer, or for an object without a pod and for a version that is none the reason why there is none
 */
export function evalPodSecurity(request: PodSecurityRequest): PodSecurityAnswer | PodSecurityRefusal {
  const { level, object } = request
  const version = parsePolicyVersion(request.version)
  if (version === undefined) {
    const message = podSecurityRequestMessages.make.invalidVersion({ version: request.version })
    return { error: { code: 'invalid-version', message } }
  }
  if (!isWorkload(object)) {
    const { apiVersion, kind } = object
    const message = podSecurityRequestMessages.make.notAWorkload({ apiVersion, kind })
    return { error: { code: 'not-a-workload', message } }
  }
  const pod: PodView = podTemplateOf(object) ?? { spec: {} }
  const violations = evaluatePod(level, version, pod)
  return {
    allowed: violations.length === 0,
    violations: violations.map(({ check, reason, detail }) => ({ check, reason, detail })),
    message: violationMessage({ level, version }, violations),
  }
}
