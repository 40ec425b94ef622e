import { defineMessages, withParticle } from '../../messages/index.ts'
import { NO_RULE_FILES } from './rule-files.ts'

type NoData = Readonly<Record<string, never>>

/** `1 file`, `2 files`. */
function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** What `haetae rules` says around the loader's own words. */
export const rulesMessages = defineMessages('rules', {
  error: { en: (_: NoData) => 'error', ko: (_: NoData) => '오류' },
  warning: { en: (_: NoData) => 'warning', ko: (_: NoData) => '경고' },
  help: { en: (_: NoData) => 'help', ko: (_: NoData) => '도움말' },
  checked: {
    en: (d: { files: number; rules: number; errors: number; warnings: number }) =>
      `${counted(d.files, 'file')}, ${counted(d.rules, 'rule')}: ${counted(d.errors, 'error')}, ${counted(d.warnings, 'warning')}`,
    ko: (d: { files: number; rules: number; errors: number; warnings: number }) =>
      `파일 ${d.files}개, 룰 ${d.rules}개: 오류 ${d.errors}개, 경고 ${d.warnings}개`,
  },
  unreadable: {
    en: (d: { reason: string }) =>
      d.reason === NO_RULE_FILES ? 'the folder has no .yaml or .yml file' : `cannot be read (${d.reason})`,
    ko: (d: { reason: string }) =>
      d.reason === NO_RULE_FILES ? '폴더에 .yaml이나 .yml 파일이 없습니다' : `읽을 수 없습니다 (${d.reason})`,
  },
  noFile: {
    en: (d: { names: readonly string[] }) =>
      `none of these is a file or a folder: ${d.names.join(', ')}; name the rule files as well`,
    ko: (d: { names: readonly string[] }) =>
      `파일이나 폴더가 하나도 없습니다: ${d.names.join(', ')}. 룰 파일도 함께 지정하십시오`,
  },
  unknownName: {
    en: (d: { name: string; nearest: string }) =>
      `there is no file, rule, macro or list ${d.name}${d.nearest === '' ? '' : `; did you mean ${d.nearest}?`}`,
    ko: (d: { name: string; nearest: string }) =>
      `이름이 ${d.name}인 파일, 룰, 매크로, 목록이 없습니다.${d.nearest === '' ? '' : ` 혹시 ${withParticle(d.nearest, '을/를')} 찾으셨습니까?`}`,
  },
  on: { en: (_: NoData) => 'on', ko: (_: NoData) => '켜짐' },
  off: { en: (_: NoData) => 'off', ko: (_: NoData) => '꺼짐' },
  listed: {
    en: (d: { rules: number; on: number }) => `${counted(d.rules, 'rule')}, ${d.on} of them on`,
    ko: (d: { rules: number; on: number }) => `룰 ${d.rules}개, 그중 ${d.on}개 켜짐`,
  },
  invalid: {
    en: (d: { errors: number }) =>
      `the files have ${counted(d.errors, 'error')}; rules that have one are left out (see haetae rules check)`,
    ko: (d: { errors: number }) =>
      `파일에 오류가 ${d.errors}개 있습니다. 오류가 있는 룰은 제외했습니다 (haetae rules check로 볼 수 있습니다)`,
  },
  wouldChange: {
    en: (d: { file: string }) => `${d.file} is not in the canonical layout`,
    ko: (d: { file: string }) => `${withParticle(d.file, '은/는')} 표준 배치가 아닙니다`,
  },
  written: {
    en: (d: { file: string }) => `${d.file} written`,
    ko: (d: { file: string }) => `${withParticle(d.file, '을/를')} 고쳤습니다`,
  },
  notYaml: {
    en: (_: NoData) => 'no valid YAML; left as it is (see haetae rules check)',
    ko: (_: NoData) => '올바른 YAML이 아니므로 그대로 두었습니다 (haetae rules check로 볼 수 있습니다)',
  },
  tooUnusual: {
    en: (_: NoData) => 'cannot be laid out without changing its meaning; left as it is',
    ko: (_: NoData) => '뜻을 바꾸지 않고는 배치할 수 없으므로 그대로 두었습니다',
  },
  checkAndWrite: {
    en: (_: NoData) => '--check writes nothing: use it without --write',
    ko: (_: NoData) => '--check는 아무것도 쓰지 않습니다. --write 없이 쓰십시오',
  },
  stdinWrite: {
    en: (_: NoData) => '--write needs files: standard input cannot be written in place',
    ko: (_: NoData) => '--write에는 파일이 필요합니다. 표준 입력은 그 자리에서 고칠 수 없습니다',
  },
  rule: { en: (_: NoData) => 'rule', ko: (_: NoData) => '룰' },
  macro: { en: (_: NoData) => 'macro', ko: (_: NoData) => '매크로' },
  list: { en: (_: NoData) => 'list', ko: (_: NoData) => '목록' },
  ownKey: { en: (d: { key: string }) => d.key, ko: (d: { key: string }) => d.key },
  place: { en: (_: NoData) => 'defined at', ko: (_: NoData) => '정의된 곳' },
  source: { en: (_: NoData) => 'source', ko: (_: NoData) => '소스' },
  priority: { en: (_: NoData) => 'priority', ko: (_: NoData) => '우선순위' },
  tags: { en: (_: NoData) => 'tags', ko: (_: NoData) => '태그' },
  condition: { en: (_: NoData) => 'condition', ko: (_: NoData) => '조건' },
  compiled: { en: (_: NoData) => 'filled in', ko: (_: NoData) => '모두 펼친 조건' },
  output: { en: (_: NoData) => 'output', ko: (_: NoData) => '출력' },
  events: { en: (_: NoData) => 'events', ko: (_: NoData) => '이벤트' },
  everyEvent: {
    en: (d: { count: number }) => `all ${d.count} types`,
    ko: (d: { count: number }) => `${d.count}가지 모두`,
  },
  fields: { en: (_: NoData) => 'fields', ko: (_: NoData) => '필드' },
  macros: { en: (_: NoData) => 'macros', ko: (_: NoData) => '매크로' },
  lists: { en: (_: NoData) => 'lists', ko: (_: NoData) => '목록' },
  items: { en: (_: NoData) => 'items', ko: (_: NoData) => '항목' },
  exceptions: { en: (_: NoData) => 'exceptions', ko: (_: NoData) => '예외' },
  unused: { en: (_: NoData) => 'nothing uses it', ko: (_: NoData) => '쓰는 곳이 없습니다' },
})
