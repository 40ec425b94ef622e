import type { Localized } from '../../../messages/index.ts'

/** Help of `haetae audit cover` and `minimal`. */
export const coverageText = {
  cover: {
    en: 'which detections a policy leaves blind, and why',
    ko: '정책 때문에 보지 못하는 탐지 룰과 그 이유를 보여 줍니다',
  },
  minimal: {
    en: 'print the audit policy that records least and still feeds detections',
    ko: '탐지 룰에 필요한 것만 기록하는 가장 작은 감사 정책을 출력합니다',
  },
  rules: {
    en: 'rule files or folders in the Falco format, in order; those of source k8s_audit count',
    ko: 'Falco 형식의 룰 파일이나 폴더(순서대로). 소스가 k8s_audit인 룰만 봅니다',
  },
  failOn: {
    en: 'exit with 1 when a detection is as badly off: blind, partial, unselective, output or none',
    ko: '이만큼 나쁜 룰이 있으면 1로 끝납니다: blind, partial, unselective, output, none',
  },
  conditionsOnly: {
    en: 'record what conditions look into; fields that alerts only show may be missing',
    ko: '조건이 보는 것만 기록합니다. 경고에 보여 주기만 하는 필드는 빠질 수 있습니다',
  },
  minimalFormat: { en: 'yaml or json', ko: 'yaml 또는 json' },
} satisfies Record<string, Localized>
