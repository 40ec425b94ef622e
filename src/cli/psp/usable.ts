import type { KubernetesObject } from '../../kubernetes/index.ts'
import {
  mayUsePolicy,
  type PolicyProvider,
  type PolicyUser,
  serviceAccountUser,
} from '../../pod-security/index.ts'
import { UsageError } from '../exit.ts'
import { cliMessages } from '../messages.ts'
import type { PodInput } from './input.ts'
import { pspMessages } from './messages.ts'

/** Who may use which policies, as the command line says it. */
export interface UseOptions {
  readonly authorized?: readonly string[]
  readonly user?: string
  readonly group?: readonly string[]
  readonly serviceAccount?: string
}

/**
 * Tells which policies may be used for a pod: all; or with `--authorized` those; and with `--user`, `--group` or
 * `--service-account` those that RBAC grants to whoever creates the pod, or to the pod's own service account.
 *
 * @param rbac - the Roles, ClusterRoles and bindings of the input
 * @throws UsageError for a name that no policy has, and for a malformed service account
 */
export function usablePolicies(
  providers: readonly PolicyProvider[],
  rbac: readonly KubernetesObject[],
  options: UseOptions,
): (pod: PodInput) => readonly PolicyProvider[] {
  const authorized = authorizedNames(providers, options)
  const among = providers.filter(({ name }) => authorized === undefined || authorized.includes(name))
  const creators = creatorsOf(options)
  if (creators.length === 0) return () => among
  return ({ document, template }) => {
    const namespace = document.object.metadata?.namespace ?? 'default'
    const own = serviceAccountUser(namespace, template.spec.serviceAccountName || 'default')
    return among.filter(({ name }) => mayUsePolicy(rbac, [...creators, own], namespace, name))
  }
}

function authorizedNames(
  providers: readonly PolicyProvider[],
  { authorized }: UseOptions,
): string[] | undefined {
  if (authorized === undefined) return undefined
  const names = authorized.flatMap((each) => each.split(',')).map((name) => name.trim())
  const known = providers.map(({ name }) => name)
  for (const value of names) {
    if (value === '' || known.includes(value)) continue
    const message = cliMessages.make['unknown-value']({ option: '--authorized', value, known })
    throw new UsageError('ERR_OPTION_VALUE', message, cliMessages)
  }
  return names
}

function creatorsOf({ user, group, serviceAccount }: UseOptions): PolicyUser[] {
  const creators: PolicyUser[] = []
  if (user !== undefined || group !== undefined)
    creators.push({ name: user ?? '', groups: [...(group ?? []), 'system:authenticated'] })
  if (serviceAccount !== undefined) {
    const [, namespace, name] = /^([^:]+):([^:]+)$/.exec(serviceAccount) ?? []
    if (namespace === undefined || name === undefined) {
      const message = pspMessages.make.badServiceAccount({ value: serviceAccount })
      throw new UsageError('ERR_OPTION_VALUE', message, pspMessages)
    }
    creators.push(serviceAccountUser(namespace, name))
  }
  return creators
}
