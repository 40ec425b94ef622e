/** JSON Schemas (draft-07) of the lines of `haetae eval pod-security-admission`. */

const OPTIONAL_TEXT = { type: ['string', 'null'] }

const LABELS = { type: 'object', additionalProperties: { type: 'string' } }

const GROUP_VERSION_KIND = {
  type: 'object',
  required: ['group', 'version', 'kind'],
  additionalProperties: false,
  properties: { group: { type: 'string' }, version: { type: 'string' }, kind: { type: 'string' } },
}

const GROUP_VERSION_RESOURCE = {
  type: 'object',
  required: ['group', 'version', 'resource'],
  additionalProperties: false,
  properties: { group: { type: 'string' }, version: { type: 'string' }, resource: { type: 'string' } },
}

/** See `PodSecurityAdmissionRequest`. */
export const POD_SECURITY_ADMISSION_REQUEST_SCHEMA = {
  type: 'object',
  required: ['request'],
  additionalProperties: false,
  properties: {
    config: {
      type: ['object', 'string', 'null'],
      description:
        "a PodSecurityConfiguration (apiVersion and kind may be left out) or its file's text; Kubernetes' defaults without it",
    },
    namespace: {
      type: ['object', 'null'],
      description: 'the namespace as it is stored; null, or labels null: there is no such namespace',
      additionalProperties: false,
      properties: {
        name: OPTIONAL_TEXT,
        labels: { ...LABELS, type: ['object', 'null'] },
      },
    },
    request: {
      type: 'object',
      required: ['operation', 'kind', 'resource'],
      additionalProperties: false,
      properties: {
        operation: { enum: ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'] },
        kind: GROUP_VERSION_KIND,
        resource: GROUP_VERSION_RESOURCE,
        subresource: OPTIONAL_TEXT,
        name: OPTIONAL_TEXT,
        namespace: { ...OPTIONAL_TEXT, description: 'where neither the namespace nor the object tells' },
        user: { ...OPTIONAL_TEXT, description: 'the authenticated, or impersonated, username' },
        object: { description: 'anything: what is no such object is answered as the API server does' },
        oldObject: { description: 'the stored object, for UPDATE' },
        objectDecodeError: { ...OPTIONAL_TEXT, description: 'why the object could not be decoded' },
        oldObjectDecodeError: { ...OPTIONAL_TEXT, description: 'why the stored object could not be decoded' },
      },
    },
    existingPods: {
      type: ['array', 'null'],
      description: 'for requests about namespaces: the pods there',
    },
    maxPodsToCheck: { type: ['integer', 'null'], minimum: 0, description: '3000 without it' },
  },
}

/** See `PodSecurityAdmissionAnswer`. */
export const POD_SECURITY_ADMISSION_ANSWER_SCHEMA = {
  type: 'object',
  required: ['allowed', 'warnings', 'auditAnnotations'],
  additionalProperties: false,
  properties: {
    allowed: { type: 'boolean' },
    code: { type: 'integer', description: 'HTTP status; only of a request that is denied' },
    message: { type: 'string', description: "the API server's words; only of a request that is denied" },
    warnings: { type: 'array', items: { type: 'string' } },
    auditAnnotations: {
      type: 'object',
      description: 'keys without the prefix pod-security.kubernetes.io/, which the API server adds',
      additionalProperties: false,
      properties: {
        'enforce-policy': { type: 'string' },
        'audit-violations': { type: 'string' },
        exempt: { enum: ['namespace', 'user', 'runtimeClass'] },
        error: { type: 'string' },
      },
    },
  },
}
