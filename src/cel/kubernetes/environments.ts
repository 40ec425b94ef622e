import { AUTHORIZER, RESOURCE_CHECK } from '../library/authorizer.ts'
import { BOOL, DYN, INT, listOf, mapOf, STRING, structType, TIMESTAMP } from '../types/type.ts'
import { baseEnvironment } from './base-environment.ts'
import { declareStructs } from './structs.ts'

const STRINGS = listOf(STRING)
const userInfo = { username: STRING, uid: STRING, groups: STRINGS, extra: mapOf(STRING, STRINGS) }

const admissionStructs = declareStructs({
  'kubernetes.GroupVersionKind': { group: STRING, version: STRING, kind: STRING },
  'kubernetes.GroupVersionResource': { group: STRING, version: STRING, resource: STRING },
  'kubernetes.UserInfo': userInfo,
  'kubernetes.AdmissionRequest': {
    kind: structType('kubernetes.GroupVersionKind'),
    resource: structType('kubernetes.GroupVersionResource'),
    subResource: STRING,
    requestKind: structType('kubernetes.GroupVersionKind'),
    requestResource: structType('kubernetes.GroupVersionResource'),
    requestSubResource: STRING,
    name: STRING,
    namespace: STRING,
    operation: STRING,
    userInfo: structType('kubernetes.UserInfo'),
    dryRun: BOOL,
    options: DYN,
  },
  'kubernetes.NamespaceSpec': { finalizers: STRINGS },
  'kubernetes.NamespaceCondition': {
    status: STRING,
    type: STRING,
    lastTransitionTime: TIMESTAMP,
    message: STRING,
    reason: STRING,
  },
  'kubernetes.NamespaceStatus': {
    conditions: listOf(structType('kubernetes.NamespaceCondition')),
    phase: STRING,
  },
  'kubernetes.NamespaceMetadata': {
    name: STRING,
    generateName: STRING,
    namespace: STRING,
    labels: mapOf(STRING, STRING),
    annotations: mapOf(STRING, STRING),
    UID: STRING,
    creationTimestamp: TIMESTAMP,
    deletionGracePeriodSeconds: INT,
    deletionTimestamp: TIMESTAMP,
    generation: INT,
    resourceVersion: STRING,
    finalizers: STRINGS,
  },
  'kubernetes.Namespace': {
    metadata: structType('kubernetes.NamespaceMetadata'),
    spec: structType('kubernetes.NamespaceSpec'),
    status: structType('kubernetes.NamespaceStatus'),
  },
})

/**
 * What the expressions of admission policies and the matchConditions of webhooks may name, besides `params`:
 * `object`, `oldObject`, `request`, `namespaceObject`, `authorizer`, `authorizer.requestResource` (Kubernetes
 * documentation, "Validating Admission Policy", "Validation Expression").
 */
export const admissionEnvironment = baseEnvironment.extend({
  variables: {
    object: DYN,
    oldObject: DYN,
    namespaceObject: structType('kubernetes.Namespace'),
    request: structType('kubernetes.AdmissionRequest'),
    authorizer: AUTHORIZER,
    'authorizer.requestResource': RESOURCE_CHECK,
  },
  structs: admissionStructs,
})

const selectorFields = {
  rawSelector: STRING,
  requirements: listOf(structType('kubernetes.SelectorRequirement')),
}

/**
 * What the matchConditions of an authorization webhook may name: `request`, the spec of a SubjectAccessReview
 * (Kubernetes documentation, "Authorization", "Configuring the API Server using an authorization config file").
 */
export const authorizationEnvironment = baseEnvironment.extend({
  variables: { request: structType('kubernetes.SubjectAccessReviewSpec') },
  structs: declareStructs({
    'kubernetes.SubjectAccessReviewSpec': {
      resourceAttributes: structType('kubernetes.ResourceAttributes'),
      nonResourceAttributes: structType('kubernetes.NonResourceAttributes'),
      user: STRING,
      groups: STRINGS,
      extra: mapOf(STRING, STRINGS),
      uid: STRING,
    },
    'kubernetes.ResourceAttributes': {
      namespace: STRING,
      verb: STRING,
      group: STRING,
      version: STRING,
      resource: STRING,
      subresource: STRING,
      name: STRING,
      fieldSelector: structType('kubernetes.FieldSelectorAttributes'),
      labelSelector: structType('kubernetes.LabelSelectorAttributes'),
    },
    'kubernetes.FieldSelectorAttributes': selectorFields,
    'kubernetes.LabelSelectorAttributes': selectorFields,
    'kubernetes.SelectorRequirement': { key: STRING, operator: STRING, values: STRINGS },
    'kubernetes.NonResourceAttributes': { path: STRING, verb: STRING },
  }),
})

/**
 * What the claim rules and mappings of an `AuthenticationConfiguration` may name: `claims`, the token's claims
 * (Kubernetes documentation, "Authenticating", "Using Authentication Configuration").
 */
export const claimsEnvironment = baseEnvironment.extend({ variables: { claims: mapOf(STRING, DYN) } })

/** What the user validation rules of an `AuthenticationConfiguration` may name: `user`. */
export const userEnvironment = baseEnvironment.extend({
  variables: { user: structType('kubernetes.UserInfo') },
  structs: declareStructs({ 'kubernetes.UserInfo': userInfo }),
})
