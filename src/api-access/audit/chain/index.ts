export { type Anchor, type AnchorKey, isSignedBy, makeAnchor, readAnchor, readAnchorKey } from './anchor.ts'
export { canonicalJson } from './canonical.ts'
export { CHAIN_ANNOTATION, chainEvent, GENESIS, type Link, linkOf } from './link.ts'
export {
  type BreakKind,
  type ChainBreak,
  type ChainReport,
  type ChainVerifier,
  createChainVerifier,
} from './verify.ts'
