import { defineMessages, withParticle } from '../../messages/index.ts'

type NoData = Readonly<Record<string, never>>

/** What commands say of listening for audit events. */
export const listenerMessages = defineMessages('listener', {
  'bad-address': {
    en: (d: { address: string }) => `"${d.address}" is no address; write 127.0.0.1:9765, [::1]:9765 or :9765`,
    ko: (d: { address: string }) =>
      `"${withParticle(`${d.address}"`, '은/는')} 주소가 아닙니다. 127.0.0.1:9765, [::1]:9765, :9765처럼 쓰십시오`,
  },
  'certificate-and-key': {
    en: (_: NoData) => '--tls-cert and --tls-key go together',
    ko: (_: NoData) => '--tls-cert와 --tls-key는 함께 써야 합니다',
  },
  'cannot-listen': {
    en: (d: { address: string; reason: string }) => `cannot listen on ${d.address} (${d.reason})`,
    ko: (d: { address: string; reason: string }) => `${d.address}에서 받을 수 없습니다 (${d.reason})`,
  },
  listening: {
    en: (d: { address: string }) => `listening on ${d.address}`,
    ko: (d: { address: string }) => `${d.address}에서 받고 있습니다`,
  },
})
