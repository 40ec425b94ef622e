import { defineMessages, type Localized, withParticle } from '../../messages/index.ts'
import type { GivenType } from './scalars.ts'

const EXPECTED: Readonly<Record<string, Localized>> = {
  bool: { en: 'a boolean (true or false)', ko: '불리언(true 또는 false)' },
  int32: { en: 'a whole number of 32 bits', ko: '32비트 정수' },
  int64: { en: 'a whole number of 64 bits', ko: '64비트 정수' },
  'int-or-string': { en: 'a whole number or a string', ko: '정수 또는 문자열' },
  quantity: { en: 'a quantity such as 500m or 1Gi', ko: '500m, 1Gi와 같은 수량' },
  string: { en: 'a string', ko: '문자열' },
  time: { en: 'a time as a string', ko: '문자열로 쓴 시각' },
}

const GIVEN: Readonly<Record<GivenType, Localized>> = {
  bool: { en: 'a boolean', ko: '불리언' },
  fraction: { en: 'a number with a fraction', ko: '소수' },
  list: { en: 'a list', ko: '목록' },
  malformed: { en: 'not written as one', ko: '형식에 맞지 않는 문자열' },
  null: { en: 'null', ko: 'null' },
  number: { en: 'a number', ko: '숫자' },
  object: { en: 'a mapping', ko: '매핑' },
  'out-of-range': { en: 'out of its range', ko: '범위를 벗어난 숫자' },
  string: { en: 'a string', ko: '문자열' },
}

/** What is said of fields that the API server's decoder would refuse. */
export const schemaMessages = defineMessages('schema', {
  'field-type': {
    en: ({ path, expected, given }: { path: string; expected: string; given: GivenType }) =>
      `${path === '' ? 'the object' : path} must be ${expectedIn('en', expected)}, but is ${GIVEN[given].en}: the API server refuses the object`,
    ko: ({ path, expected, given }: { path: string; expected: string; given: GivenType }) =>
      `${path === '' ? '오브젝트' : `${path} 필드`}의 형식은 ${expectedIn('ko', expected)}인데 ${withParticle(GIVEN[given].ko, '이/가')} 있습니다. API 서버가 이 오브젝트를 거부합니다`,
  },
})

function expectedIn(language: 'en' | 'ko', type: string): string {
  if (type.startsWith('[]')) return language === 'en' ? 'a list' : '목록'
  if (type.startsWith('{}')) return language === 'en' ? 'a mapping' : '매핑'
  return EXPECTED[type]?.[language] ?? (language === 'en' ? `a mapping (${type})` : `매핑(${type})`)
}
