export {
  type ClusterAnswer,
  type ClusterClient,
  type ClusterRequest,
  clusterClient,
} from './cluster/cluster-client.ts'
export { ClusterError } from './cluster/cluster-error.ts'
export { type ClusterCredentials, type ClusterTarget, clusterTarget } from './cluster/cluster-target.ts'
export { discoverKind } from './cluster/discover-kind.ts'
export { isInPod, type KubeconfigChoice, kubeconfigProblem, loadKubeconfig } from './cluster/kubeconfig.ts'
export { clusterMessages } from './cluster/messages.ts'
export { type ClusterOptions, readCluster } from './cluster/read-cluster.ts'
export { type ServedResource, servedResources } from './cluster/served-resources.ts'
export type { WatchedType } from './cluster/watch-type.ts'
export { type WatchedObjects, type WatchOptions, watchedObjects } from './cluster/watched-objects.ts'
export { formatFieldPath } from './objects/field-path.ts'
export { fixedObjects } from './objects/fixed-objects.ts'
export { type Fields, fieldsOf, isJson, isRecord, listOf, stringOf, stringsOf } from './objects/json.ts'
export { CAPABILITIES } from './objects/linux-capabilities.ts'
export { type LabelSelectorTerms, matchesLabels } from './objects/match-labels.ts'
export type { GroupResource, ObjectChange, ObjectView } from './objects/object-view.ts'
export {
  addQuantities,
  formatQuantity,
  milliQuantityOf,
  milliValueOf,
  parseQuantity,
  type Quantity,
  type QuantityFormat,
  quantityOf,
  subtractQuantities,
  wholeValueOf,
} from './objects/quantity.ts'
export { type ResourceType, resourceTypeOf } from './objects/resource-types.ts'
export type {
  Container,
  EphemeralContainer,
  FieldPath,
  Given,
  KubernetesObject,
  ObjectMeta,
  Pod,
  PodSpec,
  PodTemplate,
} from './objects/types.ts'
export { groupOf, isWorkload, type PodTemplateView, podTemplateOf } from './objects/workload.ts'
export { type ParsedText, parseDocument, type SourceDocument } from './reading/document.ts'
export { type FirstDocument, parseFirstDocument, type UnreadableText } from './reading/first-document.ts'
export { hashAround } from './reading/hash-around.ts'
export { readingMessages, readingText } from './reading/messages.ts'
export { nameInText, type TextSpan } from './reading/name-in-text.ts'
export { LineIndex, type Position } from './reading/position.ts'
export {
  type PositionedYaml,
  readPositionedYaml,
  type YamlEntry,
  type YamlMapping,
  type YamlNode,
  type YamlScalar,
  type YamlSequence,
} from './reading/positioned-yaml.ts'
export type { InputProblem } from './reading/problem.ts'
export {
  type DocumentBatch,
  type FolderRenderer,
  findMentions,
  type ReadOptions,
  readBatches,
  readPaths,
  readText,
  textsOf,
} from './reading/read.ts'
export { offsetInSource } from './reading/scalar-offsets.ts'
export type { TextDocument } from './reading/split.ts'
export { createFolderRenderer, type RenderingOptions } from './rendering/folder-renderer.ts'
export { renderingMessages } from './rendering/messages.ts'
export {
  acceptsValue,
  createDecoder,
  type Decoded,
  decodeObject,
  type MistypedField,
  type UnknownField,
} from './schema/decode.ts'
export { fieldTypeProblem } from './schema/field-type-problem.ts'
export { schemaMessages } from './schema/messages.ts'
export { nearestName } from './schema/nearest-name.ts'
export { readStrictConfiguration, strictConfigurationMessages } from './schema/strict-configuration.ts'
export { type Objection, StrictFields } from './schema/strict-fields.ts'
export { type FieldSuggestion, suggestField } from './schema/suggest.ts'
export {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
  tooLong,
  tooMany,
} from './validation/field-error.ts'
export { goJson, goQuote, goSlice } from './validation/go-syntax.ts'
export { validateLabelSelector } from './validation/label-selector.ts'
export {
  dnsLabelProblems,
  labelValueProblems,
  pathSegmentProblems,
  qualifiedNameProblems,
  subdomainProblems,
} from './validation/names.ts'
export { validateClusterScopedMetadata, validateMetadata } from './validation/object-meta.ts'
