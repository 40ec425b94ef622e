import { type FieldError, type FieldPath, goQuote, goSlice, invalid } from '../../../kubernetes/index.ts'
import { WILDCARD } from '../types.ts'

/** What a container adds to and drops from the runtime's default set. */
export interface Capabilities {
  readonly add?: readonly string[]
  readonly drop?: readonly string[]
}

export interface CapabilityLists {
  readonly defaultAdd: readonly string[]
  readonly requiredDrop: readonly string[]
  readonly allowed: readonly string[]
}

/** Which Linux capabilities a container may have ("Pod Security Policies", Capabilities). */
export interface CapabilitiesStrategy {
  /** The container's capabilities with the policy's; the same object where nothing changes. */
  generate(requested: Capabilities | undefined): Capabilities | undefined
  validate(path: FieldPath, capabilities: Capabilities | undefined): readonly FieldError[]
}

export function createCapabilitiesStrategy(lists: CapabilityLists): CapabilitiesStrategy {
  return {
    generate: (requested) => generate(lists, requested),
    validate: (path, capabilities) => validate(lists, path, capabilities),
  }
}

/**
 * "DefaultAddCapabilities - The capabilities which are added to containers by default, in addition to the runtime
 * defaults", unless the container drops them. "RequiredDropCapabilities - The capabilities which must be dropped from
 * containers."
 */
function generate(lists: CapabilityLists, requested: Capabilities | undefined): Capabilities | undefined {
  const requestedAdd = new Set(requested?.add ?? [])
  const requestedDrop = new Set(requested?.drop ?? [])
  const defaultAdd = lists.defaultAdd.filter((capability) => !requestedDrop.has(capability))
  const add = new Set([...requestedAdd, ...defaultAdd])
  const drop = new Set([...requestedDrop, ...lists.requiredDrop])
  if (add.size === requestedAdd.size && drop.size === requestedDrop.size) return requested
  return {
    ...(add.size > 0 && { add: [...add].sort() }),
    ...(drop.size > 0 && { drop: [...drop].sort() }),
  }
}

function validate(
  lists: CapabilityLists,
  path: FieldPath,
  capabilities: Capabilities | undefined,
): FieldError[] {
  if (capabilities === undefined) {
    if (lists.defaultAdd.length === 0 && lists.requiredDrop.length === 0) return []
    return [invalid(path, null, 'required capabilities are not set on the securityContext')]
  }
  // "AllowedCapabilities … A value of * allows all": then nothing else is looked at, required drops included.
  if (lists.allowed.includes(WILDCARD)) return []

  const errors: FieldError[] = []
  for (const capability of capabilities.add ?? []) {
    if (lists.defaultAdd.includes(capability) || lists.allowed.includes(capability)) continue
    errors.push(invalid([...path, 'add'], capability, 'capability may not be added'))
  }
  const drop = goSlice('core.Capability', capabilities.drop?.map(goQuote))
  for (const capability of lists.requiredDrop) {
    if (capabilities.drop?.includes(capability)) continue
    const detail = `${capability} is required to be dropped but was not found`
    errors.push(invalid([...path, 'drop'], drop, detail))
  }
  return errors
}
