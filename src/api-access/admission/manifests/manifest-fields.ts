/** Which fields an object may have; `true`: whatever stands there, a list stands for each of its items. */
export type Shape = true | { readonly [field: string]: Shape }

const SELECTOR: Shape = { matchLabels: true, matchExpressions: { key: true, operator: true, values: true } }
const RULE: Shape = { operations: true, apiGroups: true, apiVersions: true, resources: true, scope: true }
const NAMED_RULE: Shape = { ...RULE, resourceNames: true }
const MATCH: Shape = {
  resourceRules: NAMED_RULE,
  excludeResourceRules: NAMED_RULE,
  namespaceSelector: SELECTOR,
  objectSelector: SELECTOR,
  matchPolicy: true,
}
const NAMED: Shape = { name: true, expression: true }
const POLICY: Shape = {
  paramKind: { apiVersion: true, kind: true },
  matchConstraints: MATCH,
  matchConditions: NAMED,
  variables: NAMED,
  failurePolicy: true,
}
const BINDING: Shape = {
  policyName: true,
  paramRef: { name: true, namespace: true, selector: SELECTOR, parameterNotFoundAction: true },
  matchResources: MATCH,
}
const WEBHOOK: Shape = {
  name: true,
  clientConfig: {
    url: true,
    service: { namespace: true, name: true, path: true, port: true },
    caBundle: true,
  },
  rules: RULE,
  failurePolicy: true,
  matchPolicy: true,
  namespaceSelector: SELECTOR,
  objectSelector: SELECTOR,
  sideEffects: true,
  timeoutSeconds: true,
  admissionReviewVersions: true,
  matchConditions: NAMED,
}

function object(fields: { readonly [field: string]: Shape }): Shape {
  return { apiVersion: true, kind: true, metadata: true, ...fields }
}

/** The kinds that files may hold, with their fields (API reference, admissionregistration.k8s.io/v1). */
export const MANIFEST_FIELDS = {
  ValidatingAdmissionPolicy: object({
    spec: {
      ...POLICY,
      validations: { expression: true, message: true, messageExpression: true, reason: true },
      auditAnnotations: { key: true, valueExpression: true },
    },
    status: true,
  }),
  ValidatingAdmissionPolicyBinding: object({ spec: { ...BINDING, validationActions: true } }),
  MutatingAdmissionPolicy: object({
    spec: {
      ...POLICY,
      mutations: {
        patchType: true,
        applyConfiguration: { expression: true },
        jsonPatch: { expression: true },
      },
      reinvocationPolicy: true,
    },
  }),
  MutatingAdmissionPolicyBinding: object({ spec: BINDING }),
  ValidatingWebhookConfiguration: object({ webhooks: WEBHOOK }),
  MutatingWebhookConfiguration: object({ webhooks: { ...WEBHOOK, reinvocationPolicy: true } }),
} as const satisfies Readonly<Record<string, Shape>>

export type ManifestKind = keyof typeof MANIFEST_FIELDS

/** @returns the path of each field that the shape does not have */
export function unknownFields(
  value: unknown,
  shape: Shape,
  path: readonly (string | number)[] = [],
): readonly (readonly (string | number)[])[] {
  if (shape === true || typeof value !== 'object' || value === null) return []
  if (Array.isArray(value))
    return value.flatMap((item, index) => unknownFields(item, shape, [...path, index]))
  return Object.entries(value).flatMap(([name, inner]) => {
    const known = Object.hasOwn(shape, name) ? shape[name] : undefined
    return known === undefined ? [[...path, name]] : unknownFields(inner, known, [...path, name])
  })
}
