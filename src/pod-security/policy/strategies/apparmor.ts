import { type FieldError, forbidden, goQuote } from '../../../kubernetes/index.ts'
import { ANNOTATIONS } from '../types.ts'
import type { Annotations } from './seccomp.ts'

/** Which AppArmor profiles containers may use ("AppArmor", PodSecurityPolicy annotations). */
export interface AppArmorStrategy {
  /** The pod's annotations with the default profile for this container; the same object where nothing changes. */
  generate(annotations: Annotations | undefined, container: string): Annotations | undefined
  validate(annotations: Annotations, container: string): readonly FieldError[]
}

export function createAppArmorStrategy(policyAnnotations: Annotations): AppArmorStrategy {
  const given = policyAnnotations[ANNOTATIONS.appArmorAllowed]
  const allowed = given === undefined ? undefined : new Set(given.split(','))
  const defaultProfile = policyAnnotations[ANNOTATIONS.appArmorDefault] ?? ''
  return {
    generate(annotations, container) {
      const key = ANNOTATIONS.appArmorContainer + container
      if (defaultProfile === '' || annotations?.[key]) return annotations
      return { ...annotations, [key]: defaultProfile }
    },
    validate(annotations, container) {
      if (allowed === undefined) return []
      const key = ANNOTATIONS.appArmorContainer + container
      const path = ['pod', 'metadata', 'annotations', key]
      const profile = annotations[key] ?? ''
      if (profile === '') return [forbidden(path, 'AppArmor profile must be set')]
      if (allowed.has(profile)) return []
      const detail = `${profile} is not an allowed profile. Allowed values: ${goQuote(given ?? '')}`
      return [forbidden(path, detail)]
    },
  }
}
