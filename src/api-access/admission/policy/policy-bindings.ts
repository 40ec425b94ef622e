import {
  type AccessQuestion,
  type Ask,
  authorizerValue,
  type Bindings,
  resourceCheckValue,
} from '../../../cel/index.ts'
import type { KubernetesObject } from '../../../kubernetes/index.ts'
import { type RequestAttributes, selectorsOf } from '../../request/index.ts'
import type { AdmissionRequest } from '../stage.ts'
import { namespaceVariable, requestVariable } from './request-variable.ts'

/** The variables that expressions see of a request. */
export function policyBindings(
  request: AdmissionRequest,
  namespace: KubernetesObject | undefined,
  ask: Ask,
): Bindings {
  const { user, resource, subresource, name } = request
  const isNamespace = resource.group === '' && resource.resource === 'namespaces'
  return {
    object: request.object ?? null,
    oldObject: request.oldObject ?? null,
    request: requestVariable(request),
    // A Namespace's own requests carry its name; it is not within itself.
    namespaceObject: isNamespace ? null : namespaceVariable(namespace),
    authorizer: authorizerValue(user, ask),
    'authorizer.requestResource': resourceCheckValue(user, ask, {
      group: resource.group,
      resource: resource.resource,
      subresource,
      namespace: request.namespace,
      name,
      fieldSelector: '',
      labelSelector: '',
    }),
  }
}

/** A question of an expression as authorizers are asked it. */
export function attributesOf({ user, verb, resource, path = '' }: AccessQuestion): RequestAttributes {
  const { group = '', subresource = '', namespace = '', name = '' } = resource ?? {}
  return {
    user,
    verb,
    apiGroup: group,
    apiVersion: resource === undefined ? '' : '*',
    resource: resource?.resource ?? '',
    subresource,
    namespace,
    name,
    path,
    resourceRequest: resource !== undefined,
    ...selectorsOf(resource?.fieldSelector ?? '', resource?.labelSelector ?? ''),
  }
}
