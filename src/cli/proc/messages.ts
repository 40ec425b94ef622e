import { defineMessages, withParticle } from '../../messages/index.ts'

type NoData = Readonly<Record<string, never>>

/** What `haetae proc` says, besides exposures and drift. */
export const procMessages = defineMessages('proc', {
  'one-target': {
    en: (_: NoData) => 'say which process: a PID, --container ID, or --pod NAMESPACE/NAME',
    ko: (_: NoData) => '어느 프로세스인지 하나만 지정하십시오: PID, --container ID, --pod 네임스페이스/이름',
  },
  'one-manifest': {
    en: (_: NoData) => '--manifest and --cluster do not go together',
    ko: (_: NoData) => '--manifest와 --cluster는 함께 쓸 수 없습니다',
  },
  'bad-pid': {
    en: (d: { pid: string }) => `"${d.pid}" is no process id`,
    ko: (d: { pid: string }) => `${withParticle(`"${d.pid}"`, '은/는')} 프로세스 id가 아닙니다`,
  },
  gone: {
    en: (d: { pid: number }) => `there is no process ${d.pid}, or it ended while it was read`,
    ko: (d: { pid: number }) => `${withParticle(`프로세스 ${d.pid}`, '이/가')} 없거나 읽는 동안 끝났습니다`,
  },
  incomplete: {
    en: (d: { part: string; reason: string; isForbidden: boolean }) =>
      d.reason === 'limit'
        ? `${d.part} has more than is read`
        : `${d.part} cannot be read (${d.reason})${d.isForbidden ? ': it takes root, with CAP_SYS_PTRACE' : ''}`,
    ko: (d: { part: string; reason: string; isForbidden: boolean }) =>
      d.reason === 'limit'
        ? `${d.part}에는 읽은 것보다 더 있습니다`
        : `${d.part}: 읽을 수 없습니다(${d.reason})${d.isForbidden ? '. CAP_SYS_PTRACE가 있는 root 권한이 필요합니다' : ''}`,
  },
  process: {
    en: (d: { pid: number; name: string }) => `Process ${d.pid} ${d.name}`,
    ko: (d: { pid: number; name: string }) => `프로세스 ${d.pid} ${d.name}`,
  },
  exposures: {
    en: (d: { count: number }) => `What is exposed (${d.count})`,
    ko: (d: { count: number }) => `노출된 것 (${d.count})`,
  },
  nothing: { en: (_: NoData) => 'nothing', ko: (_: NoData) => '없음' },
  'nothing-readable': {
    en: (_: NoData) => 'nothing in what could be read; what could not stands at the end',
    ko: (_: NoData) => '읽을 수 있던 것에는 없음. 읽지 못한 것은 끝에 있습니다',
  },
  drift: {
    en: (d: { count: number }) => `Manifest and process (${d.count} different)`,
    ko: (d: { count: number }) => `매니페스트와 프로세스 (다른 것 ${d.count}개)`,
  },
  confinement: { en: (_: NoData) => 'Confinement', ko: (_: NoData) => '격리' },
  environment: { en: (_: NoData) => 'Environment', ko: (_: NoData) => '환경 변수' },
  files: { en: (_: NoData) => 'Open files and sockets', ko: (_: NoData) => '열린 파일과 소켓' },
  mounts: { en: (_: NoData) => 'Mounts', ko: (_: NoData) => '마운트' },
  writable: { en: (_: NoData) => 'Can be written to', ko: (_: NoData) => '쓸 수 있는 곳' },
  node: { en: (_: NoData) => "the node's", ko: (_: NoData) => '노드와 공유' },
  own: { en: (_: NoData) => 'its own', ko: (_: NoData) => '자신의 것' },
  masked: {
    en: (d: { characters: number }) => `******** (${d.characters} characters; --show-secrets shows them)`,
    ko: (d: { characters: number }) => `******** (${d.characters}자, --show-secrets로 볼 수 있습니다)`,
  },
  differs: {
    en: (d: { expected: string; actual: string }) => `manifest ${d.expected}, process ${d.actual}`,
    ko: (d: { expected: string; actual: string }) => `매니페스트 ${d.expected}, 프로세스 ${d.actual}`,
  },
  open: {
    en: (d: { actual: string }) => `the image decides: ${d.actual}`,
    ko: (d: { actual: string }) => `이미지가 정함: ${d.actual}`,
  },
  more: {
    en: (d: { count: number }) => `… and ${d.count} more (--format json has all)`,
    ko: (d: { count: number }) => `… 외 ${d.count}개 (--format json에 모두 있습니다)`,
  },
})
