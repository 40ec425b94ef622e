import { defineMessages } from '../../messages/index.ts'

/** Why a remedy was not applied. */
export const fixMessages = defineMessages('fix', {
  alias: {
    en: (_: object) => 'the field stands in an alias, a merge key or an anchored part that others share',
    ko: (_: object) => '필드가 별칭(alias)이나 병합 키, 또는 다른 곳과 공유되는 앵커 안에 있습니다',
  },
  conflict: {
    en: (_: object) => 'another remedy changed the same field differently',
    ko: (_: object) => '다른 조치가 같은 필드를 다르게 바꾸었습니다',
  },
  missing: {
    en: (_: object) => 'the place that the remedy changes is not in the text',
    ko: (_: object) => '조치가 바꿀 위치가 텍스트에 없습니다',
  },
  unreadable: {
    en: (_: object) => 'the document cannot be edited: it is not plain YAML',
    ko: (_: object) => '일반적인 YAML이 아니어서 문서를 고칠 수 없습니다',
  },
  style: {
    en: (_: object) => 'the way the text is written leaves no room for the change',
    ko: (_: object) => '텍스트가 쓰인 방식 때문에 변경을 넣을 수 없습니다',
  },
})
