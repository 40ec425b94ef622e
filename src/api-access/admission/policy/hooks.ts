import type { KubernetesObject } from '../../../kubernetes/index.ts'
import type { AdmissionRequest } from '../stage.ts'
import type { Binding, PolicySpec } from './definitions.ts'
import { matchesResources } from './match/match-resources.ts'
import { collectParams, type ParamSurroundings } from './params.ts'

/** A policy with its bindings. */
export interface Hook<Policy> {
  readonly name: string
  readonly spec: PolicySpec
  readonly policy: Policy
  readonly bindings: readonly Binding[]
}

/** A policy that applies to a request, by one binding, with one parameter. */
export interface Invocation<Policy> {
  readonly hook: Hook<Policy>
  readonly binding: Binding
  readonly param: KubernetesObject | null
}

/** A binding that cannot be applied, in the API server's words. */
export interface ConfigurationError<Policy> {
  readonly hook: Hook<Policy>
  readonly binding: Binding
  readonly error: string
}

/** What requests are matched against besides themselves. */
export interface PolicySurroundings extends ParamSurroundings {
  /** Of the request; undefined for what is cluster-scoped. */
  readonly namespace: KubernetesObject | undefined
}

/** The policies, bindings and parameters that apply to a request, in the order of their names. */
export function* invocationsFor<Policy>(
  hooks: readonly Hook<Policy>[],
  request: AdmissionRequest,
  surroundings: PolicySurroundings,
): Generator<Invocation<Policy> | ConfigurationError<Policy>> {
  const { namespace } = surroundings
  for (const hook of hooks) {
    const { matchConstraints, paramKind } = hook.spec
    if (!matchesResources(matchConstraints ?? {}, request, namespace)) continue
    for (const binding of hook.bindings) {
      if (!matchesResources(binding.spec.matchResources ?? {}, request, namespace)) continue
      const params = collectParams(paramKind, binding.spec.paramRef, request.namespace, surroundings)
      if (typeof params === 'string') yield { hook, binding, error: `failed to configure binding: ${params}` }
      else for (const param of params) yield { hook, binding, param }
    }
  }
}
