import { type FieldError, goQuote, invalid } from '../../../kubernetes/index.ts'
import { ANNOTATIONS, WILDCARD } from '../types.ts'

/** The annotations by which a policy rules AppArmor and seccomp profiles. */
export function validatePolicyAnnotations(annotations: Readonly<Record<string, string>>): FieldError[] {
  const appArmorDefault = annotations[ANNOTATIONS.appArmorDefault] ?? ''
  const appArmorAllowed = annotations[ANNOTATIONS.appArmorAllowed] ?? ''
  const seccompDefault = annotations[ANNOTATIONS.seccompDefault] ?? ''
  const seccompAllowed = annotations[ANNOTATIONS.seccompAllowed] ?? ''
  return [
    ...appArmorProblems(appArmorDefault).map((detail) =>
      invalid(pathOf(ANNOTATIONS.appArmorDefault), appArmorDefault, detail),
    ),
    ...appArmorAllowed
      .split(',')
      .flatMap(appArmorProblems)
      .map((detail) => invalid(pathOf(ANNOTATIONS.appArmorAllowed), appArmorAllowed, detail)),
    ...(seccompDefault === '' ? [] : validateSeccompProfile(ANNOTATIONS.seccompDefault, seccompDefault)),
    ...(seccompAllowed === '' ? [] : seccompAllowed.split(','))
      .filter((profile) => profile !== WILDCARD)
      .flatMap((profile) => validateSeccompProfile(ANNOTATIONS.seccompAllowed, profile)),
  ]
}

/** "runtime/default", "localhost/<profile_name>" or "unconfined" ("AppArmor", API reference); none is also right. */
function appArmorProblems(profile: string): string[] {
  if (profile === '' || profile === 'runtime/default' || profile === 'unconfined') return []
  if (profile.startsWith('localhost/')) return []
  return [`invalid AppArmor profile name: ${goQuote(profile)}`]
}

/** "unconfined", "runtime/default", "docker/default" or "localhost/<path>", a path below the kubelet's profile folder. */
function validateSeccompProfile(annotation: string, profile: string): FieldError[] {
  const path = pathOf(annotation)
  if (profile === 'runtime/default' || profile === 'docker/default' || profile === 'unconfined') return []
  if (!profile.startsWith('localhost/')) return [invalid(path, profile, 'must be a valid seccomp profile')]
  const file = profile.slice('localhost/'.length)
  return [
    ...(file.startsWith('/') ? [invalid(path, file, 'must be a relative path')] : []),
    ...(file.split('/').includes('..') ? [invalid(path, file, "must not contain '..'")] : []),
  ]
}

function pathOf(annotation: string) {
  return ['metadata', 'annotations', annotation]
}
