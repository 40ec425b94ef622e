import {
  decideNode,
  GRAPH_TYPES,
  type GraphKind,
  NodeGraph,
  nodeMessages,
} from '../../../api-access/authorization/index.ts'
import type { KubernetesObject } from '../../../kubernetes/index.ts'
import { createRenderer, defineMessages } from '../../../messages/index.ts'
import { REQUEST_SCHEMA, type RequestJson } from '../../audit/audited-request.ts'
import { authorizationRequest, SELECTOR_PROPERTIES, type SelectorsJson } from '../authorization-request.ts'
import { type Engine, RequestError } from '../engine.ts'
import { KeptObjects, keptObjectsMessages, OBJECTS_SCHEMA, type ObjectJson } from '../kept-objects.ts'

interface Request {
  readonly objects?: readonly ObjectJson[]
  readonly request: RequestJson & SelectorsJson
  readonly features?: Readonly<Record<string, boolean>>
}

const nodeEvalMessages = defineMessages('eval-node', {
  'no-kind': {
    en: (d: { index: number }) => `objects[${d.index}]: the field "kind" is missing`,
    ko: (d: { index: number }) => `objects[${d.index}]: 필드 "kind"가 빠졌습니다`,
  },
})

const kept = new KeptObjects(graphOf)

/** Reasons are in Kubernetes' words, the same in every language. */
const render = createRenderer([nodeMessages], 'en')

/** `haetae eval node`: one request of a kubelet. */
export const engine: Engine<Request> = {
  request: {
    type: 'object',
    required: ['request'],
    additionalProperties: false,
    properties: {
      objects: OBJECTS_SCHEMA,
      request: {
        ...REQUEST_SCHEMA,
        properties: { ...REQUEST_SCHEMA.properties, ...SELECTOR_PROPERTIES },
      },
      features: {
        type: 'object',
        description: 'feature gates by name; those that are not given are on',
        additionalProperties: { type: 'boolean' },
      },
    },
  },
  answer: {
    type: 'object',
    required: ['decision', 'reason'],
    additionalProperties: false,
    properties: {
      decision: { enum: ['allow', 'no-opinion'] },
      reason: { type: 'string', description: "in Kubernetes' words; may be empty" },
    },
  },
  evaluate({ objects, request, features }) {
    const { verdict, reason } = decideNode(kept.of(objects), authorizationRequest(request), features ?? {})
    return { decision: verdict, reason: render(reason) }
  },
  passOver: (line) => kept.passOver(line),
}

export const messages = [nodeMessages, nodeEvalMessages, keptObjectsMessages]

/** Objects of other kinds relate nothing to a node. @throws RequestError `ERR_NOT_AN_OBJECT` */
function graphOf(objects: readonly ObjectJson[]): NodeGraph {
  const graph = new NodeGraph()
  objects.forEach((object, index) => {
    const { kind } = object
    if (typeof kind !== 'string')
      throw new RequestError('ERR_NOT_AN_OBJECT', nodeEvalMessages.make['no-kind']({ index }))
    if (Object.hasOwn(GRAPH_TYPES, kind)) graph.put(kind as GraphKind, object as KubernetesObject)
  })
  return graph
}
