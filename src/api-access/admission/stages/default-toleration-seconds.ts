import type { AdmissionStage } from '../stage.ts'
import { isAboutPods, objectOf, podOf } from './pods/pod-request.ts'

const NOT_READY = 'node.kubernetes.io/not-ready'
const UNREACHABLE = 'node.kubernetes.io/unreachable'

/**
 * "Sets the default forgiveness toleration for pods to tolerate the taints `notready:NoExecute` and
 * `unreachable:NoExecute` … if the pods don't already have toleration for taints" (Kubernetes documentation,
 * "DefaultTolerationSeconds").
 *
 * @param seconds - of `--default-not-ready-toleration-seconds` and `--default-unreachable-toleration-seconds`
 */
export function createDefaultTolerationSeconds(
  seconds: { readonly notReady?: number; readonly unreachable?: number } = {},
): AdmissionStage {
  const defaults = [
    { key: NOT_READY, tolerationSeconds: seconds.notReady ?? 300 },
    { key: UNREACHABLE, tolerationSeconds: seconds.unreachable ?? 300 },
  ]
  return {
    name: 'DefaultTolerationSeconds',
    mutate(request) {
      const { operation } = request
      if (!isAboutPods(request) || (operation !== 'CREATE' && operation !== 'UPDATE')) return {}
      const pod = podOf(request.object)
      const given = pod.spec?.tolerations ?? []
      const missing = defaults.filter(
        ({ key: wanted }) =>
          !given.some(
            ({ key = '', effect = '' }) =>
              (key === wanted || key === '') && (effect === 'NoExecute' || effect === ''),
          ),
      )
      if (missing.length === 0) return {}
      const added = missing.map(({ key, tolerationSeconds }) => ({
        key,
        operator: 'Exists',
        effect: 'NoExecute',
        tolerationSeconds,
      }))
      return { object: objectOf({ ...pod, spec: { ...pod.spec, tolerations: [...given, ...added] } }) }
    },
  }
}
