import type { Localized } from '../../messages/index.ts'
import type { RuleErrorCode, RuleWarningCode } from '../../runtime/rules/index.ts'

/** What each code means, in a line. */
export const CODE_TEXT: Readonly<Record<RuleErrorCode | RuleWarningCode, Localized>> = {
  LOAD_ERR_FILE_READ: { en: 'the file cannot be read', ko: '파일을 읽을 수 없습니다' },
  LOAD_ERR_YAML_PARSE: { en: 'the file is no valid YAML', ko: '파일이 올바른 YAML이 아닙니다' },
  LOAD_ERR_YAML_VALIDATE: { en: 'the item has the wrong structure', ko: '항목의 구조가 올바르지 않습니다' },
  LOAD_ERR_COMPILE_CONDITION: { en: 'the condition does not compile', ko: '조건을 컴파일할 수 없습니다' },
  LOAD_ERR_COMPILE_OUTPUT: { en: 'the output does not compile', ko: '출력(output)을 컴파일할 수 없습니다' },
  LOAD_ERR_VALIDATE: {
    en: 'the item is not valid among the others',
    ko: '다른 항목에 비추어 볼 때 이 항목은 올바르지 않습니다',
  },
  LOAD_ERR_EXTENSION: { en: "one of Haetae's own keys is wrong", ko: '해태 고유의 키가 올바르지 않습니다' },
  LOAD_UNKNOWN_SOURCE: {
    en: 'the event source is unknown: the rule is left out',
    ko: '알 수 없는 이벤트 소스이므로 이 룰을 제외합니다',
  },
  LOAD_UNSAFE_NA_CHECK: {
    en: 'comparing with <NA> is unsafe; use exists',
    ko: '<NA>와 비교하는 것은 안전하지 않습니다. exists를 쓰십시오',
  },
  LOAD_NO_EVTTYPE: {
    en: 'the rule is tried on too many types of events; restrict evt.type',
    ko: '너무 많은 이벤트 종류에 적용되는 룰입니다. evt.type으로 범위를 줄이십시오',
  },
  LOAD_UNKNOWN_FILTER: {
    en: 'an unknown field or event type: the rule is left out, as skip-if-unknown-filter asks',
    ko: '알 수 없는 필드나 이벤트 종류이므로 skip-if-unknown-filter에 따라 이 룰을 제외합니다',
  },
  LOAD_UNUSED_MACRO: { en: 'nothing uses the macro', ko: '이 매크로를 쓰는 곳이 없습니다' },
  LOAD_UNUSED_LIST: { en: 'nothing uses the list', ko: '이 목록을 쓰는 곳이 없습니다' },
  LOAD_UNKNOWN_ITEM: {
    en: 'the item is of no known kind and passed over',
    ko: '알 수 없는 종류의 항목이므로 건너뜁니다',
  },
  LOAD_DEPRECATED_ITEM: { en: 'deprecated', ko: '더는 권장하지 않는 방식입니다' },
  LOAD_WARNING_EXTENSION: { en: "about one of Haetae's own keys", ko: '해태 고유의 키에 관한 경고' },
  LOAD_APPEND_NO_VALUES: {
    en: 'the exception that is appended to has no values',
    ko: '덧붙이는 예외에 값(values)이 없습니다',
  },
  LOAD_EXCEPTION_NAME_NOT_UNIQUE: {
    en: 'the rule has several exceptions of this name',
    ko: '한 룰에 같은 이름의 예외가 여럿 있습니다',
  },
  LOAD_INVALID_MACRO_NAME: {
    en: 'conditions cannot name a macro of this name',
    ko: '조건에서 부를 수 없는 매크로 이름입니다',
  },
  LOAD_INVALID_LIST_NAME: {
    en: 'conditions cannot name a list of this name',
    ko: '조건에서 부를 수 없는 목록 이름입니다',
  },
  LOAD_COMPILE_CONDITION: {
    en: 'the condition is perhaps not what was meant',
    ko: '조건이 의도와 다를 수 있습니다',
  },
  LOAD_UNKNOWN_KEY: { en: 'the key is passed over', ko: '알 수 없는 키이므로 무시합니다' },
}
