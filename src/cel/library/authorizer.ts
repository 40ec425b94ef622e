import { dnsLabelProblems, subdomainProblems } from '../../kubernetes/index.ts'
import { type FunctionDeclaration, member } from '../check/declarations.ts'
import { BOOL, opaque, STRING, type Type } from '../types/type.ts'
import { costSize } from '../values/size.ts'
import { Failure, Opaque, type Result } from '../values/value.ts'

export const AUTHORIZER = opaque('kubernetes.authorization.Authorizer')
const PATH_CHECK = opaque('kubernetes.authorization.PathCheck')
const GROUP_CHECK = opaque('kubernetes.authorization.GroupCheck')
export const RESOURCE_CHECK = opaque('kubernetes.authorization.ResourceCheck')
const DECISION = opaque('kubernetes.authorization.Decision')
export const AUTHORIZER_TYPES: readonly Type[] = [
  AUTHORIZER,
  PATH_CHECK,
  GROUP_CHECK,
  RESOURCE_CHECK,
  DECISION,
]

/** Who is asked about. */
export interface Requester {
  readonly name: string
  readonly groups: readonly string[]
  readonly uid?: string
  readonly extra?: Readonly<Record<string, readonly string[]>>
}

/** The resource that a question is about. */
export interface ResourceQuestion {
  readonly group: string
  readonly resource: string
  readonly subresource: string
  readonly namespace: string
  readonly name: string
  /** As written; `''` for none. */
  readonly fieldSelector: string
  readonly labelSelector: string
}

/** What `check(verb)` asks: whether someone may do something to a resource, or to a path. */
export interface AccessQuestion {
  readonly user: Requester
  readonly verb: string
  readonly resource?: ResourceQuestion
  readonly path?: string
}

export interface AccessAnswer {
  readonly allowed: boolean
  readonly reason: string
  /** Why it could not be decided. */
  readonly error?: string
}

/** Answers at once; what it throws ends the evaluation. */
export type Ask = (question: AccessQuestion) => AccessAnswer

/** A step on the way from `authorizer` to a decision. */
class Check<State> extends Opaque {
  readonly type: Type
  readonly state: State

  constructor(type: Type, state: State) {
    super()
    this.type = type
    this.state = state
  }

  equals(other: Opaque): boolean {
    return this === other
  }
}

interface Asking {
  readonly user: Requester
  readonly ask: Ask
}
type ResourceState = Asking & { readonly resource: ResourceQuestion }

/** The variable `authorizer`. */
export function authorizerValue(user: Requester, ask: Ask): Opaque {
  return new Check<Asking>(AUTHORIZER, { user, ask })
}

/** The variable `authorizer.requestResource`: a check of the resource that the request is for. */
export function resourceCheckValue(user: Requester, ask: Ask, resource: ResourceQuestion): Opaque {
  return new Check<ResourceState>(RESOURCE_CHECK, { user, ask, resource })
}

const isBlank = (text: string): boolean => text.trim() === ''

/** A resource check with one more thing said. */
function narrowing(id: string, field: keyof ResourceQuestion): FunctionDeclaration['overloads'] {
  return [
    member(id, [RESOURCE_CHECK, STRING], RESOURCE_CHECK, ({ state }: Check<ResourceState>, text: string) => {
      return new Check(RESOURCE_CHECK, { ...state, resource: { ...state.resource, [field]: text } })
    }),
  ]
}

function told<T extends Result>(
  id: string,
  result: Type,
  tell: (answer: AccessAnswer) => T,
): FunctionDeclaration['overloads'] {
  return [member(id, [DECISION], result, ({ state }: Check<AccessAnswer>) => tell(state))]
}

const one = (): number => 1

/** Parsing a selector makes a requirement for every second character (k8s.io/apiserver, `selectorCostEstimate`). */
function selectorCost(selector: Result): number {
  const size = costSize(selector)
  return 10 + Math.ceil(size * 0.1) + Math.ceil(Math.ceil(size * 0.5) * 50)
}

/**
 * Questions to the authorizers of the API server (Kubernetes documentation, "CEL in Kubernetes", "Kubernetes
 * authorizer library").
 */
