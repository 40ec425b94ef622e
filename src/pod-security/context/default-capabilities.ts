import type { Runtime } from './scope.ts'

/**
 * What each runtime gives a container that neither adds nor drops anything, in the order of the numbers:
 * containerd's `defaultUnixCaps` (the set Docker made usual), CRI-O's `default_capabilities`.
 */
export const DEFAULT_CAPABILITIES: Readonly<Record<Runtime, readonly string[]>> = {
  containerd: [
    'CHOWN',
    'DAC_OVERRIDE',
    'FOWNER',
    'FSETID',
    'KILL',
    'SETGID',
    'SETUID',
    'SETPCAP',
    'NET_BIND_SERVICE',
    'NET_RAW',
    'SYS_CHROOT',
    'MKNOD',
    'AUDIT_WRITE',
    'SETFCAP',
  ],
  'cri-o': [
    'CHOWN',
    'DAC_OVERRIDE',
    'FOWNER',
    'FSETID',
    'KILL',
    'SETGID',
    'SETUID',
    'SETPCAP',
    'NET_BIND_SERVICE',
  ],
}
