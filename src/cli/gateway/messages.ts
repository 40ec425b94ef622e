import { defineMessages, withParticle } from '../../messages/index.ts'

/** What `haetae gateway` says. */
export const gatewayMessages = defineMessages('gateway', {
  ready: {
    en: (d: { address: string; server: string }) => `the gate is open on ${d.address}, before ${d.server}`,
    ko: (d: { address: string; server: string }) =>
      `${d.address}에서 게이트를 열었습니다. 뒤의 API 서버: ${d.server}`,
  },
  authority: {
    en: (d: { file: string }) => `clients trust the gate by ${d.file}`,
    ko: (d: { file: string }) => `클라이언트는 ${d.file} 인증서로 게이트를 신뢰합니다`,
  },
  recovered: {
    en: (d: { count: number }) =>
      `${d.count} ${d.count === 1 ? 'request was' : 'requests were'} left unfinished by the process before; audit events say so`,
    ko: (d: { count: number }) => `이전 프로세스가 끝내지 못한 요청 ${d.count}개를 감사 이벤트로 남겼습니다`,
  },
  delaying: {
    en: (d: { delay: number; seconds: number }) =>
      `stopping: not ready from now on; after ${d.delay} s no new requests, and at most ${d.seconds} s for those under way (once more to stop at once)`,
    ko: (d: { delay: number; seconds: number }) =>
      `종료합니다. 이제 준비(ready) 상태가 아니며, ${d.delay}초 뒤부터 새 요청을 받지 않고 진행 중인 요청을 최대 ${d.seconds}초 기다립니다(즉시 종료하려면 한 번 더)`,
  },
  draining: {
    en: (d: { seconds: number }) =>
      `stopping: no new requests, at most ${d.seconds} s for those under way (once more to stop at once)`,
    ko: (d: { seconds: number }) =>
      `종료합니다. 새 요청은 받지 않고 진행 중인 요청을 최대 ${d.seconds}초 기다립니다(즉시 종료하려면 한 번 더)`,
  },
  closed: {
    en: (_: object) => 'the gate is closed',
    ko: (_: object) => '게이트를 닫았습니다',
  },
  'no-audit': {
    en: (_: object) => 'audit events are kept nowhere: name a file with --audit-log-path',
    ko: (_: object) => '감사 이벤트를 아무 데도 남기지 않습니다. --audit-log-path로 파일을 지정하십시오',
  },
  trouble: {
    en: (d: { problem: string }) => `trouble: ${d.problem}`,
    ko: (d: { problem: string }) => `문제: ${d.problem}`,
  },
  'audit-trouble': {
    en: (d: { reason: string }) => `audit events could not be kept and will be offered again: ${d.reason}`,
    ko: (d: { reason: string }) => `감사 이벤트를 남기지 못해 다시 시도합니다: ${d.reason}`,
  },
  'bad-address': {
    en: (d: { address: string }) => `"${d.address}" is not an address to listen on; write HOST:PORT`,
    ko: (d: { address: string }) =>
      `${withParticle(`"${d.address}"`, '은/는')} 수신 주소가 아닙니다. 호스트:포트로 쓰십시오`,
  },
  'bad-number': {
    en: (d: { option: string; value: string; least: number }) =>
      `${d.option} takes a whole number from ${d.least} on, not "${d.value}"`,
    ko: (d: { option: string; value: string; least: number }) =>
      `${d.option}에는 ${d.least} 이상의 정수를 씁니다. "${d.value}" 값은 쓸 수 없습니다`,
  },
  'bad-seconds': {
    en: (d: { option: string; value: string; least: number; most: number }) =>
      `${d.option} takes a whole number of seconds from ${d.least} to ${d.most}, not "${d.value}"`,
    ko: (d: { option: string; value: string; least: number; most: number }) =>
      `${d.option}에는 ${d.least} 이상 ${d.most} 이하의 정수(초)를 씁니다. "${d.value}" 값은 쓸 수 없습니다`,
  },
  'cannot-listen': {
    en: (d: { address: string; reason: string }) => `cannot listen on ${d.address} (${d.reason})`,
    ko: (d: { address: string; reason: string }) => `${d.address}에서 수신할 수 없습니다 (${d.reason})`,
  },
  'state-in-use': {
    en: (d: { folder: string }) =>
      `another process works with ${d.folder}; give each gate a --state of its own`,
    ko: (d: { folder: string }) =>
      `다른 프로세스가 ${withParticle(d.folder, '을/를')} 쓰고 있습니다. 게이트마다 --state를 따로 지정하십시오`,
  },
  'stage-failed': {
    en: (d: { stage: string; problem: string }) => `the admission stage ${d.stage} failed: ${d.problem}`,
    ko: (d: { stage: string; problem: string }) => `어드미션 단계 ${d.stage} 실패: ${d.problem}`,
  },
})