export const authorizerLibrary: readonly FunctionDeclaration[] = [
  {
    name: 'path',
    cost: one,
    overloads: [
      member('authorizer_path', [AUTHORIZER, STRING], PATH_CHECK, ({ state }: Check<Asking>, path: string) =>
        isBlank(path) ? new Failure('path must not be empty') : new Check(PATH_CHECK, { ...state, path }),
      ),
    ],
  },
  {
    name: 'group',
    cost: one,
    overloads: [
      member(
        'authorizer_group',
        [AUTHORIZER, STRING],
        GROUP_CHECK,
        ({ state }: Check<Asking>, group: string) => new Check(GROUP_CHECK, { ...state, group }),
      ),
    ],
  },
  {
    name: 'serviceAccount',
    cost: one,
    overloads: [
      member(
        'authorizer_serviceaccount',
        [AUTHORIZER, STRING, STRING],
        AUTHORIZER,
        ({ state }: Check<Asking>, namespace: string, name: string) => {
          if (subdomainProblems(name).length > 0) return new Failure('Invalid service account name')
          if (dnsLabelProblems(namespace).length > 0) return new Failure('Invalid service account namespace')
          return authorizerValue(serviceAccount(namespace, name), state.ask)
        },
      ),
    ],
  },
  {
    name: 'resource',
    cost: one,
    overloads: [
      member(
        'groupcheck_resource',
        [GROUP_CHECK, STRING],
        RESOURCE_CHECK,
        ({ state: { group, ...asking } }: Check<Asking & { group: string }>, resource: string) =>
          isBlank(resource)
            ? new Failure('resource must not be empty')
            : new Check<ResourceState>(RESOURCE_CHECK, {
                ...asking,
                resource: { ...NOTHING, group, resource },
              }),
      ),
    ],
  },
  { name: 'subresource', cost: one, overloads: narrowing('resourcecheck_subresource', 'subresource') },
  { name: 'namespace', cost: one, overloads: narrowing('resourcecheck_namespace', 'namespace') },
  { name: 'name', cost: one, overloads: narrowing('resourcecheck_name', 'name') },
  {
    name: 'fieldSelector',
    cost: ([, selector = null]) => selectorCost(selector),
    overloads: narrowing('authorizer_fieldselector', 'fieldSelector'),
  },
  {
    name: 'labelSelector',
    cost: ([, selector = null]) => selectorCost(selector),
    overloads: narrowing('authorizer_labelselector', 'labelSelector'),
  },
  {
    name: 'check',
    // "This cost is set to allow for only two authorization checks per expression" (k8s.io/apiserver, `CallCost`).
    cost: () => 350_000,
    overloads: [
      member(
        'pathcheck_check',
        [PATH_CHECK, STRING],
        DECISION,
        ({ state }: Check<Asking & { path: string }>, verb: string) =>
          decide(state, { user: state.user, verb, path: state.path }),
      ),
      member(
        'resourcecheck_check',
        [RESOURCE_CHECK, STRING],
        DECISION,
        ({ state }: Check<ResourceState>, verb: string) =>
          decide(state, { user: state.user, verb, resource: state.resource }),
      ),
    ],
  },
  { name: 'allowed', cost: one, overloads: told('decision_allowed', BOOL, ({ allowed }) => allowed) },
  { name: 'reason', cost: one, overloads: told('decision_reason', STRING, ({ reason }) => reason) },
  {
    name: 'errored',
    cost: one,
    overloads: told('decision_errored', BOOL, ({ error }) => error !== undefined),
  },
  { name: 'error', cost: one, overloads: told('decision_error', STRING, ({ error }) => error ?? '') },
]

const NOTHING = { subresource: '', namespace: '', name: '', fieldSelector: '', labelSelector: '' }

function decide({ ask }: Asking, question: AccessQuestion): Opaque {
  return new Check<AccessAnswer>(DECISION, ask(question))
}

function serviceAccount(namespace: string, name: string): Requester {
  return {
    name: `system:serviceaccount:${namespace}:${name}`,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`],
  }
}
