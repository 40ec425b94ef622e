import type { Pod } from '../../../../kubernetes/index.ts'
import { containersOf } from '../pods/containers.ts'
import type { Account } from './service-account.ts'

/**
 * For an account with the annotation `kubernetes.io/enforce-mountable-secrets`: the first Secret that a pod refers to
 * and its account does not list.
 *
 * @returns Kubernetes' words; undefined where there is none
 */
export function forbiddenSecretReference(pod: Pod, account: Account): string | undefined {
  const { name, secrets, imagePullSecrets } = account
  const because = `is not allowed because service account ${name} does not reference that`
  for (const { secret } of pod.spec?.volumes ?? []) {
    const secretName = secret?.secretName ?? ''
    if (secret !== undefined && !secrets.includes(secretName))
      return `volume with secret.secretName="${secretName}" ${because} secret`
  }
  for (const [list, sort] of [
    ['initContainers', 'init container'],
    ['containers', 'container'],
  ] as const)
    for (const container of containersOf(pod, [list]))
      for (const { name: variable = '', valueFrom } of container.env ?? []) {
        const secretName = valueFrom?.secretKeyRef?.name ?? ''
        if (valueFrom?.secretKeyRef !== undefined && !secrets.includes(secretName))
          return `${sort} ${container.name ?? ''} with envVar ${variable} referencing secret.secretName="${secretName}" ${because} secret`
      }
  for (const [index, reference] of (pod.spec?.imagePullSecrets ?? []).entries()) {
    const secretName = reference.name ?? ''
    if (!imagePullSecrets.includes(secretName))
      return `imagePullSecrets[${index}].name="${secretName}" ${because} imagePullSecret`
  }
  return undefined
}
