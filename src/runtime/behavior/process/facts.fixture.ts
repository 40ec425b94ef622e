import type { ProcessFacts, ProcessMount, SeccompMode } from './facts.ts'

interface Given {
  readonly uid?: number
  readonly effective?: readonly string[]
  readonly bounding?: readonly string[]
  readonly noNewPrivileges?: boolean
  readonly seccomp?: SeccompMode
  readonly isReadOnly?: boolean
  readonly hostNamespaces?: readonly string[]
  readonly mounts?: readonly ProcessMount[]
}

/** The first process of a container that has nothing but what is given. */
export function containerFacts(given: Given): ProcessFacts {
  const { uid = 0, effective = [], bounding = [], hostNamespaces = ['user'], isReadOnly = false } = given
  return {
    pid: 4711,
    parent: 10,
    innerPid: 1,
    name: 'httpd',
    executable: '/bin/httpd',
    args: ['httpd'],
    workingDirectory: '/',
    containerId: 'a1'.repeat(32),
    podUid: null,
    identity: { uid, gid: uid, realUid: uid, realGid: uid, groups: [] },
    capabilities: { inheritable: [], permitted: effective, effective, bounding, ambient: [] },
    noNewPrivileges: given.noNewPrivileges ?? false,
    seccomp: given.seccomp ?? 'disabled',
    securityLabel: null,
    namespaces: ['mnt', 'net', 'pid', 'ipc', 'uts', 'user'].map((type) => ({
      type,
      inode: `${type}:[1]`,
      isHost: hostNamespaces.includes(type),
    })),
    environment: [],
    files: [],
    mounts: [
      { mountPoint: '/', type: 'overlay', source: 'overlay', root: '/', isReadOnly, options: [] },
      ...(given.mounts ?? []),
    ],
    hasServiceAccountToken: false,
    incomplete: [],
  }
}
