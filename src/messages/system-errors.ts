import type { Language, Localized } from './language.ts'
import type { Message } from './message.ts'

/**
 * What the system's words for failures mean: errno(3), those of getaddrinfo(3) as Node.js names them, and OpenSSL's for
 * certificates. In Korean noun phrases, which fit behind a colon and in brackets.
 */
const WORDS: Readonly<Record<string, Localized>> = {
  EACCES: { en: 'permission denied', ko: '권한 없음' },
  EADDRINUSE: { en: 'the address is in use', ko: '이미 사용 중인 주소' },
  EADDRNOTAVAIL: { en: 'no address of this machine', ko: '이 컴퓨터의 주소가 아님' },
  EAGAIN: { en: 'temporarily unavailable', ko: '지금은 사용할 수 없음' },
  EAI_AGAIN: { en: 'the name server does not answer', ko: '네임 서버가 응답하지 않음' },
  EBUSY: { en: 'it is in use', ko: '사용 중' },
  ECONNABORTED: { en: 'the connection was broken off', ko: '연결이 끊어짐' },
  ECONNREFUSED: { en: 'connection refused', ko: '연결이 거부됨' },
  ECONNRESET: { en: 'the connection was reset', ko: '상대가 연결을 끊음' },
  EDQUOT: { en: 'the disk quota is used up', ko: '디스크 할당량 초과' },
  EEXIST: { en: 'it exists already', ko: '이미 있음' },
  EFBIG: { en: 'the file is too large', ko: '파일이 너무 큼' },
  EHOSTUNREACH: { en: 'the host cannot be reached', ko: '호스트에 닿을 수 없음' },
  EINVAL: { en: 'invalid argument', ko: '올바르지 않은 인자' },
  EIO: { en: 'input/output error', ko: '입출력 오류' },
  EISDIR: { en: 'it is a folder', ko: '파일이 아니라 폴더임' },
  ELOOP: { en: 'too many symbolic links', ko: '심볼릭 링크가 너무 많음' },
  EMFILE: { en: 'too many open files', ko: '열린 파일이 너무 많음' },
  ENAMETOOLONG: { en: 'the name is too long', ko: '이름이 너무 김' },
  ENETUNREACH: { en: 'the network cannot be reached', ko: '네트워크에 닿을 수 없음' },
  ENFILE: { en: 'too many open files on this machine', ko: '이 컴퓨터에 열린 파일이 너무 많음' },
  ENODEV: { en: 'no such device', ko: '장치가 없음' },
  ENOENT: { en: 'no such file or folder', ko: '파일이나 폴더가 없음' },
  ENOEXEC: { en: 'no program that can run here', ko: '여기서 실행할 수 있는 프로그램이 아님' },
  ENOMEM: { en: 'out of memory', ko: '메모리 부족' },
  ENOSPC: { en: 'no space left', ko: '남은 공간 없음' },
  ENOSYS: { en: 'this system has no such call', ko: '이 시스템에 없는 시스템 콜' },
  ENOTDIR: { en: 'part of the path is no folder', ko: '경로의 일부가 폴더가 아님' },
  ENOTEMPTY: { en: 'the folder is not empty', ko: '폴더가 비어 있지 않음' },
  ENOTFOUND: { en: 'no such host name', ko: '호스트 이름을 찾을 수 없음' },
  ENOTSUP: { en: 'not supported here', ko: '여기서 지원하지 않음' },
  ENXIO: { en: 'no such device or address', ko: '장치나 주소가 없음' },
  EOPNOTSUPP: { en: 'not supported here', ko: '여기서 지원하지 않음' },
  EPERM: { en: 'operation not permitted', ko: '허용되지 않은 작업' },
  EPIPE: { en: 'the other side reads no more', ko: '상대가 더는 읽지 않음' },
  EROFS: { en: 'read-only file system', ko: '읽기 전용 파일 시스템' },
  ESRCH: { en: 'no such process', ko: '프로세스가 없음' },
  ESTALE: { en: 'the file is no longer there', ko: '파일이 더는 없음' },
  ETIMEDOUT: { en: 'timed out', ko: '시간 초과' },
  ETXTBSY: { en: 'the program is running', ko: '실행 중인 프로그램' },
  CERT_HAS_EXPIRED: { en: 'the certificate has expired', ko: '만료된 인증서' },
  CERT_NOT_YET_VALID: { en: 'the certificate is not valid yet', ko: '아직 유효하지 않은 인증서' },
  DEPTH_ZERO_SELF_SIGNED_CERT: {
    en: 'the certificate is self-signed and not trusted',
    ko: '신뢰하지 않는 자체 서명 인증서',
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    en: 'the certificate is for another name',
    ko: '다른 이름의 인증서',
  },
  SELF_SIGNED_CERT_IN_CHAIN: {
    en: 'the certificate is of an authority that is not trusted',
    ko: '신뢰하지 않는 인증 기관의 인증서',
  },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: {
    en: 'the certificate is of an authority that is not trusted',
    ko: '신뢰하지 않는 인증 기관의 인증서',
  },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: {
    en: 'the certificate is of an authority that is not trusted',
    ko: '신뢰하지 않는 인증 기관의 인증서',
  },
}

/** `ENOENT`; `connect ECONNREFUSED 127.0.0.1:6443`, as Node.js says it of sockets. */
const FORM = /^(?:[a-z]+ )?([A-Z][A-Z0-9_]+)(?: (\S+))?$/

/** The data that tell why something failed. */
const REASONS = ['reason', 'problem'] as const

/**
 * The system's word for a failure (`EACCES`) in words, where it has some; any other text as it is.
 *
 * @returns e.g. `permission denied`; of `connect ECONNREFUSED 127.0.0.1:1`: `connection refused (127.0.0.1:1)`
 */
export function systemErrorText(reason: string, language: Language): string {
  const [, code = '', about] = FORM.exec(reason) ?? []
  const words = Object.hasOwn(WORDS, code) ? WORDS[code]?.[language] : undefined
  if (words === undefined) return reason
  return about === undefined ? words : `${words} (${about})`
}

/** A message's data as it is rendered: why something failed in words. In the message itself the system's word stays. */
export function withReasonsInWords(data: Message['data'], language: Language): Message['data'] {
  let said = data
  for (const key of REASONS) {
    const reason = data[key]
    if (typeof reason !== 'string') continue
    const words = systemErrorText(reason, language)
    if (words !== reason) said = { ...said, [key]: words }
  }
  return said
}
