export { type Anchor, type AnchorKey, makeAnchor, readAnchor, readAnchorKey } from './anchor.ts'
export { chainEvent, GENESIS, type Link, linkOf } from './link.ts'
export {
  type BreakKind,
  type ChainBreak,
  type ChainReport,
  type ChainVerifier,
  createChainVerifier,
} from './verify.ts'
