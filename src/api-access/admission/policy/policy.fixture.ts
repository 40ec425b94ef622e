import type { KubernetesObject } from '../../../kubernetes/index.ts'

const API = 'admissionregistration.k8s.io/v1'

/** Rules that take in everything. */
const EVERYTHING = {
  resourceRules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*', '*/*'] }],
}

export function validatingPolicy(name: string, spec: Readonly<Record<string, unknown>>): KubernetesObject {
  const kind = 'ValidatingAdmissionPolicy'
  return { apiVersion: API, kind, metadata: { name }, spec: { matchConstraints: EVERYTHING, ...spec } }
}

export function validatingBinding(
  policyName: string,
  spec: Readonly<Record<string, unknown>> = {},
): KubernetesObject {
  const kind = 'ValidatingAdmissionPolicyBinding'
  const metadata = { name: `${policyName}-binding` }
  return { apiVersion: API, kind, metadata, spec: { policyName, validationActions: ['Deny'], ...spec } }
}

export function mutatingPolicy(
  name: string,
  expressions: readonly string[],
  spec: Readonly<Record<string, unknown>> = {},
): KubernetesObject {
  const mutations = expressions.map((expression) =>
    expression.trim().startsWith('[')
      ? { patchType: 'JSONPatch', jsonPatch: { expression } }
      : { patchType: 'ApplyConfiguration', applyConfiguration: { expression } },
  )
  const kind = 'MutatingAdmissionPolicy'
  return {
    apiVersion: API,
    kind,
    metadata: { name },
    spec: { matchConstraints: EVERYTHING, mutations, ...spec },
  }
}

export function mutatingBinding(
  policyName: string,
  spec: Readonly<Record<string, unknown>> = {},
): KubernetesObject {
  const metadata = { name: `${policyName}-binding` }
  return { apiVersion: API, kind: 'MutatingAdmissionPolicyBinding', metadata, spec: { policyName, ...spec } }
}
