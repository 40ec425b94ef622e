import type { KubernetesObject, Pod } from '../../../kubernetes/index.ts'
import { isSame } from '../chain/json-patch.ts'
import { plainError, Refused } from '../refusals.ts'
import type { AdmissionRequest, AdmissionStage } from '../stage.ts'
import { namespaceOf } from './namespace-of.ts'
import { isAboutPods, objectOf, podOf } from './pods/pod-request.ts'
import { isBestEffort } from './pods/quality-of-service.ts'

const DEFAULTS = 'scheduler.alpha.kubernetes.io/defaultTolerations'
const ALLOWED = 'scheduler.alpha.kubernetes.io/tolerationsWhitelist'

type Toleration = NonNullable<NonNullable<Pod['spec']>['tolerations']>[number]

/** Its configuration file: for namespaces without annotations of their own. */
export interface PodTolerationRestrictionConfiguration {
  readonly default?: readonly Toleration[]
  readonly whitelist?: readonly Toleration[]
}

/** "Pods that are not BestEffort tolerate memory pressure" (Taints and Tolerations). */
const MEMORY_PRESSURE: Toleration = {
  key: 'node.kubernetes.io/memory-pressure',
  operator: 'Exists',
  effect: 'NoSchedule',
}

/**
 * "Verifies any conflict between tolerations of a pod and the tolerations of its namespace. … It then merges the
 * tolerations annotated on the namespace into the tolerations of the pod" (Kubernetes documentation,
 * "PodTolerationRestriction").
 */
export function createPodTolerationRestriction(
  configuration: PodTolerationRestrictionConfiguration = {},
): AdmissionStage {
  return {
    name: 'PodTolerationRestriction',
    async mutate(request, surroundings) {
      if (!isConcerned(request)) return {}
      const pod = podOf(request.object)
      const namespace = await namespaceOf(request.namespace, surroundings)
      const extra =
        request.operation === 'CREATE'
          ? [...(annotated(namespace, DEFAULTS) ?? configuration.default ?? [])]
          : []
      if (!isBestEffort(pod)) extra.push(MEMORY_PRESSURE)
      const given = pod.spec?.tolerations ?? []
      const tolerations = extra.length === 0 ? given : merge(given, extra)
      check(tolerations, namespace, configuration)
      if (isSame(tolerations, given)) return {}
      return { object: objectOf({ ...pod, spec: { ...pod.spec, tolerations } }) }
    },
    async validate(request, surroundings) {
      if (!isConcerned(request)) return {}
      const { spec } = podOf(request.object)
      const namespace = await namespaceOf(request.namespace, surroundings)
      check(spec?.tolerations ?? [], namespace, configuration)
      return {}
    },
  }
}

function isConcerned(request: AdmissionRequest): boolean {
  return isAboutPods(request) && (request.operation === 'CREATE' || request.operation === 'UPDATE')
}

function check(
  tolerations: readonly Toleration[],
  namespace: KubernetesObject,
  configuration: PodTolerationRestrictionConfiguration,
): void {
  const own = annotated(namespace, ALLOWED)
  const allowed = own ?? configuration.whitelist ?? []
  if (allowed.length === 0 || tolerations.every((each) => allowed.some((wide) => covers(wide, each)))) return
  const scope = own === undefined ? 'cluster' : 'namespace'
  throw new Refused(
    plainError(
      `pod tolerations (possibly merged with namespace default tolerations) conflict with its ${scope} whitelist`,
    ),
  )
}

/** @returns undefined where the namespace has no such annotation, an empty list for an empty one */
function annotated(namespace: KubernetesObject, key: string): readonly Toleration[] | undefined {
  const text = namespace.metadata?.annotations?.[key]
  if (text === undefined) return undefined
  if (text === '') return []
  try {
    const value: unknown = JSON.parse(text)
    if (value === null) return []
    if (Array.isArray(value) && value.every((each) => typeof each === 'object' && each !== null)) return value
  } catch {
    // Told below, as any other text that is no list of tolerations.
  }
  throw new Refused(plainError(`the annotation ${key} of the namespace is no JSON list of tolerations`))
}

/** Both lists without what another one covers; of equal ones the first stays (`MergeTolerations`). */
function merge(first: readonly Toleration[], second: readonly Toleration[]): readonly Toleration[] {
  const all = [...first, ...second]
  const merged: Toleration[] = []
  for (const [index, each] of all.entries()) {
    const isCovered =
      merged.some((other) => covers(other, each)) ||
      all.slice(index + 1).some((other) => !isEqual(other, each) && covers(other, each))
    if (!isCovered) merged.push(each)
  }
  return merged
}

/** Whether `wide` tolerates everything that `narrow` does (`isSuperset`). */
function covers(wide: Toleration, narrow: Toleration): boolean {
  if (isEqual(wide, narrow)) return true
  const { key = '', operator = '', effect = '' } = wide
  if ((narrow.key ?? '') !== key && (key !== '' || operator !== 'Exists')) return false
  if ((narrow.effect ?? '') !== effect && effect !== '') return false
  if (effect === 'NoExecute' && wide.tolerationSeconds !== undefined) {
    const seconds = narrow.tolerationSeconds
    if (seconds === undefined || seconds > wide.tolerationSeconds) return false
  }
  if (operator === 'Exists') return true
  if (operator !== 'Equal' && operator !== '') return false
  return narrow.operator === 'Equal' && (narrow.value ?? '') === (wide.value ?? '')
}

function isEqual(a: Toleration, b: Toleration): boolean {
  return isSame(filled(a), filled(b))
}

function filled({ key = '', operator = '', value = '', effect = '', tolerationSeconds }: Toleration) {
  return [key, operator, value, effect, tolerationSeconds ?? null]
}
