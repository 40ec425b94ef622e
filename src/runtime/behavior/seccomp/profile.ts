import { nearestName } from '../../../kubernetes/index.ts'
import { DEFAULT_ARCHITECTURES, type SeccompArchitecture } from './architectures.ts'
import { BASE_CALLS, type SeccompBase } from './base-calls.ts'
import { CALL_NAMES } from './call-names.ts'

/** A seccomp profile as the OCI runtime specification and Docker write it. */
export interface SeccompProfile {
  readonly defaultAction: SeccompAction
  readonly defaultErrnoRet?: number
  readonly architectures: readonly SeccompArchitecture[]
  readonly syscalls: readonly SeccompRule[]
}

export type SeccompAction = 'SCMP_ACT_ALLOW' | 'SCMP_ACT_ERRNO' | 'SCMP_ACT_LOG'

export interface SeccompRule {
  readonly names: readonly string[]
  readonly action: SeccompAction
  readonly errnoRet?: number
}

export interface SeccompRequest {
  readonly syscalls: readonly string[]
  readonly base: SeccompBase
  readonly architectures?: readonly SeccompArchitecture[]
  /** `log`: what is outside is not refused, but logged (`SCMP_ACT_LOG`). */
  readonly mode?: 'refuse' | 'log'
}

const EPERM = 1
const ENOSYS = 38

/**
 * A profile that allows the calls and those of the runtime, and refuses all else with EPERM.
 *
 * Where `clone` is allowed and `clone3` is not, the latter answers ENOSYS: C libraries that make threads try it first,
 * and go back to `clone` for that error only, as in Docker's default profile. Its flags are behind a pointer, where no
 * filter can look.
 *
 * @throws UnknownCallError for a name that is no system call of any architecture
 */
export function seccompProfile({
  syscalls,
  base,
  architectures,
  mode = 'refuse',
}: SeccompRequest): SeccompProfile {
  const unknown = [...new Set(syscalls)].filter((name) => !CALL_NAMES.has(name))
  if (unknown.length > 0) throw new UnknownCallError(unknown)
  const names = [...new Set([...syscalls, ...BASE_CALLS[base]])].sort()
  const allowed: SeccompRule = { names, action: 'SCMP_ACT_ALLOW' }
  const isRefusing = mode === 'refuse'
  const withoutClone3: readonly SeccompRule[] =
    isRefusing && names.includes('clone') && !names.includes('clone3')
      ? [{ names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: ENOSYS }]
      : []
  return {
    defaultAction: isRefusing ? 'SCMP_ACT_ERRNO' : 'SCMP_ACT_LOG',
    ...(isRefusing && { defaultErrnoRet: EPERM }),
    architectures: [...new Set(architectures ?? DEFAULT_ARCHITECTURES)],
    syscalls: names.length === 0 ? withoutClone3 : [allowed, ...withoutClone3],
  }
}

/** Names that are no system calls: a filter that silently left them out would refuse what was to be allowed. */
export class UnknownCallError extends Error {
  readonly unknown: readonly { readonly name: string; readonly nearest?: string }[]

  constructor(names: readonly string[]) {
    super(`unknown system calls: ${names.join(', ')}`)
    this.name = 'UnknownCallError'
    this.unknown = names.map((name) => {
      const nearest = nearestName(name, CALL_NAMES)
      return { name, ...(nearest !== undefined && { nearest }) }
    })
  }
}
