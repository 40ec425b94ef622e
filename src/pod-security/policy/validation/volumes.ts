import {
  type FieldError,
  type FieldPath,
  invalid,
  notSupported,
  required,
  subdomainProblems,
  tooLong,
} from '../../../kubernetes/index.ts'
import { POLICY_VOLUME_TYPES } from '../strategies/volumes.ts'
import { type AllowedHostPath, type PodSecurityPolicySpec, WILDCARD } from '../types.ts'

const SUPPORTED = [...POLICY_VOLUME_TYPES, WILDCARD].sort()

export function validateVolumeTypes(path: FieldPath, volumes: readonly string[]): FieldError[] {
  return volumes
    .filter((volume) => !SUPPORTED.includes(volume))
    .map((volume) => notSupported(path, volume, SUPPORTED))
}

/** The lists that narrow down three of the volume types. */
export function validateVolumeLists(path: FieldPath, spec: PodSecurityPolicySpec): FieldError[] {
  return [
    ...validateHostPaths([...path, 'allowedHostPaths'], spec.allowedHostPaths ?? []),
    ...validateFlexVolumes([...path, 'allowedFlexVolumes'], spec.allowedFlexVolumes ?? []),
    ...validateCSIDrivers([...path, 'allowedCSIDrivers'], spec.allowedCSIDrivers ?? []),
  ]
}

function validateHostPaths(path: FieldPath, hostPaths: readonly AllowedHostPath[]): FieldError[] {
  const errors: FieldError[] = []
  for (const [index, { pathPrefix = '' }] of hostPaths.entries()) {
    // The API server stops at the first empty prefix.
    if (pathPrefix === '') return [...errors, required([...path, index], 'is required')]
    if (pathPrefix.split('/').includes('..'))
      errors.push(invalid([...path, index], pathPrefix, "must not contain '..'"))
  }
  return errors
}

function validateFlexVolumes(path: FieldPath, volumes: readonly { readonly driver?: string }[]) {
  return volumes.flatMap(({ driver = '' }, index) =>
    driver === ''
      ? [required([...path, 'allowedFlexVolumes', index, 'driver'], 'must specify a driver')]
      : [],
  )
}

/** "The driver name must be 63 characters or less, and a DNS subdomain" but for its case (CSIDriver, API reference). */
function validateCSIDrivers(path: FieldPath, drivers: readonly { readonly name?: string }[]): FieldError[] {
  return drivers.flatMap(({ name = '' }, index) => {
    const field = [...path, 'allowedCSIDriver', index, 'name']
    return [
      ...(name === '' ? [required(field, '')] : []),
      ...(name.length > 63 ? [tooLong(field, 63)] : []),
      ...subdomainProblems(name.toLowerCase()).map((problem) => invalid(field, name, problem)),
    ]
  })
}
