export { createNodeAuthorizer, decideNode, type NodeAuthorizer, nodeOf } from './authorizer.ts'
export { GRAPH_TYPES, type GraphKind, NodeGraph } from './graph.ts'
export { nodeMessages } from './messages.ts'
