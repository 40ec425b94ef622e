import type { Localized } from '../../../messages/index.ts'

/** Help of `haetae audit collect`. */
export const collectText = {
  collect: {
    en: 'take in audit events, mask secrets, and keep them in files, a webhook or the audit store',
    ko: '감사 이벤트를 받아 비밀 값을 가리고 파일, 웹훅, 감사 저장소에 보관합니다',
  },
  follow: {
    en: 'go on reading the file as it grows, across rotation',
    ko: '파일이 자라는 대로 계속 읽습니다. 로그 순환도 따라갑니다',
  },
  output: {
    en: 'where events go (repeatable): file=PATH, webhook=KUBECONFIG, store=PATH',
    ko: '이벤트를 보낼 곳 (여러 번 쓸 수 있음): file=경로, webhook=kubeconfig, store=경로',
  },
  spill: {
    en: 'folder where events wait on disk until they are kept; a webhook needs it',
    ko: '이벤트가 보관될 때까지 디스크에서 기다릴 폴더. 웹훅에는 꼭 필요합니다',
  },
  redact: { en: 'keep secrets as they are', ko: '비밀 값을 가리지 않습니다' },
  chain: {
    en: 'link files and stores into a hash chain, for haetae audit verify',
    ko: '파일과 저장소의 이벤트를 해시 체인으로 잇습니다 (haetae audit verify로 검사)',
  },
  key: {
    en: 'sign anchors of the chain: an Ed25519 key in PEM, or the secret of an HMAC',
    ko: '체인의 앵커에 서명합니다: PEM 형식의 Ed25519 키, 또는 HMAC 비밀 값',
  },
  maxSize: {
    en: 'megabytes after which a file is rotated, as --audit-log-maxsize',
    ko: '파일을 순환할 크기 (메가바이트). --audit-log-maxsize와 같습니다',
  },
  maxAge: {
    en: 'days to keep rotated files, as --audit-log-maxage (default: forever)',
    ko: '순환된 파일을 둘 날 수. --audit-log-maxage와 같습니다 (기본값: 계속)',
  },
  maxBackups: {
    en: 'rotated files to keep, as --audit-log-maxbackup (default: all)',
    ko: '남겨 둘 순환된 파일의 수. --audit-log-maxbackup과 같습니다 (기본값: 모두)',
  },
  compress: {
    en: 'gzip rotated files and what is posted to webhooks',
    ko: '순환된 파일과 웹훅으로 보내는 본문을 gzip으로 압축합니다',
  },
  batchSize: {
    en: 'most events of one request to a webhook, as --audit-webhook-batch-max-size',
    ko: '웹훅 요청 하나에 담을 이벤트 수. --audit-webhook-batch-max-size와 같습니다',
  },
  batchWait: {
    en: 'seconds after which a batch goes though it is not full, as --audit-webhook-batch-max-wait',
    ko: '배치가 차지 않아도 보낼 때까지의 초. --audit-webhook-batch-max-wait와 같습니다',
  },
  qps: {
    en: 'most requests a second to a webhook, as --audit-webhook-batch-throttle-qps',
    ko: '웹훅으로 보낼 초당 요청 수. --audit-webhook-batch-throttle-qps와 같습니다',
  },
  stats: {
    en: 'counts of what was kept, on standard error at the end',
    ko: '끝날 때 보관한 개수를 표준 오류에 씁니다',
  },
} satisfies Record<string, Localized>
