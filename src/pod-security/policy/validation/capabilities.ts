import { type FieldError, goQuote, goSlice, invalid } from '../../../kubernetes/index.ts'
import { type PodSecurityPolicySpec, WILDCARD } from '../types.ts'

/** "You may not list a capability in both defaultAddCapabilities and requiredDropCapabilities", nor in the allowed ones. */
export function validateCapabilityLists(spec: PodSecurityPolicySpec): FieldError[] {
  const { requiredDropCapabilities: drops = [], allowedCapabilities: allowed = [] } = spec
  const errors: FieldError[] = []
  if (drops.length > 0 && allowed.includes(WILDCARD)) {
    const value = goSlice('core.Capability', drops.map(goQuote))
    const detail = 'must be empty when all capabilities are allowed by a wildcard'
    errors.push(invalid(['requiredDropCapabilities'], value, detail))
  }
  return [
    ...errors,
    ...validateAgainstDrops('defaultAddCapabilities', spec.defaultAddCapabilities ?? [], drops),
    ...validateAgainstDrops('allowedCapabilities', allowed, drops),
  ]
}

/** The API server names these fields without the `spec` before them. */
function validateAgainstDrops(
  field: string,
  capabilities: readonly string[],
  drops: readonly string[],
): FieldError[] {
  const detail = `capability is listed in ${field} and requiredDropCapabilities`
  return capabilities
    .filter((capability) => drops.includes(capability))
    .map((capability) => invalid([field], capability, detail))
}
