import type { Localized } from '../../messages/index.ts'

/** Help of `haetae rules`. */
export const rulesText = {
  rules: { en: 'rules of runtime detection, in the Falco format', ko: '런타임 탐지 룰 (Falco 형식)' },
  check: {
    en: 'load rule files, in order, and tell of every error and warning',
    ko: '룰 파일을 순서대로 불러와 모든 오류와 경고를 알려 줍니다',
  },
  list: { en: 'list the rules of files', ko: '파일에 있는 룰을 나열합니다' },
  describe: {
    en: 'everything about rules, macros and lists: arguments are files, folders, and names in them',
    ko: '룰, 매크로, 목록의 모든 것을 보여 줍니다. 인자는 파일, 폴더, 그리고 그 안의 이름입니다',
  },
  test: {
    en: 'run tests of rules: events in, alerts expected',
    ko: '룰 테스트를 실행합니다. 이벤트를 넣고 경고가 기대와 같은지 봅니다',
  },
  format: {
    en: 'print rule files in the canonical layout; comments stay',
    ko: '룰 파일을 표준 배치로 출력합니다. 주석은 그대로 둡니다',
  },
  outputFormat: { en: 'text or json', ko: 'text 또는 json' },
  failOn: {
    en: 'exit with 1 for: error, warning or none',
    ko: '1로 끝낼 기준: error, warning, none',
  },
  source: {
    en: 'event source whose rules are loaded (repeatable; default: all that are known)',
    ko: '룰을 불러올 이벤트 소스 (여러 번 쓸 수 있음. 기본값: 알려진 모든 소스)',
  },
  disable: {
    en: 'switch off rules whose names contain this (repeatable)',
    ko: '이름에 이 글자가 들어 있는 룰을 끕니다 (여러 번 쓸 수 있음)',
  },
  disableTag: {
    en: 'switch off rules with this tag (repeatable)',
    ko: '이 태그가 있는 룰을 끕니다 (여러 번 쓸 수 있음)',
  },
  enableTag: {
    en: 'switch on rules with this tag, and off all others (repeatable)',
    ko: '이 태그가 있는 룰만 켜고 나머지는 모두 끕니다 (여러 번 쓸 수 있음)',
  },
  priority: {
    en: 'leave out rules below this priority',
    ko: '이 우선순위보다 낮은 룰을 제외합니다',
  },
  checkOnly: {
    en: 'write nothing; exit with 1 when a file is not in the canonical layout',
    ko: '아무것도 쓰지 않습니다. 표준 배치가 아닌 파일이 있으면 1로 끝납니다',
  },
  write: { en: 'write the files in place', ko: '파일을 바로 고칩니다' },
} satisfies Record<string, Localized>
