import { admissionEnvironment, BOOL, NULL, STRING } from '../../../../cel/index.ts'
import type { KubernetesObject } from '../../../../kubernetes/index.ts'
import { inOrderOfNames } from '../../manifests/static-names.ts'
import { type CompiledBasis, compileBasis } from '../compile-policy.ts'
import { bindingsOf, nameOf, type PolicySpec, specOf } from '../definitions.ts'
import type { Hook } from '../hooks.ts'
import type { Expression } from '../round.ts'

interface ValidatingPolicySpec extends PolicySpec {
  readonly validations?: readonly {
    readonly expression: string
    readonly message?: string
    readonly messageExpression?: string
    readonly reason?: string
  }[]
  readonly auditAnnotations?: readonly { readonly key: string; readonly valueExpression: string }[]
}

export interface Validation {
  readonly expression: Expression
  readonly messageExpression?: Expression
  readonly message: string
  /** `Invalid` where it is not given. */
  readonly reason: string
}

/** A ValidatingAdmissionPolicy made ready. */
export interface ValidatingPolicy extends CompiledBasis {
  readonly validations: readonly Validation[]
  readonly auditAnnotations: readonly { readonly key: string; readonly expression: Expression }[]
}

/**
 * Compiles the ValidatingAdmissionPolicies among objects, each with its bindings, in the order of their names
 * (Kubernetes documentation, "Validating Admission Policy").
 */
export function compileValidatingPolicies(
  policies: Iterable<KubernetesObject>,
  bindings: readonly KubernetesObject[],
): Hook<ValidatingPolicy>[] {
  const hooks: Hook<ValidatingPolicy>[] = []
  for (const object of policies) {
    if (object.kind !== 'ValidatingAdmissionPolicy') continue
    const name = nameOf(object)
    const spec = specOf<ValidatingPolicySpec>(object)
    hooks.push({
      name,
      spec,
      policy: compile(spec),
      bindings: bindingsOf('ValidatingAdmissionPolicyBinding', name, bindings),
    })
  }
  return hooks.toSorted((one, other) => inOrderOfNames(one.name, other.name))
}

/** "messageExpression has access to all the same variables … except for authorizer and authorizer.requestResource" */
const messageEnvironment = admissionEnvironment.without(['authorizer', 'authorizer.requestResource'])

function compile(spec: ValidatingPolicySpec): ValidatingPolicy {
  const basis = compileBasis(spec, admissionEnvironment)
  return {
    ...basis,
    validations: (spec.validations ?? []).map(({ expression, messageExpression, message = '', reason }) => ({
      expression: basis.compile(expression, [BOOL]),
      ...(messageExpression !== undefined &&
        messageExpression !== '' && {
          messageExpression: basis.compile(messageExpression, [STRING], messageEnvironment),
        }),
      message: message.trim(),
      reason: reason ?? 'Invalid',
    })),
    auditAnnotations: (spec.auditAnnotations ?? []).map(({ key, valueExpression }) => ({
      key,
      expression: basis.compile(valueExpression, [STRING, NULL]),
    })),
  }
}
