import { defineMessages, withParticle } from '../../../messages/index.ts'

type NoData = Readonly<Record<string, never>>

/** What `haetae audit collect` says. */
export const collectMessages = defineMessages('audit-collect', {
  'one-input': {
    en: (_: NoData) => 'say where the events come from: FILE, - for standard input, or --listen ADDRESS',
    ko: (_: NoData) => '이벤트를 어디서 받을지 하나만 지정하십시오: 파일, 표준 입력은 -, 또는 --listen 주소',
  },
  'bad-output': {
    en: (d: { output: string }) =>
      `"${d.output}" is no output; write file=PATH, webhook=KUBECONFIG or store=PATH`,
    ko: (d: { output: string }) =>
      `"${withParticle(`${d.output}"`, '은/는')} 출력이 아닙니다. file=경로, webhook=kubeconfig, store=경로 가운데 하나로 쓰십시오`,
  },
  'needs-spill': {
    en: (_: NoData) => 'a webhook needs --spill FOLDER: what it does not take at once waits there',
    ko: (_: NoData) => '웹훅에는 --spill 폴더가 필요합니다. 바로 받지 못한 이벤트가 그곳에서 기다립니다',
  },
  'bad-number': {
    en: (d: { option: string; value: string }) => `${d.option}: "${d.value}" is no number over 0`,
    ko: (d: { option: string; value: string }) =>
      `${d.option}: "${withParticle(`${d.value}"`, '은/는')} 0보다 큰 수가 아닙니다`,
  },
  'key-without-chain': {
    en: (_: NoData) => '--key signs anchors of a chain: it goes with --chain',
    ko: (_: NoData) => '--key는 체인의 앵커에 서명하므로 --chain과 함께 써야 합니다',
  },
  'private-key': {
    en: (d: { path: string }) =>
      `${d.path} cannot sign: it takes an Ed25519 private key in PEM, or a secret of at least 16 bytes`,
    ko: (d: { path: string }) =>
      `${withParticle(d.path, '으로/로')} 서명할 수 없습니다. PEM 형식의 Ed25519 개인 키나 16바이트 이상의 비밀 값이 필요합니다`,
  },
  'cannot-open': {
    en: (d: { output: string; reason: string }) => `${d.output} cannot be used: ${d.reason}`,
    ko: (d: { output: string; reason: string }) => `${d.output}: 쓸 수 없습니다 (${d.reason})`,
  },
  stopping: {
    en: (_: NoData) => 'stopping: what has been received is still kept; a second signal ends at once',
    ko: (_: NoData) =>
      '멈추는 중입니다. 이미 받은 것은 마저 보관합니다. 신호를 한 번 더 보내면 바로 끝납니다',
  },
  failed: {
    en: (d: { output: string; reason: string }) => `${d.output}: ${d.reason}; it is tried again`,
    ko: (d: { output: string; reason: string }) => `${d.output}: ${d.reason}. 다시 시도합니다`,
  },
  refused: {
    en: (d: { output: string; reason: string }) =>
      `${d.output}: an event is refused for good (${d.reason}) and put aside into refused.jsonl`,
    ko: (d: { output: string; reason: string }) =>
      `${d.output}: 받지 않겠다고 하는 이벤트가 있어 (${d.reason}) refused.jsonl에 따로 둡니다`,
  },
  full: {
    en: (d: { output: string; events: number }) =>
      `${d.output}: ${d.events} ${d.events === 1 ? 'event is' : 'events are'} dropped, since no room is left to wait`,
    ko: (d: { output: string; events: number }) =>
      `${d.output}: 기다릴 자리가 없어 이벤트 ${d.events}개를 버립니다`,
  },
  'not-kept': {
    en: (d: { output: string; reason: string }) => `${d.output}: events could not be kept (${d.reason})`,
    ko: (d: { output: string; reason: string }) => `${d.output}: 이벤트를 보관하지 못했습니다 (${d.reason})`,
  },
  waiting: {
    en: (d: { output: string; bytes: number }) =>
      `${d.output}: ${d.bytes} bytes are not delivered yet; they wait in --spill for the next start`,
    ko: (d: { output: string; bytes: number }) =>
      `${d.output}: ${d.bytes}바이트를 아직 보내지 못했습니다. --spill 폴더에서 다음 시작을 기다립니다`,
  },
  kept: {
    en: (d: { output: string; accepted: number; delivered: number; duplicates: number; dropped: number }) =>
      `${d.output}: ${d.accepted} accepted, ${d.delivered} delivered, ${d.duplicates} twice, ${d.dropped} dropped`,
    ko: (d: { output: string; accepted: number; delivered: number; duplicates: number; dropped: number }) =>
      `${d.output}: 받음 ${d.accepted}, 전달 ${d.delivered}, 중복 ${d.duplicates}, 버림 ${d.dropped}`,
  },
})
