import {
  type AccessAnswer,
  type AccessQuestion,
  admissionEnvironment,
  authorizerValue,
  type Bindings,
  compileMatchConditions,
  type MatchResult,
  resourceCheckValue,
  withDecisions,
} from '../../../cel/index.ts'
import type { RequestAttributes } from '../../request/index.ts'
import type { AdmissionRequest, AdmissionSurroundings } from '../stage.ts'
import type { Webhook } from './definitions.ts'

type Conditions = ReturnType<typeof compileMatchConditions>

const compiled = new WeakMap<Webhook, Conditions>()

/**
 * Whether a webhook's `matchConditions` let it be called; `error` where one erred and none was false, and the webhook's
 * failure policy is `Fail`.
 */
export async function meetsConditions(
  webhook: Webhook,
  request: AdmissionRequest,
  { authorize }: AdmissionSurroundings,
): Promise<boolean | { readonly error: string }> {
  if (webhook.matchConditions.length === 0) return true
  const conditions =
    compiled.get(webhook) ?? compileMatchConditions(webhook.matchConditions, admissionEnvironment)
  compiled.set(webhook, conditions)
  const result = 'problems' in conditions ? failed(conditions) : await match(conditions, request, authorize)
  if ('matches' in result) return result.matches
  if (webhook.ignoresFailure) return false
  const messages = result.errors.map(({ message }) => message)
  return { error: messages.length === 1 ? messages.join('') : `[${messages.join(', ')}]` }
}

function failed({ problems }: Extract<Conditions, { problems: unknown }>): MatchResult {
  return {
    errors: problems.map(({ index, message }) => ({
      condition: String(index),
      message: `compilation error: ${message}`,
    })),
  }
}

function match(
  { conditions }: Extract<Conditions, { conditions: unknown }>,
  request: AdmissionRequest,
  authorize: AdmissionSurroundings['authorize'],
): Promise<MatchResult> {
  const answer = async (question: AccessQuestion): Promise<AccessAnswer> => ({
    allowed: (await authorize(attributesOf(question))).verdict === 'allow',
    reason: '',
  })
  return withDecisions(answer, (ask) => {
    const { user, resource, subresource, namespace, name } = request
    const bindings: Bindings = {
      object: request.object ?? null,
      oldObject: request.oldObject ?? null,
      // "namespaceObject is not available to matchConditions".
      namespaceObject: null,
      request: variableOf(request),
      authorizer: authorizerValue(user, ask),
      'authorizer.requestResource': resourceCheckValue(user, ask, {
        group: resource.group,
        resource: resource.resource,
        subresource,
        namespace,
        name,
        fieldSelector: '',
        labelSelector: '',
      }),
    }
    return conditions.match(bindings)
  })
}

/** The variable `request`; what the API leaves out when it is empty is absent. */
function variableOf(request: AdmissionRequest): Readonly<Record<string, unknown>> {
  const { kind, resource, subresource, name, namespace, operation, user, dryRun, options = null } = request
  return {
    kind,
    resource,
    ...(subresource !== '' && { subResource: subresource, requestSubResource: subresource }),
    requestKind: kind,
    requestResource: resource,
    ...(name !== '' && { name }),
    ...(namespace !== '' && { namespace }),
    operation,
    userInfo: { username: user.name, uid: user.uid ?? '', groups: user.groups, extra: user.extra ?? {} },
    dryRun,
    options,
  }
}

function attributesOf({ user, verb, resource, path = '' }: AccessQuestion): RequestAttributes {
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
  }
}
