import { describe, expect, test } from 'vitest'
import type { Container, FieldPath, Pod } from '../../../kubernetes/index.ts'
import { createAppArmorStrategy } from '../strategies/apparmor.ts'
import { type Capabilities, createCapabilitiesStrategy } from '../strategies/capabilities.ts'
import { type GroupStrategy, groupMayRunAs, groupMustRunAs, groupRunAsAny } from '../strategies/group.ts'
import { mustRunAs, mustRunAsNonRoot, type RunAsUserStrategy, runAsAny } from '../strategies/run-as-user.ts'
import { createSeccompStrategy } from '../strategies/seccomp.ts'
import { type SELinuxStrategy, seLinuxMustRunAs, seLinuxRunAsAny } from '../strategies/selinux.ts'
import { isUnusable, type UnusableRule } from '../strategies/strategy.ts'
import { validateSysctls } from '../strategies/sysctls.ts'
import type { Range, SELinuxOptions } from '../types.ts'
import { normalized, readCases } from './cases.ts'

/** One call of one of upstream's strategies: what it was made with, what it was called with, what it returned. */
interface StrategyCase {
  readonly strategy: string
  readonly method: string
  readonly options: Options
  readonly args: Arguments
  readonly results: readonly unknown[]
}

interface Options {
  readonly ranges?: readonly Range[]
  readonly opts?: SELinuxOptions & { readonly ranges?: readonly Range[] }
  readonly pspAnnotations?: Readonly<Record<string, string>>
  readonly allowedCaps?: readonly string[] | null
  readonly defaultAddCapabilities?: readonly string[] | null
  readonly requiredDropCapabilities?: readonly string[] | null
  readonly safeWhitelist?: readonly string[] | null
  readonly allowedUnsafeSysctls?: readonly string[] | null
  readonly forbiddenSysctls?: readonly string[] | null
}

interface Arguments {
  readonly pod?: Pod | null
  readonly container?: Container | null
  readonly fldPath?: string | null
  readonly scPath?: string | null
  readonly path?: string | null
  readonly groups?: readonly number[] | null
  readonly runAsNonRoot?: boolean | null
  readonly runAsUser?: number | null
  readonly seLinux?: SELinuxOptions | null
  readonly capabilities?: Capabilities | null
  readonly annotations?: Readonly<Record<string, string>> | null
}

type Call = (options: Options, args: Arguments) => unknown

const CALLS: Readonly<Record<string, Call>> = {
  ...runAsUserCalls('user.mustRunAs', ({ opts }) => mustRunAs(opts?.ranges ?? [])),
  ...runAsUserCalls('user.nonRoot', () => mustRunAsNonRoot),
  ...runAsUserCalls('user.runAsAny', () => runAsAny),
  ...groupCalls('group.mustRunAs', ({ ranges }) => groupMustRunAs(ranges ?? [])),
  ...groupCalls('group.mayRunAs', ({ ranges }) => groupMayRunAs(ranges ?? [])),
  ...groupCalls('group.runAsAny', () => groupRunAsAny),
  ...seLinuxCalls('selinux.mustRunAs', ({ opts }) => seLinuxMustRunAs(opts ?? {})),
  ...seLinuxCalls('selinux.runAsAny', () => seLinuxRunAsAny),
  'capabilities.defaultCapabilities Generate': (options, { container }) =>
    capabilities(options).generate(container?.securityContext?.capabilities),
  'capabilities.defaultCapabilities Validate': (options, args) =>
    messages(capabilities(options).validate(pathOf(args), args.capabilities ?? undefined)),
  'seccomp.strategy Generate': ({ pspAnnotations }, { annotations, pod }) =>
    createSeccompStrategy(pspAnnotations ?? {}).generate({
      annotations: annotations ?? {},
      profile: pod?.spec?.securityContext?.seccompProfile,
    }),
  'seccomp.strategy ValidatePod': ({ pspAnnotations }, { pod }) =>
    messages(createSeccompStrategy(pspAnnotations ?? {}).validatePod(seccompOf(pod))),
  'seccomp.strategy ValidateContainer': ({ pspAnnotations }, { pod, container }) =>
    messages(
      createSeccompStrategy(pspAnnotations ?? {}).validateContainer(seccompOf(pod), {
        name: container?.name ?? '',
        profile: container?.securityContext?.seccompProfile,
      }),
    ),
  'apparmor.strategy Generate': ({ pspAnnotations }, { annotations, container }) =>
    createAppArmorStrategy(pspAnnotations ?? {}).generate(annotations ?? undefined, container?.name ?? ''),
  'apparmor.strategy Validate': ({ pspAnnotations }, { pod, container }) =>
    messages(
      createAppArmorStrategy(pspAnnotations ?? {}).validate(
        pod?.metadata?.annotations ?? {},
        container?.name ?? '',
      ),
    ),
  'sysctl.mustMatchPatterns Validate': (options, { pod }) =>
    messages(
      validateSysctls(
        {
          safe: options.safeWhitelist ?? [],
          allowedUnsafe: options.allowedUnsafeSysctls ?? [],
          forbidden: options.forbiddenSysctls ?? [],
        },
        (pod?.spec?.securityContext?.sysctls ?? []).map(({ name = '' }) => name),
      ),
    ),
}

