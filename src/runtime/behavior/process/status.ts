import { CAPABILITIES } from '../../../kubernetes/index.ts'
import type { ProcessCapabilities, ProcessIdentity, SeccompMode } from './facts.ts'

/** What /proc/PID/status says (Linux, Documentation/filesystems/proc.rst, table 1-2). */
export interface ProcessStatus {
  readonly name: string
  readonly parent: number
  readonly innerPid: number
  readonly identity: ProcessIdentity
  readonly capabilities: ProcessCapabilities
  readonly noNewPrivileges: boolean
  readonly seccomp: SeccompMode
}

const SECCOMP_MODES: readonly SeccompMode[] = ['disabled', 'strict', 'filter']

/** Lines that an older kernel does not have count as zero. */
export function parseStatus(text: string): ProcessStatus {
  const lines = new Map<string, string>()
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':')
    if (colon > 0) lines.set(line.slice(0, colon), line.slice(colon + 1).trim())
  }
  const numbers = (name: string) => (lines.get(name) ?? '').split(/\s+/).filter(Boolean).map(Number)
  const number = (name: string) => numbers(name)[0] ?? 0
  const [realUid = 0, uid = 0] = numbers('Uid')
  const [realGid = 0, gid = 0] = numbers('Gid')
  const capabilities = (name: string) => capabilityNames(lines.get(name) ?? '0')
  return {
    name: lines.get('Name') ?? '',
    parent: number('PPid'),
    innerPid: numbers('NSpid').at(-1) ?? number('Pid'),
    identity: { uid, gid, realUid, realGid, groups: numbers('Groups') },
    capabilities: {
      inheritable: capabilities('CapInh'),
      permitted: capabilities('CapPrm'),
      effective: capabilities('CapEff'),
      bounding: capabilities('CapBnd'),
      ambient: capabilities('CapAmb'),
    },
    noNewPrivileges: number('NoNewPrivs') === 1,
    seccomp: SECCOMP_MODES[number('Seccomp')] ?? 'disabled',
  }
}

/**
 * @param mask - hexadecimal, a bit a capability
 * @returns names without `CAP_`; of a bit that is not known its number, e.g. `41`
 */
export function capabilityNames(mask: string): readonly string[] {
  if (!/^[0-9a-f]{1,16}$/i.test(mask)) return []
  const bits = BigInt(`0x${mask}`)
  const names: string[] = []
  for (let bit = 0; bit < 64; bit++)
    if (((bits >> BigInt(bit)) & 1n) === 1n) names.push(CAPABILITIES[bit] ?? String(bit))
  return names
}
