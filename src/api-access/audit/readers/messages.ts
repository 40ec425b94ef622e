import { defineMessages, withParticle } from '../../../messages/index.ts'

/** What a reader says of its source. */
export const auditReaderMessages = defineMessages('audit-reader', {
  'not-json': {
    en: (d: { column: number }) => `this line is no JSON${d.column > 0 ? ` from column ${d.column} on` : ''}`,
    ko: (d: { column: number }) =>
      d.column > 0 ? `${d.column}열부터 JSON이 아닙니다` : '이 줄은 JSON이 아닙니다',
  },
  'too-long': {
    en: (d: { bytes: number; limit: number }) =>
      `this line has ${mebibytes(d.bytes)}, more than the ${mebibytes(d.limit)} that are read; it is left out`,
    ko: (d: { bytes: number; limit: number }) =>
      `이 줄은 ${mebibytes(d.bytes)}로, 읽을 수 있는 ${mebibytes(d.limit)}를 넘어 제외합니다`,
  },
  'document-too-long': {
    en: (d: { limit: number }) =>
      `the JSON document that begins here has more than ${mebibytes(d.limit)}; it is left out`,
    ko: (d: { limit: number }) => `여기서 시작하는 JSON 문서가 ${mebibytes(d.limit)}를 넘어 제외합니다`,
  },
  'invalid-utf8': {
    en: (d: { column: number }) =>
      `invalid UTF-8 at byte ${d.column} of this line; what is invalid is read as U+FFFD`,
    ko: (d: { column: number }) =>
      `이 줄의 ${d.column}번째 바이트가 올바른 UTF-8이 아닙니다. 잘못된 부분은 U+FFFD로 읽습니다`,
  },
  'invalid-utf8-body': {
    en: (_: object) => 'invalid UTF-8 in the body of a request; what is invalid is read as U+FFFD',
    ko: (_: object) => '요청 본문에 올바르지 않은 UTF-8이 있습니다. 잘못된 부분은 U+FFFD로 읽습니다',
  },
  unfinished: {
    en: (_: object) => 'the last line is cut off: its record is incomplete',
    ko: (_: object) => '마지막 줄이 잘려 있어 레코드가 완전하지 않습니다',
  },
  'compression-cut': {
    en: (_: object) => 'the compressed data is cut off; what came before was read',
    ko: (_: object) => '압축 데이터가 중간에 끊겼습니다. 그 앞까지는 읽었습니다',
  },
  'compression-broken': {
    en: (_: object) => 'the compressed data is broken a little behind this place; what came before was read',
    ko: (_: object) => '이 위치 바로 뒤에서 압축 데이터가 손상되었습니다. 그 앞까지는 읽었습니다',
  },
  truncated: {
    en: (d: { read: number; size: number }) =>
      `the file was truncated to ${d.size} bytes after ${d.read} bytes of it were read`,
    ko: (d: { read: number; size: number }) =>
      `파일을 ${d.read}바이트까지 읽은 뒤 파일이 ${d.size}바이트로 잘렸습니다`,
  },
  unreadable: {
    en: (d: { reason: string }) => `cannot be read (${d.reason})`,
    ko: (d: { reason: string }) => `읽을 수 없습니다 (${d.reason})`,
  },
  'rotated-away': {
    en: (d: { file: string }) => `${d.file} was rotated away before it could be read`,
    ko: (d: { file: string }) =>
      `${withParticle(d.file, '을/를')} 읽기 전에 로그 순환으로 파일이 없어졌습니다`,
  },
})

function mebibytes(bytes: number): string {
  return bytes < 1024 * 1024 ? `${bytes} B` : `${Math.round(bytes / 104_857.6) / 10} MiB`
}