const cases = readCases<StrategyCase>('strategies.jsonl')
describe.skipIf(cases === undefined)("strategies.jsonl: every call of upstream's strategies", () => {
  test.each(cases ?? [])('$strategy $method', ({ strategy, method, options, args, results }) => {
    const call = CALLS[`${strategy} ${method}`]
    if (call === undefined) throw new Error(`no strategy for ${strategy} ${method}`)
    expect(normalized([call(options, args) ?? null])).toEqual(normalized([emptyAsNull(results[0])]))
  })
})

function runAsUserCalls(name: string, make: (options: Options) => RunAsUserStrategy | UnusableRule) {
  return {
    [`${name} Generate`]: (options: Options) => usable(make(options)).generate(),
    [`${name} Validate`]: (options: Options, args: Arguments) =>
      messages(
        usable(make(options)).validate(
          pathOf(args),
          args.runAsNonRoot ?? undefined,
          args.runAsUser ?? undefined,
        ),
      ),
  }
}

function groupCalls(name: string, make: (options: Options) => GroupStrategy | UnusableRule) {
  return {
    [`${name} Generate`]: (options: Options) => {
      const group = usable(make(options)).generate()
      return group === undefined ? undefined : [group]
    },
    [`${name} GenerateSingle`]: (options: Options) => usable(make(options)).generate(),
    [`${name} Validate`]: (options: Options, args: Arguments) =>
      messages(usable(make(options)).validate(pathOf(args), args.groups ?? undefined)),
  }
}

function seLinuxCalls(name: string, make: (options: Options) => SELinuxStrategy) {
  return {
    [`${name} Generate`]: (options: Options) => make(options).generate(),
    [`${name} Validate`]: (options: Options, args: Arguments) =>
      messages(make(options).validate(pathOf(args), args.seLinux ?? undefined)),
  }
}

function capabilities(options: Options) {
  return createCapabilitiesStrategy({
    defaultAdd: options.defaultAddCapabilities ?? [],
    requiredDrop: options.requiredDropCapabilities ?? [],
    allowed: options.allowedCaps ?? [],
  })
}

function seccompOf(pod: Pod | null | undefined) {
  return {
    annotations: pod?.metadata?.annotations ?? {},
    profile: pod?.spec?.securityContext?.seccompProfile,
  }
}

/** `[]` is how upstream prints a path whose one element has no name; null is no path at all. */
function pathOf({ fldPath, scPath, path }: Arguments): FieldPath {
  const text = fldPath ?? scPath ?? path ?? null
  if (text === null) return []
  if (text === '[]') return ['']
  return [...text.matchAll(/[^.[\]]+/g)].map(([part]) => (/^\d+$/.test(part) ? Number(part) : part))
}

function messages(errors: readonly { readonly message: string }[]): readonly string[] | undefined {
  return errors.length === 0 ? undefined : errors.map(({ message }) => message)
}

/** No errors and nothing generated are both dumped in several ways: null, an empty list, an empty map or string. */
function emptyAsNull(result: unknown): unknown {
  if (Array.isArray(result) && result.length === 0) return null
  return result
}

function usable<Strategy extends object>(strategy: Strategy | UnusableRule): Strategy {
  if (isUnusable(strategy)) throw new Error(strategy.unusable)
  return strategy
}
