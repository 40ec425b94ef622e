import { defineMessages } from '../../messages/index.ts'
import type { Change } from '../../runtime/behavior/index.ts'
import type { ContainerEntrypoint } from './entrypoints.ts'

type NoData = Readonly<Record<string, never>>

interface Span {
  /** When watching it began, and how long it was watched. */
  readonly begin: string
  readonly seconds: number
  readonly events: number
  readonly isSeenFromStart: boolean
}

/** Changes that cannot be seen. */
interface Unseen {
  readonly unseen: readonly Change[]
}

function blindnessOf({ unseen }: Unseen): { readonly en: string; readonly ko: string } {
  const names = unseen.join(', ')
  return { en: `not seen here: ${names}`, ko: `여기서 볼 수 없는 변화: ${names}` }
}

/** What `haetae immutability` says. */
export const immutabilityMessages = defineMessages('immutability', {
  'one-manifest': {
    en: (_: NoData) => '--manifest and --cluster do not go together',
    ko: (_: NoData) => '--manifest와 --cluster는 함께 쓸 수 없습니다',
  },
  none: {
    en: (_: NoData) => 'No container was seen.',
    ko: (_: NoData) => '컨테이너가 보이지 않았습니다.',
  },
  'none-meant': {
    en: (d: { seen: readonly string[] }) =>
      `nothing can be said of what was asked for: ${d.seen.length === 0 ? 'no container was seen' : `none of the containers that were seen is meant: ${d.seen.join('; ')}`}`,
    ko: (d: { seen: readonly string[] }) =>
      `지정한 것에 대해 아무것도 말할 수 없습니다. ${d.seen.length === 0 ? '컨테이너가 보이지 않았습니다' : `본 컨테이너 가운데 해당하는 것이 없습니다: ${d.seen.join('; ')}`}`,
  },
  unchanged: {
    en: (d: Span) =>
      d.isSeenFromStart
        ? `unchanged since start (${d.events} events in ${d.seconds} s, from its first program on)`
        : `unchanged while it was watched (${d.events} events in ${d.seconds} s from ${d.begin} on; its start was not seen)`,
    ko: (d: Span) =>
      d.isSeenFromStart
        ? `시작한 뒤로 바뀌지 않았습니다 (첫 프로그램부터 ${d.seconds}초 동안 이벤트 ${d.events}개)`
        : `지켜보는 동안 바뀌지 않았습니다 (${d.begin}부터 ${d.seconds}초 동안 이벤트 ${d.events}개. 시작은 보지 못했습니다)`,
  },
  'nothing-seen-changed': {
    en: (d: Span & Unseen) =>
      `nothing that can be seen here has changed (${d.events} events in ${d.seconds} s${d.isSeenFromStart ? ', from its first program on' : '; its start was not seen'}); ${blindnessOf(d).en}`,
    ko: (d: Span & Unseen) =>
      `여기서 볼 수 있는 것은 바뀌지 않았습니다 (${d.isSeenFromStart ? '첫 프로그램부터 ' : ''}${d.seconds}초 동안 이벤트 ${d.events}개${d.isSeenFromStart ? '' : '. 시작은 보지 못했습니다'}). ${blindnessOf(d).ko}`,
  },
  blind: {
    en: (d: Unseen) => blindnessOf(d).en,
    ko: (d: Unseen) => blindnessOf(d).ko,
  },
  changed: {
    en: (d: Span & { changes: number }) =>
      `changed: ${d.changes} ${d.changes === 1 ? 'piece' : 'pieces'} of evidence (${d.events} events in ${d.seconds} s)`,
    ko: (d: Span & { changes: number }) =>
      `바뀌었습니다: 증거 ${d.changes}개 (${d.seconds}초 동안 이벤트 ${d.events}개)`,
  },
  entrypoint: {
    en: (d: ContainerEntrypoint) =>
      d.isOfImage
        ? `started with the image's own entrypoint: ${d.told.join(' ')}`
        : `not the image's entrypoint: the image starts ${d.ofImage.join(' ')}, the container was told to start ${d.told.join(' ')}`,
    ko: (d: ContainerEntrypoint) =>
      d.isOfImage
        ? `이미지의 엔트리포인트 그대로 시작: ${d.told.join(' ')}`
        : `이미지의 엔트리포인트가 아님: 이미지는 ${d.ofImage.join(' ')}, 컨테이너는 ${d.told.join(' ')}`,
  },
  'executed-new-file': {
    en: (_: NoData) => 'executed a file that is not of the image',
    ko: (_: NoData) => '이미지에 없던 파일을 실행',
  },
  'executed-from-memory': {
    en: (_: NoData) => 'executed a program that exists in memory only',
    ko: (_: NoData) => '메모리에만 있는 프로그램을 실행',
  },
  'executed-from-temporary-folder': {
    en: (_: NoData) => 'executed a file of a temporary folder',
    ko: (_: NoData) => '임시 폴더의 파일을 실행',
  },
  'runs-deleted-file': {
    en: (_: NoData) => 'runs a file that has been deleted',
    ko: (_: NoData) => '삭제된 파일이 실행 중',
  },
  'was-running': {
    en: (_: NoData) => 'running already when the recording began',
    ko: (_: NoData) => '기록을 시작할 때 이미 실행 중',
  },
  'wrote-below-system-folder': {
    en: (_: NoData) => 'wrote below a folder of the system',
    ko: (_: NoData) => '시스템 폴더 아래에 씀',
  },
  'package-manager': {
    en: (_: NoData) => 'ran a package manager',
    ko: (_: NoData) => '패키지 관리자를 실행',
  },
  'shell-entered': {
    en: (_: NoData) => 'a shell was started from outside (exec)',
    ko: (_: NoData) => '밖에서 셸을 시작함(exec)',
  },
  'shell-of-server': {
    en: (_: NoData) => 'a server started a shell',
    ko: (_: NoData) => '서버가 셸을 시작함',
  },
  'other-entrypoint': {
    en: (_: NoData) => 'started with another program than it should',
    ko: (_: NoData) => '시작해야 하는 것과 다른 프로그램으로 시작함',
  },
  'may-be-probe': {
    en: (_: NoData) =>
      'a shell from outside without a terminal may be a probe or hook of the pod, or a health check: --manifest or --cluster tells which',
    ko: (_: NoData) =>
      '밖에서 터미널 없이 시작한 셸은 파드의 프로브나 훅, 헬스 체크일 수 있습니다. --manifest나 --cluster로 구별할 수 있습니다',
  },
  omitted: {
    en: (d: { count: number }) => `and ${d.count} more`,
    ko: (d: { count: number }) => `그 밖에 ${d.count}개`,
  },
  lost: {
    en: (d: { count: number }) =>
      `${d.count === 1 ? '1 event was' : `${d.count} events were`} lost or could not be read: "unchanged" holds for the others only`,
    ko: (d: { count: number }) =>
      `이벤트 ${d.count}개를 잃었거나 읽지 못했습니다. "바뀌지 않음"은 나머지에 대해서만 맞습니다`,
  },
})

/** The message of each change; a missing one does not compile. */
export const CHANGE_MESSAGES: Readonly<
  Record<Change, (data: NoData) => ReturnType<typeof immutabilityMessages.make.none>>
> = immutabilityMessages.make
