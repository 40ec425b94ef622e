import { defineMessages, withParticle } from '../../../messages/index.ts'

type NoData = Readonly<Record<string, never>>
interface Broken {
  readonly sequence: number
  readonly missing: number
}

/** What `haetae audit verify` says. */
export const verifyMessages = defineMessages('audit-verify', {
  'bad-key': {
    en: (d: { path: string }) =>
      `${d.path} is no key: an Ed25519 key in PEM, or at least 16 bytes of a secret`,
    ko: (d: { path: string }) =>
      `${withParticle(d.path, '은/는')} 키가 아닙니다. PEM 형식의 Ed25519 키나 16바이트 이상의 비밀 값이어야 합니다`,
  },
  'no-chain': {
    en: (_: NoData) => 'no event is chained: there is nothing to check',
    ko: (_: NoData) => '체인에 든 이벤트가 없어 검사할 것이 없습니다',
  },
  valid: {
    en: (d: { first: number; last: number }) => `valid: events ${d.first} to ${d.last}`,
    ko: (d: { first: number; last: number }) => `유효: 이벤트 ${d.first}번부터 ${d.last}번까지`,
  },
  'valid-to': {
    en: (d: { last: number }) => (d.last > 0 ? `valid to event ${d.last}` : 'not valid from the beginning'),
    ko: (d: { last: number }) => (d.last > 0 ? `이벤트 ${d.last}번까지 유효` : '처음부터 유효하지 않습니다'),
  },
  'begins-later': {
    en: (d: { first: number }) => `the log begins with event ${d.first}; what was before cannot be checked`,
    ko: (d: { first: number }) => `로그가 이벤트 ${d.first}번에서 시작하여, 그 앞은 검사할 수 없습니다`,
  },
  unchained: {
    en: (d: { count: number }) =>
      `${d.count === 1 ? '1 event' : `${d.count} events`} from before the chain was begun: not checked`,
    ko: (d: { count: number }) => `체인이 시작되기 전의 이벤트 ${d.count}개는 검사하지 않았습니다`,
  },
  'no-anchors': {
    en: (_: NoData) =>
      'no anchors: a chain that someone made anew, or cut off at its end, would not be noticed',
    ko: (_: NoData) => '앵커가 없습니다. 누가 체인을 새로 만들었거나 끝을 잘라 냈더라도 알 수 없습니다',
  },
  anchors: {
    en: (d: { count: number; checked: boolean }) =>
      `${d.count === 1 ? '1 anchor agrees' : `${d.count} anchors agree`}; ${d.checked ? 'signatures checked' : 'signatures not checked (no --key)'}`,
    ko: (d: { count: number; checked: boolean }) =>
      `앵커 ${d.count}개 일치, ${d.checked ? '서명 확인함' : '서명은 확인하지 않음 (--key 없음)'}`,
  },
  changed: {
    en: (d: Broken) => `event ${d.sequence} was changed`,
    ko: (d: Broken) => `이벤트 ${d.sequence}번이 바뀌었습니다`,
  },
  removed: {
    en: (d: Broken) => `${events(d)} removed`,
    ko: (d: Broken) => `${eventsInKorean(d)} 지워졌습니다`,
  },
  inserted: {
    en: (d: Broken) => `an event was inserted where event ${d.sequence} was expected, or stands twice`,
    ko: (d: Broken) => `이벤트 ${d.sequence}번 자리에 이벤트가 끼어들었거나 두 번 들어 있습니다`,
  },
  reordered: {
    en: (d: Broken) => `events were reordered: event ${d.sequence} stands elsewhere`,
    ko: (d: Broken) => `순서가 바뀌었습니다: 이벤트 ${d.sequence}번이 다른 곳에 있습니다`,
  },
  truncated: {
    en: (d: Broken) => `the end is missing: ${events(d)} cut off`,
    ko: (d: Broken) => `끝이 잘렸습니다: ${eventsInKorean(d)} 없습니다`,
  },
  rewritten: {
    en: (d: Broken) => `the chain is not the one that was anchored at event ${d.sequence}: it was made anew`,
    ko: (d: Broken) => `이벤트 ${d.sequence}번의 앵커와 체인이 다릅니다. 체인을 새로 만든 것입니다`,
  },
  'forged-anchor': {
    en: (d: Broken) => `the anchor of event ${d.sequence} does not bear this key’s signature`,
    ko: (d: Broken) => `이벤트 ${d.sequence}번의 앵커에 이 키의 서명이 없습니다`,
  },
  more: {
    en: (d: { count: number }) => `${d.count} more breaks`,
    ko: (d: { count: number }) => `끊긴 곳 ${d.count}군데 더 있음`,
  },
})

function events({ sequence, missing }: Broken): string {
  return missing === 1
    ? `event ${sequence} was`
    : `${missing} events (${sequence} to ${sequence + missing - 1}) were`
}

function eventsInKorean({ sequence, missing }: Broken): string {
  return missing === 1
    ? `이벤트 ${sequence}번이`
    : `이벤트 ${missing}개(${sequence}번부터 ${sequence + missing - 1}번까지)가`
}
