import { defineMessages } from '../../../messages/index.ts'

/** Why a token is not good. None repeats the token. */
export const jwtMessages = defineMessages('token', {
  signature: {
    en: (_: object) => 'the token is not signed by a key that is trusted',
    ko: (_: object) => '토큰이 신뢰하는 키로 서명되지 않았습니다',
  },
  'no-keys': {
    en: (_: object) => 'the keys to verify the token with cannot be fetched now',
    ko: (_: object) => '토큰을 검증할 키를 지금 가져올 수 없습니다',
  },
  expired: {
    en: (d: { at: string }) => `the token expired at ${d.at}`,
    ko: (d: { at: string }) => `토큰이 ${d.at}에 만료되었습니다`,
  },
  'not-yet': {
    en: (d: { from: string }) => `the token is not valid before ${d.from}`,
    ko: (d: { from: string }) => `토큰은 ${d.from}부터 유효합니다`,
  },
  audience: {
    en: (d: { given: readonly string[]; wanted: readonly string[] }) =>
      `the token is for ${d.given.join(', ') || 'no audience'}, not for ${d.wanted.join(', ')}`,
    ko: (d: { given: readonly string[]; wanted: readonly string[] }) =>
      `토큰의 대상(audience)은 ${d.given.join(', ') || '비어 있음'}이며 ${d.wanted.join(', ')} 항목이 없습니다`,
  },
  claims: {
    en: (d: { claim: string }) => `the token's claim ${d.claim} is missing or malformed`,
    ko: (d: { claim: string }) => `토큰의 클레임 ${d.claim} 항목이 없거나 형식에 맞지 않습니다`,
  },
  'bound-object-gone': {
    en: (d: { kind: string; name: string }) => `the ${d.kind} "${d.name}" that the token is bound to is gone`,
    ko: (d: { kind: string; name: string }) => `토큰이 묶인 ${d.kind} "${d.name}" 항목이 더 이상 없습니다`,
  },
  'bound-object-other': {
    en: (d: { kind: string; name: string }) =>
      `the ${d.kind} "${d.name}" is not the one that the token is bound to: it was made anew`,
    ko: (d: { kind: string; name: string }) =>
      `${d.kind} "${d.name}" 항목은 토큰이 묶인 것이 아닙니다. 삭제된 뒤 새로 만들어졌습니다`,
  },
  invalidated: {
    en: (d: { name: string }) =>
      `the Secret "${d.name}" no longer holds this token, or it was marked as invalid`,
    ko: (d: { name: string }) => `시크릿 "${d.name}" 항목의 토큰이 바뀌었거나 무효로 표시되었습니다`,
  },
  'objects-unknown': {
    en: (d: { resource: string }) =>
      `the cluster's ${d.resource} have not been read yet, so the token cannot be judged`,
    ko: (d: { resource: string }) =>
      `클러스터의 ${d.resource} 목록을 아직 읽지 못해 토큰을 판단할 수 없습니다`,
  },
  'bootstrap-secret': {
    en: (d: { id: string }) => `the bootstrap token "${d.id}" does not match its Secret`,
    ko: (d: { id: string }) => `부트스트랩 토큰 "${d.id}" 항목이 시크릿과 일치하지 않습니다`,
  },
  'bootstrap-unusable': {
    en: (d: { id: string; field: string }) =>
      `the Secret of the bootstrap token "${d.id}" does not allow it: ${d.field}`,
    ko: (d: { id: string; field: string }) =>
      `부트스트랩 토큰 "${d.id}" 항목의 시크릿에서 사용이 허용되지 않습니다: ${d.field}`,
  },
})
