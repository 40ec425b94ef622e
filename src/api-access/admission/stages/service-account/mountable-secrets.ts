import type { Pod } from '../../../../kubernetes/index.ts'
import { type ContainerList, containersOf } from '../pods/containers.ts'
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
  const inContainers =
    forbiddenInContainers(pod, 'initContainers', account) ?? forbiddenInContainers(pod, 'containers', account)
  if (inContainers !== undefined) return inContainers
  for (const [index, reference] of (pod.spec?.imagePullSecrets ?? []).entries()) {
    const secretName = reference.name ?? ''
    if (!imagePullSecrets.includes(secretName))
      return `imagePullSecrets[${index}].name="${secretName}" ${because} imagePullSecret`
  }
  return undefined
}

const SORTS: Readonly<Record<ContainerList, string>> = {
  initContainers: 'init container',
  containers: 'container',
  ephemeralContainers: 'ephemeral container',
}

/** The same of the variables of the containers of one list alone, one by one (`env`) or all of a Secret (`envFrom`). */
export function forbiddenInContainers(
  pod: Pod,
  list: ContainerList,
  { name: account, secrets }: Account,
): string | undefined {
  const refused = (container: string, by: string, secret: string) =>
    `${SORTS[list]} ${container} with ${by} referencing secret.secretName="${secret}" is not allowed because service account ${account} does not reference that secret`
  for (const { name = '', env = [], envFrom = [] } of containersOf(pod, [list])) {
    for (const { name: variable = '', valueFrom } of env) {
      const reference = valueFrom?.secretKeyRef
      if (reference !== undefined && !secrets.includes(reference.name ?? ''))
        return refused(name, `envVar ${variable}`, reference.name ?? '')
    }
    for (const { secretRef } of envFrom)
      if (secretRef !== undefined && !secrets.includes(secretRef.name ?? ''))
        return refused(name, 'envFrom', secretRef.name ?? '')
  }
  return undefined
}
