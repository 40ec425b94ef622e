import { type Check, NO_PLACES } from '../../findings/index.ts'
import type { PodSpec } from '../../kubernetes/index.ts'
import { defineMessages, withParticle } from '../../messages/index.ts'
import { forEachContainer, forEachRecord, specPath } from '../containers.ts'
import { setField, settingKey } from '../patch.ts'
import { normalizePath } from '../paths.ts'

interface Data {
  readonly serviceAccount: string
}

const messages = defineMessages('service-account-token-mounted', {
  default: {
    en: () =>
      'the token of service account "default" is mounted into every container unless that service account opts out: automountServiceAccountToken is not false',
    ko: () =>
      'automountServiceAccountToken이 false가 아니므로, 서비스 어카운트 "default"가 스스로 끄지 않는 한 그 토큰이 모든 컨테이너에 마운트됩니다',
  },
  named: {
    en: ({ serviceAccount }: Data) =>
      `the token of service account "${serviceAccount}" is mounted into every container; say automountServiceAccountToken: false where the Kubernetes API is not called`,
    ko: ({ serviceAccount }: Data) =>
      `서비스 어카운트 "${serviceAccount}"의 토큰이 모든 컨테이너에 마운트됩니다. 쿠버네티스 API를 호출하지 않는다면 automountServiceAccountToken: false로 끕니다`,
  },
  requested: {
    en: ({ serviceAccount }: Data) =>
      `automountServiceAccountToken: true mounts the token of service account "${serviceAccount}" into every container`,
    ko: ({ serviceAccount }: Data) =>
      `automountServiceAccountToken: true에 따라 ${withParticle(`서비스 어카운트 "${serviceAccount}"의 토큰`, '이/가')} 모든 컨테이너에 마운트됩니다`,
  },
  remedy: {
    en: () =>
      'Set automountServiceAccountToken: false; a container that does call the API can mount a projected serviceAccountToken volume alone.',
    ko: () =>
      'automountServiceAccountToken: false로 설정합니다. API를 호출하는 컨테이너에는 serviceAccountToken을 담은 프로젝티드 볼륨을 따로 마운트할 수 있습니다.',
  },
})

const FIELD = ['automountServiceAccountToken']

/** Where the ServiceAccount admission controller mounts the token (reference/access-authn-authz/service-accounts-admin). */
const TOKEN_PATH = normalizePath('/var/run/secrets/kubernetes.io/serviceaccount')

/**
 * Medium for the service account `default`: nobody gave it to the workload on purpose, and whatever a binding
 * grants it reaches every pod of the namespace. Low with a service account of its own, which somebody chose.
 */
export const serviceAccountTokenMounted: Check = {
  id: 'service-account-token-mounted',
  severity: 'medium',
  title: { en: 'Service account token mounted', ko: '마운트되는 서비스 어카운트 토큰' },
  messages,
  references: [
    'https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#opt-out-of-api-credential-automounting',
    'https://kubernetes.io/docs/concepts/security/service-accounts/',
  ],
  run({ pod }, report, places = NO_PLACES) {
    if (pod === undefined) return
    const { spec } = pod
    const automount = spec.automountServiceAccountToken
    // "If both the ServiceAccount and the Pod's .spec specify a value for automountServiceAccountToken, the Pod
    // spec takes precedence."
    if (automount === false || isShielded(spec)) return
    // serviceAccount is the deprecated alias of serviceAccountName.
    const serviceAccount = spec.serviceAccountName || spec.serviceAccount || 'default'
    const isDefault = serviceAccount === 'default'
    const found = places.pod.recall(
      settingKey(spec, FIELD) * 2 + Number(automount === true),
      isDefault ? undefined : 'named',
      isDefault && automount !== true ? {} : { serviceAccount },
      () => {
        const { make } = messages
        return {
          path: specPath(pod, ...FIELD),
          message:
            automount === true
              ? make.requested({ serviceAccount })
              : isDefault
                ? make.default({})
                : make.named({ serviceAccount }),
          ...(!isDefault && { severity: 'low' as const }),
          remediation: {
            message: make.remedy({}),
            patch: [setField(spec, specPath(pod), FIELD, false)],
            // Not safe: whether the program calls the Kubernetes API is not in the manifest.
            safe: false,
          },
        }
      },
    )
    if (found !== undefined) report(found)
  },
}

/**
 * Whether every container has a volume of its own where the token would go: the admission controller leaves
 * such containers alone. In pods read from a cluster the mount there is the admission controller's own.
 */
function isShielded(spec: PodSpec): boolean {
  let shielded = true
  forEachContainer(spec, ({ volumeMounts }, field) => {
    // Ephemeral containers come later, through another request, and get no token of their own.
    if (field === 'ephemeralContainers' || !shielded) return
    let mounted = false
    forEachRecord<{ mountPath?: unknown; name?: unknown }>(volumeMounts, ({ mountPath, name }) => {
      if (typeof mountPath !== 'string' || !mountPath.includes('serviceaccount')) return
      mounted ||= !isAutomounted(name) && normalizePath(mountPath) === TOKEN_PATH
    })
    shielded = mounted
  })
  return shielded
}

/** The names of the volumes that admission adds: projected since v1.22, a Secret's name before. */
function isAutomounted(volume: unknown): boolean {
  return typeof volume === 'string' && /^kube-api-access-|-token-[a-z0-9]{5}$/.test(volume)
}
