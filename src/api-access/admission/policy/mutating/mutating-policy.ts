import { admissionEnvironment, JSON_PATCH, listOf, OBJECT, patchEnvironment } from '../../../../cel/index.ts'
import type { KubernetesObject } from '../../../../kubernetes/index.ts'
import { inOrderOfNames } from '../../manifests/static-names.ts'
import { type CompiledBasis, compileBasis } from '../compile-policy.ts'
import { bindingsOf, nameOf, type PolicySpec, specOf } from '../definitions.ts'
import type { Hook } from '../hooks.ts'
import type { Expression } from '../round.ts'

interface MutatingPolicySpec extends PolicySpec {
  readonly mutations?: readonly {
    readonly patchType?: string
    readonly applyConfiguration?: { readonly expression?: string }
    readonly jsonPatch?: { readonly expression?: string }
  }[]
  readonly reinvocationPolicy?: string
}

export interface Mutation {
  readonly kind: 'apply-configuration' | 'json-patch'
  readonly expression: Expression
}

/** A MutatingAdmissionPolicy made ready. */
export interface MutatingPolicy extends CompiledBasis {
  readonly mutations: readonly Mutation[]
  /** Whether it is called again where another changed the object after it. */
  readonly isReinvoked: boolean
}

/**
 * Compiles the MutatingAdmissionPolicies among objects (v1alpha1, v1beta1 and v1 are the same), each with its bindings,
 * in the order of their names (Kubernetes documentation, "Mutating Admission Policy").
 */
export function compileMutatingPolicies(
  policies: Iterable<KubernetesObject>,
  bindings: readonly KubernetesObject[],
): Hook<MutatingPolicy>[] {
  const hooks: Hook<MutatingPolicy>[] = []
  for (const object of policies) {
    if (object.kind !== 'MutatingAdmissionPolicy') continue
    const name = nameOf(object)
    const spec = specOf<MutatingPolicySpec>(object)
    hooks.push({
      name,
      spec,
      policy: compile(spec),
      bindings: bindingsOf('MutatingAdmissionPolicyBinding', name, bindings),
    })
  }
  return hooks.toSorted((one, other) => inOrderOfNames(one.name, other.name))
}

function compile(spec: MutatingPolicySpec): MutatingPolicy {
  const basis = compileBasis(spec, admissionEnvironment)
  const mutations = (spec.mutations ?? []).map(({ patchType, applyConfiguration, jsonPatch }): Mutation => {
    const isPatch = patchType === 'JSONPatch'
    const source = (isPatch ? jsonPatch?.expression : applyConfiguration?.expression) ?? ''
    return {
      kind: isPatch ? 'json-patch' : 'apply-configuration',
      expression: basis.compile(source, [isPatch ? listOf(JSON_PATCH) : OBJECT], patchEnvironment),
    }
  })
  return { ...basis, mutations, isReinvoked: spec.reinvocationPolicy === 'IfNeeded' }
}
