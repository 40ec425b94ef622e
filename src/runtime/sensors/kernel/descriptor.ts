import { formatConnection } from './addresses.ts'

/** What a file descriptor refers to, by the numbers of libs (`scap_fd_type`). */
export const DESCRIPTOR = {
  file: 1,
  directory: 2,
  ipv4: 3,
  ipv6: 4,
  ipv4Server: 5,
  ipv6Server: 6,
  pipe: 7,
  unix: 8,
  event: 9,
  unsupported: 10,
  signal: 11,
  eventPoll: 12,
  inotify: 13,
  timer: 14,
  netlink: 15,
  fileWithFlags: 16,
  bpf: 17,
  userfault: 18,
  ioUring: 19,
  memory: 20,
  process: 21,
  unknown: 255,
} as const

/** Transport protocols by the numbers of libs (`scap_l4_proto`). */
export const TRANSPORT = { unknown: 0, none: 1, tcp: 2, udp: 3, icmp: 4, raw: 5 } as const

export type Role = 'none' | 'client' | 'server'

/** An address: a number for IPv4, eight groups in hexadecimal for IPv6 as `formatIpv6` writes them. */
export type Address = number | string

/** The ends of a connection; a server socket has its own address as the destination. */
export interface Connection {
  readonly source: Address
  readonly sourcePort: number
  readonly destination: Address
  readonly destinationPort: number
}

/** An open file, socket, pipe… of a process. */
export class Descriptor {
  kind: number
  private known: string | undefined
  /** The path as the process gave it. */
  rawName = ''
  /** Flags of the open call, by libs' values. */
  flags = 0
  device = 0
  inode = 0
  transport: number = TRANSPORT.unknown
  role: Role = 'none'
  isConnected = false
  closesOnExec = false
  connection: Connection | undefined

  /** @param name - without one, it is made when it is asked for: see `forgetName` */
  constructor(kind: number, name?: string) {
    this.kind = kind
    this.known = name
  }

  get name(): string {
    this.known ??= this.makeName()
    return this.known
  }

  set name(name: string) {
    this.known = name
  }

  /** From now on the name is that of the connection, or of the pipe: made when somebody asks, which is seldom. */
  forgetName(): void {
    this.known = undefined
  }

  private makeName(): string {
    if (this.connection !== undefined) return formatConnection(this.connection)
    return this.kind === DESCRIPTOR.pipe ? `pipe:[${this.inode}]` : ''
  }

  copy(): Descriptor {
    const copy = new Descriptor(this.kind, this.known)
    copy.rawName = this.rawName
    copy.flags = this.flags
    copy.device = this.device
    copy.inode = this.inode
    copy.transport = this.transport
    copy.role = this.role
    copy.isConnected = this.isConnected
    copy.closesOnExec = this.closesOnExec
    copy.connection = this.connection
    return copy
  }

  get isFile(): boolean {
    return this.kind === DESCRIPTOR.file || this.kind === DESCRIPTOR.fileWithFlags
  }

  get isIp(): boolean {
    return this.kind >= DESCRIPTOR.ipv4 && this.kind <= DESCRIPTOR.ipv6Server
  }
}

/** Small numbers, which most are, are kept in an array. */
const SMALL = 256

/** The descriptors of a process. */
export class DescriptorTable {
  private readonly small: (Descriptor | undefined)[]
  private large: Map<number, Descriptor> | undefined
  size: number

  constructor(from?: DescriptorTable) {
    this.small = from === undefined ? [] : from.small.slice()
    this.large = from?.large === undefined ? undefined : new Map(from.large)
    this.size = from === undefined ? 0 : from.size
  }

  get(number: number): Descriptor | undefined {
    return number >= 0 && number < SMALL ? this.small[number] : this.large?.get(number)
  }

  set(number: number, descriptor: Descriptor): void {
    if (number >= 0 && number < SMALL) {
      while (this.small.length < number) this.small.push(undefined)
      if (this.small[number] === undefined) this.size++
      this.small[number] = descriptor
      return
    }
    this.large ??= new Map()
    if (!this.large.has(number)) this.size++
    this.large.set(number, descriptor)
  }

  delete(number: number): void {
    if (number >= 0 && number < SMALL) {
      if (number >= this.small.length || this.small[number] === undefined) return
      this.small[number] = undefined
      this.size--
    } else if (this.large?.delete(number) === true) this.size--
  }

  forEach(visit: (descriptor: Descriptor, number: number) => void): void {
    for (let number = 0; number < this.small.length; number++) {
      const descriptor = this.small[number]
      if (descriptor !== undefined) visit(descriptor, number)
    }
    if (this.large === undefined) return
    for (const [number, descriptor] of this.large) visit(descriptor, number)
  }
}
