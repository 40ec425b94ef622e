/** What /proc says of a process: all that an intruder with root on the node could read, without the memory itself. */
export interface ProcessFacts {
  readonly pid: number
  readonly parent: number
  /** Its number in its own pid namespace: 1 for the first process of a container. */
  readonly innerPid: number
  readonly name: string
  /** Null where it cannot be read; ends with ` (deleted)` where the file is gone. */
  readonly executable: string | null
  readonly args: readonly string[]
  readonly workingDirectory: string | null
  /** Sixty-four digits; null on the host. */
  readonly containerId: string | null
  readonly podUid: string | null
  readonly identity: ProcessIdentity
  readonly capabilities: ProcessCapabilities
  readonly noNewPrivileges: boolean
  readonly seccomp: SeccompMode
  /** Label of the Linux security module, e.g. `docker-default (enforce)`; null where none is at work. */
  readonly securityLabel: string | null
  readonly namespaces: readonly ProcessNamespace[]
  readonly environment: readonly EnvironmentVariable[]
  readonly files: readonly OpenFile[]
  readonly mounts: readonly ProcessMount[]
  /** Whether a service account's token can be read at its usual place. */
  readonly hasServiceAccountToken: boolean
  /** Parts that could not be read, or not to their end. */
  readonly incomplete: readonly IncompletePart[]
}

export interface IncompletePart {
  /** The file below /proc/PID. */
  readonly part: string
  /** `limit`: there is more than is read; else the error's name, e.g. `EACCES`. */
  readonly reason: string
}

export interface ProcessIdentity {
  /** The effective ones; the files' where a set-id program runs. */
  readonly uid: number
  readonly gid: number
  readonly realUid: number
  readonly realGid: number
  readonly groups: readonly number[]
}

/** Names without `CAP_`, in the order of their numbers. */
export interface ProcessCapabilities {
  readonly inheritable: readonly string[]
  readonly permitted: readonly string[]
  readonly effective: readonly string[]
  readonly bounding: readonly string[]
  readonly ambient: readonly string[]
}

export type SeccompMode = 'disabled' | 'strict' | 'filter'

export interface ProcessNamespace {
  /** `mnt`, `pid`, `net`, … as below /proc/PID/ns. */
  readonly type: string
  readonly inode: string
  /** Whether it is that of the node's first process; null where that cannot be told. */
  readonly isHost: boolean | null
}

export interface EnvironmentVariable {
  readonly name: string
  readonly value: string
}

export type OpenFileKind = 'file' | 'directory' | 'device' | 'socket' | 'pipe' | 'other'

export interface OpenFile {
  readonly descriptor: number
  readonly kind: OpenFileKind
  /** As the process names it: a path, `socket:[inode]`, `anon_inode:[eventpoll]`. */
  readonly target: string
  readonly isReadable: boolean
  readonly isWritable: boolean
  readonly isDeleted: boolean
  /** Bytes; of regular files. */
  readonly size?: number
  readonly database?: DatabaseKind
  readonly socket?: SocketFacts
  /** Of an etcd database: what lies in it. */
  readonly etcd?: EtcdContent
}

export type DatabaseKind =
  | 'etcd'
  | 'sqlite'
  | 'postgresql'
  | 'mysql'
  | 'mongodb'
  | 'redis'
  | 'leveldb'
  | 'lmdb'
  | 'bbolt'

/** One end of a connection, as `address:port`; of a unix socket its path. */
export interface SocketFacts {
  readonly protocol: 'tcp' | 'tcp6' | 'udp' | 'udp6' | 'unix'
  readonly local: string
  /** Null where it is not connected. */
  readonly remote: string | null
  readonly state: string
}

/** Secrets of Kubernetes in etcd's file. */
export interface EtcdContent {
  /** Keys of Secrets whose value lies there in plain text. */
  readonly plain: number
  /** Some of them, without their values. */
  readonly plainKeys: readonly string[]
  /** Of those in plain text, how many have an encrypted value too: what is plain is an older revision. */
  readonly plainAndEncrypted: number
  /** Keys of Secrets whose value is encrypted, by provider: `aescbc`, `secretbox`, `kms`. */
  readonly encrypted: Readonly<Record<string, number>>
  /** Whether only the beginning of the file was looked at. */
  readonly isPartial: boolean
}

export interface ProcessMount {
  readonly mountPoint: string
  readonly type: string
  readonly source: string
  /** The folder of the file system that is mounted here. */
  readonly root: string
  readonly isReadOnly: boolean
  readonly options: readonly string[]
  /** Where the node itself has the same, as its first process sees it; absent where it has not, or that cannot be told. */
  readonly nodePath?: string
}
