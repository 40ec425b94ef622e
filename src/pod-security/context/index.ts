import type { MessageSet } from '../../messages/index.ts'
import { capabilityMessages } from './capabilities.ts'
import { identityMessages } from './identity.ts'
import { mountMessages } from './mounts.ts'
import { namespaceMessages } from './namespaces.ts'
import { operatingSystemMessages } from './operating-system.ts'
import { portMessages } from './ports.ts'
import { privilegeMessages } from './privilege.ts'
import { profileMessages } from './profiles.ts'
import { seLinuxMessages } from './se-linux.ts'
import { serviceAccountMessages } from './service-account.ts'
import { settingMessages } from './setting.ts'
import { sysctlMessages } from './sysctls.ts'
import { windowsMessages } from './windows.ts'

export type {
  CapabilitySets,
  EffectiveContainer,
  EffectivePod,
  LinuxSettings,
  SELinuxLabel,
  SecurityProfile,
  WindowsSettings,
} from './effective-pod.ts'
export { type EffectiveOptions, effectiveSecurityContext } from './effective-security-context.ts'
export type { Runtime } from './scope.ts'
export type { Note, Setting, Source } from './setting.ts'

/** What an EffectivePod's notes say, for a renderer. */
export const EFFECTIVE_CONTEXT_MESSAGES: readonly MessageSet[] = [
  settingMessages,
  identityMessages,
  privilegeMessages,
  capabilityMessages,
  profileMessages,
  seLinuxMessages,
  windowsMessages,
  operatingSystemMessages,
  namespaceMessages,
  portMessages,
  sysctlMessages,
  mountMessages,
  serviceAccountMessages,
]
