import { defineMessages } from '../../messages/index.ts'

/** What is wrong with the target of a request, as the client is told with status 400. */
export const requestMessages = defineMessages('request', {
  'no-path': {
    en: (_: object) => 'the request target must be a path that begins with a slash',
    ko: (_: object) => '요청 대상은 슬래시로 시작하는 경로여야 합니다',
  },
  character: {
    en: (_: object) => 'the request target holds a character that must not stand in a URL',
    ko: (_: object) => '요청 대상에 URL에 쓸 수 없는 문자가 있습니다',
  },
  escape: {
    en: (_: object) => 'the request target holds an escape that cannot be decoded',
    ko: (_: object) => '요청 대상에 해석할 수 없는 이스케이프가 있습니다',
  },
  'dot-segment': {
    en: (_: object) => 'the path holds a segment "." or ".."',
    ko: (_: object) => '경로에 "." 또는 ".." 구간이 있습니다',
  },
  'empty-segment': {
    en: (_: object) => 'the path holds an empty segment',
    ko: (_: object) => '경로에 빈 구간이 있습니다',
  },
  segment: {
    en: (_: object) => 'a segment of the path holds "/", "%", "\\" or ";"',
    ko: (_: object) => '경로의 구간에 "/", "%", "\\" 또는 ";" 문자가 있습니다',
  },
  semicolon: {
    en: (_: object) => 'the query holds a semicolon, which servers read in different ways; write %3B',
    ko: (_: object) => '쿼리에 서버마다 다르게 읽는 세미콜론이 있습니다. %3B로 쓰십시오',
  },
  'question-mark': {
    en: (_: object) =>
      'the query begins with a second question mark, which some take for a part of it; write %3F',
    ko: (_: object) => '쿼리가 두 번째 물음표로 시작하여 읽는 쪽마다 다르게 해석합니다. %3F로 쓰십시오',
  },
  parameters: {
    en: (_: object) => 'the query has more than 10,000 parameters',
    ko: (_: object) => '쿼리의 파라미터가 10,000개를 넘습니다',
  },
  'no-kind': {
    en: (_: object) => 'unable to determine kind and namespace from url',
    ko: (_: object) => 'URL에서 종류와 네임스페이스를 알 수 없습니다',
  },
})
