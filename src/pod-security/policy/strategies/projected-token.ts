import type { V1DownwardAPIVolumeFile, V1Volume, V1VolumeProjection } from '@kubernetes/client-node'
import type { Given } from '../../../kubernetes/index.ts'
import { given, items } from '../pod-view.ts'

/**
 * Whether a projected volume holds nothing but what the ServiceAccount admission puts into every pod: "a token, the
 * kube-root-ca.crt ConfigMap and the namespace" ("Configure Service Accounts for Pods", Bound service account tokens).
 */
export function hasOnlyServiceAccountTokenSources(volume: Given<V1Volume>): boolean {
  return items(volume.projected?.sources).every(isServiceAccountSource)
}

function isServiceAccountSource(source: Given<V1VolumeProjection>): boolean {
  const token = given(source.serviceAccountToken)
  const configMap = given(source.configMap)
  const downwardAPI = given(source.downwardAPI)
  if (!token && !configMap && !downwardAPI) return false
  if (token && (token.path !== 'token' || (token.audience ?? '') !== '')) return false
  if (configMap && configMap.name !== 'kube-root-ca.crt') return false
  return items(downwardAPI?.items).every(isNamespaceFile)
}

function isNamespaceFile({ path, fieldRef }: Given<V1DownwardAPIVolumeFile>): boolean {
  if (path !== 'namespace' || !fieldRef) return false
  // "apiVersion: Version of the schema the FieldPath is written in terms of, defaults to v1."
  return (fieldRef.apiVersion || 'v1') === 'v1' && fieldRef.fieldPath === 'metadata.namespace'
}
