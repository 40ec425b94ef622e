import { describe, expect, it } from 'vitest'
import { brief, effectiveContainer, effectivePod } from './effective.fixture.ts'

describe('host namespaces', () => {
  it('none by default', () => {
    const pod = effectivePod({ containers: [] })
    expect(brief(pod.hostNetwork)).toEqual([false, 'kubernetes'])
    expect(brief(pod.hostPID)).toEqual([false, 'kubernetes'])
    expect(brief(pod.hostIPC)).toEqual([false, 'kubernetes'])
    expect(brief(pod.shareProcessNamespace)).toEqual([false, 'kubernetes'])
    expect(brief(pod.hostUsers)).toEqual([true, 'kubernetes', 'hostUsers'])
  })

  it('as asked for', () => {
    const pod = effectivePod({ hostNetwork: true, hostPID: true, hostIPC: true, containers: [] })
    expect(brief(pod.hostNetwork)).toEqual([true, 'pod', 'hostNetwork'])
    expect(brief(pod.hostPID)).toEqual([true, 'pod', 'hostPID'])
    expect(brief(pod.hostIPC)).toEqual([true, 'pod', 'hostIPC'])
  })

  it('a shared process namespace excludes the node’s', () => {
    const shared = { shareProcessNamespace: true, containers: [] }
    expect(brief(effectivePod(shared).shareProcessNamespace)).toEqual([true, 'pod', 'shared'])
    expect(brief(effectivePod({ ...shared, hostPID: true }).shareProcessNamespace)).toEqual([
      true,
      'pod',
      '!sharedAgainstHostPID',
    ])
  })

  it('a user namespace of its own excludes each of them', () => {
    const pod = effectivePod({ hostUsers: false, hostPID: true, hostIPC: true, containers: [] })
    expect(brief(pod.hostUsers)).toEqual([
      false,
      'pod',
      'ownUsers',
      '!ownUsersAgainstHost',
      '!ownUsersAgainstHost',
    ])
  })
})

describe('sysctls', () => {
  const sysctl = (name: string, spec: object = {}) => {
    const [only] = effectivePod({ ...spec, securityContext: { sysctls: [{ name, value: '1' }] } }).sysctls
    return only && [only.name, only.kind, ...brief(only.setting)]
  }
  const cases = [
    ['net.ipv4.tcp_syncookies', {}, 'net.ipv4.tcp_syncookies', 'safe', []],
    ['net/ipv4/tcp_syncookies', {}, 'net.ipv4.tcp_syncookies', 'safe', []],
    ['net/ipv4/conf/eth0.1/arp', {}, 'net.ipv4.conf.eth0/1.arp', 'unsafe', ['!unsafe']],
    ['net.core.somaxconn', {}, 'net.core.somaxconn', 'unsafe', ['!unsafe']],
    ['kernel.msgmax', {}, 'kernel.msgmax', 'unsafe', ['!unsafe']],
    ['vm.swappiness', {}, 'vm.swappiness', 'not-namespaced', ['!notNamespaced']],
    ['net.ipv4.tcp_syncookies', { hostNetwork: true }, 'net.ipv4.tcp_syncookies', 'safe', ['!hostNamespace']],
    ['kernel.shm_rmid_forced', { hostIPC: true }, 'kernel.shm_rmid_forced', 'safe', ['!hostNamespace']],
    ['kernel.shm_rmid_forced', { hostNetwork: true }, 'kernel.shm_rmid_forced', 'safe', []],
  ] as const

  it.each(cases)('%s %o', (given, spec, name, kind, notes) => {
    expect(sysctl(given, spec)).toEqual([name, kind, '1', 'pod', ...notes])
  })
})

describe('ports', () => {
  const port = (given: object, spec: object = {}) => {
    const [only] = effectiveContainer({ spec, fields: { ports: [given] } }).ports
    return only && [only.protocol, only.hostIP, ...brief(only.hostPort)]
  }
  const cases = [
    ['a container port', { containerPort: 80 }, {}, ['TCP', '0.0.0.0', null, 'kubernetes']],
    [
      'a host port',
      { containerPort: 80, hostPort: 8080, hostIP: '10.0.0.1', protocol: 'UDP' },
      {},
      ['UDP', '10.0.0.1', 8080, 'container', 'hostPort'],
    ],
    ['0 is none', { containerPort: 80, hostPort: 0 }, {}, ['TCP', '0.0.0.0', null, 'container']],
    [
      'every port on the host network',
      { containerPort: 80 },
      { hostNetwork: true },
      ['TCP', '0.0.0.0', 80, 'pod', 'hostNetwork'],
    ],
    [
      'the same port on the host network',
      { containerPort: 80, hostPort: 80 },
      { hostNetwork: true },
      ['TCP', '0.0.0.0', 80, 'container', 'hostNetwork'],
    ],
    [
      'another port on the host network',
      { containerPort: 80, hostPort: 81 },
      { hostNetwork: true },
      ['TCP', '0.0.0.0', 81, 'container', '!mismatch'],
    ],
  ] as const

  it.each(cases)('%s', (_, given, spec, expected) => {
    expect(port(given, spec)).toEqual(expected)
  })
})
