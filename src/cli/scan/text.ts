import type { Localized } from '../../messages/index.ts'

export const scanText = {
  description: {
    en: 'find what is insecure in manifests or in a live cluster',
    ko: '매니페스트나 실행 중인 클러스터에서 안전하지 않은 설정을 찾습니다',
  },
  cluster: { en: 'scan the cluster of the kubeconfig', ko: 'kubeconfig가 가리키는 클러스터를 검사합니다' },
  level: {
    en: 'Pod Security Standard to hold pods to: privileged, baseline or restricted',
    ko: '파드가 지켜야 할 파드 시큐리티 스탠다드: privileged, baseline, restricted',
  },
  version: {
    en: "version of the standard: latest, or a cluster's minor version such as v1.30",
    ko: '스탠다드의 버전: latest 또는 클러스터의 마이너 버전(예: v1.30)',
  },
  admissionConfig: {
    en: 'PodSecurityConfiguration file: defaults and exemptions of the cluster',
    ko: 'PodSecurityConfiguration 파일: 클러스터의 기본값과 면제',
  },
  failOn: {
    en: 'exit with 1 when a finding is at least this grave: critical, high, medium, low or none',
    ko: '이 심각도 이상의 발견 항목이 있으면 1로 끝납니다: critical, high, medium, low, none',
  },
  format: {
    en: 'pretty, json, jsonl, sarif, junit, markdown or html; with =FILE into a file; may be repeated',
    ko: 'pretty, json, jsonl, sarif, junit, markdown, html. =FILE을 붙이면 파일로 씁니다. 여러 번 쓸 수 있습니다',
  },
  only: { en: 'only this check (repeatable, or a,b,c)', ko: '이 점검만 (여러 번 쓰거나 a,b,c)' },
  skip: { en: 'not this check (repeatable, or a,b,c)', ko: '이 점검은 제외 (여러 번 쓰거나 a,b,c)' },
  baseline: {
    en: 'fail only on findings that are not in this file',
    ko: '이 파일에 없는 새로운 발견 항목만 실패로 봅니다',
  },
  writeBaseline: {
    en: "write this scan's findings as a baseline",
    ko: '이번 검사의 발견 항목을 베이스라인으로 저장합니다',
  },
  fix: {
    en: 'apply the remedies that cannot change how a workload behaves, in place',
    ko: '워크로드의 동작을 바꾸지 않는 조치를 파일에 바로 적용합니다',
  },
  dryRun: {
    en: 'with --fix: print a unified diff instead of writing',
    ko: '--fix와 함께: 쓰지 않고 diff만 출력합니다',
  },
} satisfies Record<string, Localized>
