import { defineMessages } from '../../messages/index.ts'

/** What sensors say of their sources. */
export const sensorMessages = defineMessages('sensor', {
  'not-json': { en: (_: object) => 'this line is no JSON', ko: (_: object) => '이 줄은 JSON이 아닙니다' },
  'not-an-event': {
    en: (_: object) =>
      'this line is no event; one has {"num", "ts", "tid", "type", "fields": {"proc.name": "cat", …}}',
    ko: (_: object) =>
      '이 줄은 이벤트가 아닙니다. 이벤트는 {"num", "ts", "tid", "type", "fields": {"proc.name": "cat", …}} 형태입니다',
  },
  'too-long': {
    en: (d: { bytes: number; limit: number }) =>
      `this line has ${d.bytes} bytes, more than the ${d.limit} that are read; it is left out`,
    ko: (d: { bytes: number; limit: number }) =>
      `이 줄은 ${d.bytes}바이트로, 읽을 수 있는 ${d.limit}바이트를 넘어 제외합니다`,
  },
  'invalid-utf8': {
    en: (d: { byte: number }) =>
      `invalid UTF-8 at byte ${d.byte} of this line; what is invalid is read as U+FFFD`,
    ko: (d: { byte: number }) =>
      `이 줄의 ${d.byte}번째 바이트가 올바른 UTF-8이 아닙니다. 잘못된 부분은 U+FFFD로 읽습니다`,
  },
  unreadable: {
    en: (d: { reason: string }) => `cannot be read (${d.reason})`,
    ko: (d: { reason: string }) => `읽을 수 없습니다 (${d.reason})`,
  },
})
