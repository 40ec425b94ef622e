import { defineMessages } from '../../../messages/index.ts'

type NoData = Readonly<Record<string, never>>

/** What a difference between a manifest and a process means. */
export const driftMessages = defineMessages('drift', {
  noFilter: {
    en: (_: NoData) =>
      'No filter is at work: the container was started before the field was set, or the runtime or node does not support seccomp.',
    ko: (_: NoData) =>
      '필터가 걸려 있지 않습니다. 필드를 설정하기 전에 시작한 컨테이너이거나, 런타임이나 노드가 seccomp를 지원하지 않습니다.',
  },
  capabilities: {
    en: (d: { more: readonly string[]; less: readonly string[] }) =>
      [
        ...(d.more.length > 0 ? [`more than asked for: ${d.more.join(', ')}`] : []),
        ...(d.less.length > 0 ? [`missing: ${d.less.join(', ')}`] : []),
      ].join('; '),
    ko: (d: { more: readonly string[]; less: readonly string[] }) =>
      [
        ...(d.more.length > 0 ? [`요청보다 많음: ${d.more.join(', ')}`] : []),
        ...(d.less.length > 0 ? [`빠짐: ${d.less.join(', ')}`] : []),
      ].join('; '),
  },
  notMounted: {
    en: (_: NoData) => 'Nothing is mounted there.',
    ko: (_: NoData) => '그곳에 마운트된 것이 없습니다.',
  },
})
