/** Kinds of blocks of a capture file, by their types (libs, userspace/libscap/scap_savefile.h). */
export type BlockKind = 'section' | 'machine' | 'processes' | 'descriptors' | 'interfaces' | 'users' | 'event'

export interface BlockType {
  readonly kind: BlockKind
  /** Of process lists: 1 to 9. */
  readonly version: number
  /** Records begin with their own length. */
  readonly hasLengths: boolean
  /** Of events: flags stand behind the processor's number. */
  readonly hasFlags: boolean
  /** Of events: the number of parameters is not written. */
  readonly isLegacy: boolean
  /** Of events: not that it happened, but what an open descriptor is. Only our own sensor tells it, never a file. */
  readonly isState: boolean
}

function block(kind: BlockKind, more: Partial<Omit<BlockType, 'kind'>> = {}): BlockType {
  return { kind, version: 0, hasLengths: false, hasFlags: false, isLegacy: false, isState: false, ...more }
}

const processes = (version: number) => block('processes', { version, hasLengths: version === 9 })
const LEGACY_EVENT = block('event', { isLegacy: true })
const OLD_LISTS = {
  machine: block('machine'),
  descriptors: block('descriptors'),
  interfaces: block('interfaces'),
  users: block('users'),
}

export const SECTION_HEADER = 0x0a0d0d0a

/** All known types, those of drafts of the format among them (0x80…ABCD). */
export const BLOCK_TYPES: ReadonlyMap<number, BlockType> = new Map([
  [SECTION_HEADER, block('section')],
  [0x201, OLD_LISTS.machine],
  [0x202, processes(1)],
  [0x203, OLD_LISTS.descriptors],
  [0x204, LEGACY_EVENT],
  [0x205, OLD_LISTS.interfaces],
  [0x206, OLD_LISTS.users],
  [0x207, processes(2)],
  [0x208, block('event', { isLegacy: true, hasFlags: true })],
  [0x209, processes(3)],
  [0x210, processes(4)],
  [0x211, processes(5)],
  [0x212, processes(6)],
  [0x213, processes(7)],
  [0x214, processes(8)],
  [0x215, processes(9)],
  [0x216, block('event')],
  [0x217, block('event', { hasFlags: true })],
  [0x218, block('descriptors', { hasLengths: true })],
  [0x219, block('interfaces', { hasLengths: true })],
  [0x220, block('users', { hasLengths: true })],
  [0x221, block('event')],
  [0x222, block('event', { hasFlags: true })],
  [0x48430002, block('event', { isState: true })],
  [0x8000abcd, processes(1)],
  [0x8001abcd, OLD_LISTS.descriptors],
  [0x8002abcd, OLD_LISTS.machine],
  [0x8010abcd, LEGACY_EVENT],
  [0x8011abcd, OLD_LISTS.interfaces],
  [0x8012abcd, OLD_LISTS.users],
  [0x8013abcd, processes(2)],
  [0x8014abcd, processes(3)],
])
