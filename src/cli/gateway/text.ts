import type { Localized } from '../../messages/index.ts'

/** Help of `haetae gateway`. */
export const gatewayText = {
  gateway: {
    en: 'stand before a cluster as its API server: TLS, authentication, authorization, admission, audit',
    ko: '클러스터의 API 서버 앞에 서서 TLS, 인증, 인가, 어드미션, 감사를 맡습니다',
  },
  upstream: {
    en: 'kubeconfig of the cluster behind, with the credential of the gate (default: as kubectl finds it)',
    ko: '뒤에 있는 클러스터의 kubeconfig와 게이트의 크리덴셜 (기본값: kubectl과 같음)',
  },
  listen: { en: 'address that clients connect to', ko: '클라이언트가 연결하는 주소' },
  state: {
    en: 'folder with the authority and the journal (default: haetae/gateway in the state folder)',
    ko: '인증 기관과 저널을 두는 폴더 (기본값: 상태 폴더의 haetae/gateway)',
  },
  tlsCertFile: {
    en: "certificate that the gate shows (default: one of Haetae's own authority)",
    ko: '게이트가 내보이는 인증서 (기본값: 해태 인증 기관이 발급)',
  },
  tlsPrivateKeyFile: { en: 'its key', ko: '그 인증서의 키' },
  tlsSan: {
    en: 'further names and addresses for the issued certificate',
    ko: '발급하는 인증서에 넣을 다른 이름과 주소',
  },
  clientCaFile: {
    en: "authorities of client certificates, besides Haetae's own",
    ko: '해태 인증 기관 외에 클라이언트 인증서를 발급하는 인증 기관',
  },
  users: {
    en: 'file of the local users who may log in (default: users.json in the state folder)',
    ko: '로그인할 수 있는 로컬 사용자 파일 (기본값: 상태 폴더의 users.json)',
  },
  anonymousAuth: {
    en: 'let in requests without credentials as system:anonymous',
    ko: '크리덴셜 없는 요청을 system:anonymous로 받습니다',
  },
  clusterTokens: {
    en: 'do not ask the cluster behind about bearer tokens',
    ko: '베어러 토큰을 뒤의 클러스터에 묻지 않습니다',
  },
  requestheaderClientCaFile: {
    en: 'authorities of front proxies, whose X-Remote-* headers count',
    ko: 'X-Remote-* 헤더를 믿을 프런트 프록시의 인증 기관',
  },
  requestheaderAllowedNames: {
    en: 'common names of those proxies, separated by commas',
    ko: '그 프록시의 일반 이름(CN), 쉼표로 구분',
  },
  enableAdmissionPlugins: {
    en: 'admission plugins that run in the gate, separated by commas',
    ko: '게이트에서 실행할 어드미션 플러그인, 쉼표로 구분',
  },
  admissionConfig: {
    en: 'AdmissionConfiguration of these plugins',
    ko: '이 플러그인의 AdmissionConfiguration',
  },
  auditPolicyFile: {
    en: 'audit policy (default: every request, at level Metadata)',
    ko: '감사 정책 (기본값: 모든 요청을 Metadata 수준으로)',
  },
  auditLogPath: { en: 'file that audit events go to', ko: '감사 이벤트를 쓰는 파일' },
  auditLogMaxsize: { en: 'megabytes after which it is rotated', ko: '순환할 크기(MB)' },
  auditLogMaxage: { en: 'days that older files are kept', ko: '이전 파일을 두는 날 수' },
  auditLogMaxbackup: { en: 'number of older files that are kept', ko: '이전 파일을 두는 개수' },
  auditLogCompress: { en: 'compress older files', ko: '이전 파일을 압축합니다' },
  auditWebhookConfigFile: {
    en: 'kubeconfig of the webhook that audit events go to',
    ko: '감사 이벤트를 받는 웹훅의 kubeconfig',
  },
  auditStore: { en: 'database that audit events go to', ko: '감사 이벤트를 넣는 데이터베이스' },
  maxRequestsInflight: { en: 'requests under way that change nothing', ko: '동시에 처리하는 읽기 요청 수' },
  maxMutatingRequestsInflight: {
    en: 'requests under way that change something',
    ko: '동시에 처리하는 변경 요청 수',
  },
  maxLongRunning: { en: 'watches and streams that are open', ko: '동시에 여는 watch와 스트림 수' },
  maxConnections: {
    en: 'connections of clients; an idle one takes some 65 KB of memory',
    ko: '클라이언트 연결 수. 쉬는 연결 하나에 메모리를 65 KB쯤 씁니다',
  },
  maxConnectionsPerAddress: {
    en: 'connections from one address (of IPv6, one /64); without it three quarters of all',
    ko: '주소 하나(IPv6는 /64 하나)에서 오는 연결 수. 없으면 전체의 4분의 3',
  },
  requestTimeout: {
    en: 'seconds until an answer must have begun',
    ko: '응답이 시작되기까지의 최대 시간(초)',
  },
  shutdownDelay: {
    en: 'seconds between the signal to stop and the end of listening, in which /readyz already fails',
    ko: '종료 신호를 받고 수신을 끝내기까지의 시간(초). 그동안 /readyz는 이미 실패합니다',
  },
  shutdownTimeout: {
    en: 'seconds that what is under way has when the gate stops; watches end at once',
    ko: '종료할 때 진행 중인 것을 기다리는 시간(초). watch는 바로 끝냅니다',
  },
} satisfies Record<string, Localized>
