import type { Localized } from '../../../messages/index.ts'

/** Help of `haetae audit verify`. */
export const verifyText = {
  verify: {
    en: 'check the hash chain of audit logs: was anything changed, removed, inserted, reordered?',
    ko: '감사 로그의 해시 체인을 검사합니다: 바뀌거나 지워지거나 끼어들거나 순서가 바뀐 것이 있는지',
  },
  store: { en: 'check the audit store instead of files', ko: '파일 대신 감사 저장소를 검사합니다' },
  anchors: {
    en: 'file with the anchors (default: the one beside the log, LOG.anchors)',
    ko: '앵커 파일 (기본값: 로그 옆에 있는 LOG.anchors)',
  },
  key: {
    en: 'key of the anchors’ signatures: an Ed25519 key in PEM, or the secret of an HMAC',
    ko: '앵커 서명의 키: PEM 형식의 Ed25519 키, 또는 HMAC 비밀 값',
  },
} satisfies Record<string, Localized>
