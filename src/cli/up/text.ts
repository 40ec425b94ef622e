import type { Localized } from '../../messages/index.ts'

/** Help of `haetae up`. */
export const upText = {
  up: {
    en: 'everything in one process: the gate before your cluster, its audit trail, detection on it',
    ko: '한 프로세스로 모두 실행합니다: 클러스터 앞의 게이트, 감사 기록, 탐지',
  },
  state: {
    en: 'folder with authority, kubeconfig and events (default: haetae/up in the state folder)',
    ko: '인증 기관, kubeconfig, 이벤트를 두는 폴더 (기본값: 상태 폴더의 haetae/up)',
  },
  format: { en: 'how alerts are printed: text or jsonl', ko: '경고 출력 형식: text, jsonl' },
} satisfies Record<string, Localized>
