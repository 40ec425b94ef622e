import { forbidden, plainError, Refused } from '../refusals.ts'
import type { AdmissionRequest, AdmissionStage, AdmissionSurroundings } from '../stage.ts'
import { namespaceOf } from './namespace-of.ts'
import { isAboutPods, objectOf, podOf } from './pods/pod-request.ts'

const ANNOTATION = 'scheduler.alpha.kubernetes.io/node-selector'

/**
 * `podNodeSelectorPluginConfig`: a node selector as text (`env=test,disk=ssd`) by namespace, the labels that its pods
 * may select by; under `clusterDefaultNodeSelector` that of namespaces without an annotation.
 */
export type PodNodeSelectorConfiguration = Readonly<Record<string, string>>

type Labels = Readonly<Record<string, string>>

/**
 * "Defaults and limits what node selectors may be used within a namespace by reading a namespace annotation and a
 * global configuration" (Kubernetes documentation, "PodNodeSelector").
 */
export function createPodNodeSelector(configuration: PodNodeSelectorConfiguration = {}): AdmissionStage {
  return {
    name: 'PodNodeSelector',
    async mutate(request, surroundings) {
      if (!isConcerned(request)) return {}
      const pod = podOf(request.object)
      const selector = await selectorOf(request, surroundings, configuration)
      const given = pod.spec?.nodeSelector ?? {}
      check(request, given, selector, configuration, false)
      const nodeSelector = { ...selector, ...given }
      check(request, nodeSelector, selector, configuration, true)
      if (Object.keys(nodeSelector).length === Object.keys(given).length) return {}
      return { object: objectOf({ ...pod, spec: { ...pod.spec, nodeSelector } }) }
    },
    async validate(request, surroundings) {
      if (!isConcerned(request)) return {}
      const { spec } = podOf(request.object)
      const selector = await selectorOf(request, surroundings, configuration)
      check(request, spec?.nodeSelector ?? {}, selector, configuration, true)
      return {}
    },
  }
}

function isConcerned(request: AdmissionRequest): boolean {
  return isAboutPods(request) && request.operation === 'CREATE'
}

async function selectorOf(
  { namespace }: AdmissionRequest,
  surroundings: AdmissionSurroundings,
  configuration: PodNodeSelectorConfiguration,
): Promise<Labels> {
  const { metadata } = await namespaceOf(namespace, surroundings)
  return parse(metadata?.annotations?.[ANNOTATION] ?? configuration['clusterDefaultNodeSelector'] ?? '')
}

function check(
  request: AdmissionRequest,
  given: Labels,
  selector: Labels,
  configuration: PodNodeSelectorConfiguration,
  withAllowed: boolean,
): void {
  const isInConflict = Object.entries(selector).some(([key, value]) => (given[key] ?? value) !== value)
  if (isInConflict)
    throw new Refused(
      forbidden(request, 'pod node label selector conflicts with its namespace node label selector'),
    )
  const allowed = parse(configuration[request.namespace] ?? '')
  if (!withAllowed || Object.keys(allowed).length === 0) return
  if (!Object.entries(given).every(([key, value]) => allowed[key] === value))
    throw new Refused(
      forbidden(request, 'pod node label selector labels conflict with its namespace whitelist'),
    )
}

/** `ConvertSelectorToLabelsMap`: only equality, separated by commas. */
function parse(selector: string): Labels {
  if (selector === '') return {}
  const pairs = selector.split(',').map((term): [string, string] => {
    const parts = term.split('=')
    const [key = '', value = ''] = parts
    if (parts.length !== 2) throw new Refused(plainError(`invalid selector: ${term}`))
    return [key.trim(), value.trim()]
  })
  return Object.fromEntries(pairs)
}
