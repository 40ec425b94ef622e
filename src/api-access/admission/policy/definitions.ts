import type { KubernetesObject, LabelSelectorTerms } from '../../../kubernetes/index.ts'
import type { ParamKind } from '../stage.ts'

/** A rule of `resourceRules`: which requests a policy is for. */
export interface ResourceRule {
  readonly operations?: readonly string[]
  readonly apiGroups?: readonly string[]
  readonly apiVersions?: readonly string[]
  readonly resources?: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly scope?: string
}

/** `matchConstraints` of a policy, `matchResources` of a binding. */
export interface MatchResources {
  readonly resourceRules?: readonly ResourceRule[]
  readonly excludeResourceRules?: readonly ResourceRule[]
  readonly namespaceSelector?: LabelSelectorTerms
  readonly objectSelector?: LabelSelectorTerms
  /** `Equivalent` where it is not given. */
  readonly matchPolicy?: string
}

export interface NamedExpression {
  readonly name: string
  readonly expression: string
}

export interface ParamRef {
  readonly name?: string
  readonly namespace?: string
  readonly selector?: LabelSelectorTerms
  readonly parameterNotFoundAction?: string
}

/** What the specs of both kinds of policies have. */
export interface PolicySpec {
  readonly paramKind?: ParamKind
  readonly matchConstraints?: MatchResources
  readonly matchConditions?: readonly NamedExpression[]
  readonly variables?: readonly NamedExpression[]
  /** `Fail` where it is not given. */
  readonly failurePolicy?: string
}

/** What the specs of both kinds of bindings have. */
export interface BindingSpec {
  readonly policyName: string
  readonly paramRef?: ParamRef
  readonly matchResources?: MatchResources
  /** Of a validating policy: `Deny`, `Warn`, `Audit`. */
  readonly validationActions?: readonly string[]
}

export interface Binding {
  readonly name: string
  readonly spec: BindingSpec
}

/** A policy's or binding's spec, which the API has decoded before. */
export function specOf<Spec>(object: KubernetesObject): Spec {
  return (object['spec'] ?? {}) as Spec
}

export function nameOf(object: KubernetesObject): string {
  return object.metadata?.name ?? ''
}

/** The bindings of a policy, by name; objects of other kinds are passed over. */
export function bindingsOf(kind: string, policyName: string, objects: Iterable<KubernetesObject>): Binding[] {
  const bindings: Binding[] = []
  for (const object of objects) {
    const spec = specOf<BindingSpec>(object)
    if (object.kind === kind && spec.policyName === policyName) bindings.push({ name: nameOf(object), spec })
  }
  return bindings.toSorted((one, other) => (one.name < other.name ? -1 : 1))
}
