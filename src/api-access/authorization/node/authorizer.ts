import type { ObjectView } from '../../../kubernetes/index.ts'
import type { Decision, RequestAttributes, User } from '../../request/index.ts'
import type { Authorizer, SubjectRules } from '../authorizer.ts'
import { ruleAllows } from '../rbac/index.ts'
import { type NodeFeatures, type NodeOutcome, SUBDIVIDED } from './decide.ts'
import { GRAPH_TYPES, type GraphKind, NodeGraph } from './graph.ts'
import { nodeMessages } from './messages.ts'
import { NODE_RULES } from './node-rules.ts'

const { make } = nodeMessages

const ALLOWED: Decision = { verdict: 'allow', reason: make['not-told']({}) }
const NO_OPINION: Decision = { verdict: 'no-opinion', reason: make['not-told']({}) }

const NODE_USER = 'system:node:'
const NODES_GROUP = 'system:nodes'

/** The authorizer `Node` over the objects of a cluster, following their changes. */
export interface NodeAuthorizer extends Authorizer {
  authorize(attributes: RequestAttributes): Decision
  rulesFor(user: User): SubjectRules
  /** Ends following the changes. */
  close(): void
}

/**
 * Decides what kubelets may do (Kubernetes documentation, "Using Node Authorization").
 *
 * @param objects - pods, persistent volumes and what else relates to nodes; what is not read yet is not related
 * @param features - feature gates that are off, by name, e.g. `{AuthorizeNodeWithSelectors: false}`
 */
export function createNodeAuthorizer(objects: ObjectView, features: NodeFeatures = {}): NodeAuthorizer {
  const graph = new NodeGraph()
  const ends = Object.entries(GRAPH_TYPES).map(([name, type]) => {
    const kind = name as GraphKind
    const end = objects.subscribe(type, ({ before, after }) => {
      if (after !== undefined) graph.put(kind, after)
      else if (before !== undefined) graph.remove(kind, before)
    })
    for (const object of objects.list(type)) graph.put(kind, object)
    return end
  })
  return {
    name: 'Node',
    authorize: (attributes) => decideNode(graph, attributes, features),
    rulesFor(user) {
      const rules = { resourceRules: [], nonResourceRules: [] }
      if (nodeOf(user) === undefined) return { ...rules, incomplete: false }
      const evaluationError = 'node authorizer does not support user rule resolution'
      return { ...rules, incomplete: true, evaluationError }
    },
    close() {
      for (const end of ends) end()
    },
  }
}

/** The decision about one request, given what is related to which node. */
export function decideNode(
  graph: NodeGraph,
  attributes: RequestAttributes,
  features: NodeFeatures,
): Decision {
  const node = nodeOf(attributes.user)
  if (node === undefined) return NO_OPINION
  if (node === '')
    return { verdict: 'no-opinion', reason: make['unknown-node']({ user: attributes.user.name }) }
  if (attributes.resourceRequest) {
    const { resource, apiGroup } = attributes
    const rule = SUBDIVIDED.get(`${apiGroup}/${resource}`)
    const outcome = rule?.({ node, attributes, graph, features }) ?? 'by-node-rules'
    if (outcome !== 'by-node-rules') return decisionOf(outcome)
  }
  return NODE_RULES.some((rule) => ruleAllows(rule, attributes)) ? ALLOWED : NO_OPINION
}

/**
 * "Kubelets must use a credential that identifies them as being in the `system:nodes` group, with a username of
 * `system:node:<nodeName>`".
 *
 * @returns undefined for a user that is no node, `''` for a node without a name
 */
export function nodeOf({ name, groups }: User): string | undefined {
  if (!name.startsWith(NODE_USER) || !groups.includes(NODES_GROUP)) return undefined
  return name.slice(NODE_USER.length)
}

function decisionOf(outcome: NodeOutcome): Decision {
  return outcome === 'allow' ? ALLOWED : { verdict: 'no-opinion', reason: outcome }
}
