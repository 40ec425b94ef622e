import { isAbsolute } from 'node:path'
import {
  duplicate,
  type FieldError,
  type FieldPath,
  invalid,
  notSupported,
  required,
  subdomainProblems,
} from '../../../kubernetes/index.ts'
import { compileConditions } from './conditions.ts'
import { type AuthorizationConfiguration, MODES, type WebhookConfiguration } from './configuration.ts'
import { formatGoDuration, parseGoDuration } from './duration.ts'

/** What keeps a file from being read as a kubeconfig, in the API server's words; undefined: nothing. */
export type FileProblem = (path: string) => string | undefined

/**
 * Validates an authorization configuration as the API server does when it starts.
 *
 * @param fileProblem - looks at the kubeconfigs that are named
 * @returns the errors in the API server's words and order
 * Source: k8s.io/apiserver, `pkg/apis/apiserver/validation`.
 */
export function validateConfiguration(
  { authorizers }: AuthorizationConfiguration,
  fileProblem: FileProblem,
): FieldError[] {
  const path: FieldPath = ['authorizers']
  if (authorizers.length === 0) return [required(path, 'at least one authorization mode must be defined')]
  const types = new Set<string>()
  const names = new Set<string>()
  return authorizers.flatMap(({ type, name, webhook }, index) => {
    const place = [...path, index]
    if (type === '') return [required([...place, 'type'], '')]
    if (!MODES.some((mode) => mode === type)) return [notSupported([...place, 'type'], type, MODES)]
    if (types.has(type) && type !== 'Webhook') return [duplicate([...place, 'type'], type)]
    types.add(type)
    const errors = nameErrors(name, names, [...place, 'name'])
    names.add(name)
    if (type !== 'Webhook') {
      if (webhook === undefined) return errors
      const detail = 'may only be specified when type=Webhook'
      return [...errors, invalid([...place, 'webhook'], 'non-null', detail)]
    }
    if (webhook === undefined)
      return [...errors, required([...place, 'webhook'], 'required when type=Webhook')]
    // The paths lack the field `webhook`, as Kubernetes' own do.
    return [...errors, ...webhookErrors(webhook, place, fileProblem)]
  })
}

function nameErrors(name: string, known: ReadonlySet<string>, path: FieldPath): FieldError[] {
  if (name === '') return [required(path, '')]
  if (known.has(name)) return [duplicate(path, name)]
  const problems = subdomainProblems(name)
  if (problems.length === 0) return []
  return [invalid(path, name, `authorizer name is invalid: ${problems.join(', ')}`)]
}

function webhookErrors(
  webhook: WebhookConfiguration,
  path: FieldPath,
  fileProblem: FileProblem,
): FieldError[] {
  const { matchConditions, matchConditionSubjectAccessReviewVersion: matchVersion } = webhook
  return [
    ...durationErrors(webhook.timeout, [...path, 'timeout'], 30),
    ...durationErrors(webhook.authorizedTTL || '5m', [...path, 'authorizedTTL']),
    ...durationErrors(webhook.unauthorizedTTL || '30s', [...path, 'unauthorizedTTL']),
    ...choiceErrors(
      webhook.subjectAccessReviewVersion,
      ['v1', 'v1beta1'],
      [...path, 'subjectAccessReviewVersion'],
    ),
    ...matchVersionErrors(matchVersion, matchConditions.length > 0, path),
    ...choiceErrors(webhook.failurePolicy, ['NoOpinion', 'Deny'], [...path, 'failurePolicy']),
    ...connectionErrors(webhook.connectionInfo, [...path, 'connectionInfo'], fileProblem),
    ...compileConditions(matchConditions, [...path, 'matchConditions']).errors,
  ]
}

function durationErrors(text: string, path: FieldPath, most = Number.POSITIVE_INFINITY): FieldError[] {
  const seconds = text === '' ? 0 : parseGoDuration(text)
  if (seconds === undefined) return [invalid(path, text, 'must be a duration such as 3s')]
  if (seconds === 0) return [required(path, '')]
  const detail = most === Number.POSITIVE_INFINITY ? 'must be > 0s' : `must be > 0s and <= ${most}s`
  return seconds < 0 || seconds > most ? [invalid(path, formatGoDuration(seconds), detail)] : []
}

function choiceErrors(value: string, choices: readonly string[], path: FieldPath): FieldError[] {
  if (value === '') return [required(path, '')]
  return choices.includes(value) ? [] : [notSupported(path, value, choices)]
}

function matchVersionErrors(version: string, isNeeded: boolean, path: FieldPath): FieldError[] {
  const place = [...path, 'matchConditionSubjectAccessReviewVersion']
  if (version === '') return isNeeded ? [required(place, 'required if match conditions are specified')] : []
  return version === 'v1' ? [] : [notSupported(place, version, ['v1'])]
}

const CONNECTION_TYPES = ['InClusterConfig', 'KubeConfigFile']

function connectionErrors(
  { type, kubeConfigFile }: WebhookConfiguration['connectionInfo'],
  path: FieldPath,
  fileProblem: FileProblem,
): FieldError[] {
  const place = [...path, 'kubeConfigFile']
  if (type === '') return [required([...path, 'type'], '')]
  if (type === 'InClusterConfig')
    return kubeConfigFile === undefined
      ? []
      : [invalid(place, kubeConfigFile, 'can only be set when type=KubeConfigFile')]
  if (type !== 'KubeConfigFile') return [notSupported([...path, 'type'], type, CONNECTION_TYPES)]
  if (kubeConfigFile === undefined || kubeConfigFile === '') return [required(place, '')]
  if (!isAbsolute(kubeConfigFile)) return [invalid(place, kubeConfigFile, 'must be an absolute path')]
  const problem = fileProblem(kubeConfigFile)
  return problem === undefined ? [] : [invalid(place, kubeConfigFile, problem)]
}
