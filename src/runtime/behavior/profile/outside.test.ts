import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readSeccompAudit } from './audit-log.ts'
import { allowedBy, outsideOf } from './outside.ts'
import { record, SERVER } from './profile.fixture.ts'

describe('verifying', () => {
  test('tells what is outside a profile', () => {
    const allowed = allowedBy({
      defaultAction: 'SCMP_ACT_ERRNO',
      syscalls: [
        { names: ['read', 'execve'], action: 'SCMP_ACT_ALLOW' },
        { names: ['accept'], action: 'SCMP_ACT_ERRNO' },
        { name: 'openat', action: 'SCMP_ACT_ALLOW' },
      ],
    })
    const outside = allowed && outsideOf(record(SERVER).calls, allowed)
    expect(outside?.map(({ call }) => call)).toEqual(['accept', 'bind', 'mmap', 'socket'])
  })

  test.each([[null], [[]], [{}], [{ defaultAction: 'x', syscalls: [3] }]])('%j is no profile', (value) => {
    expect(allowedBy(value)).toBeUndefined()
  })

  test('reads the kernel’s audit log', () => {
    const log = [
      'type=SECCOMP msg=audit(1700000000.123:42): auid=4294967295 uid=0 gid=0 ses=4294967295 pid=77 comm="httpd" exe="/bin/busybox" sig=0 arch=c000003e syscall=83 compat=0 ip=0x4 code=0x7ffc0000',
      '[  12.3] audit: type=1326 audit(1700000001.5:43): pid=78 comm="httpd" exe="/bin/busybox" sig=0 arch=c000003e syscall=83 compat=0 ip=0x4 code=0x7ffc0000',
      'type=1326 audit(1.5:43): pid=78 exe="/x" sig=0 arch=40000003 syscall=83 compat=1 ip=0x4 code=0x7ffc0000',
      'type=SYSCALL msg=audit(1700000000.123:42): arch=c000003e syscall=83',
    ].join('\n')
    expect(readSeccompAudit(log)).toEqual({
      calls: [{ call: 'mkdir', source: 'audit', programs: ['/bin/busybox'], count: 2 }],
      records: 3,
      nameless: 1,
    })
    expect(readSeccompAudit('nothing of it')).toEqual({ calls: [], records: 0, nameless: 0 })
  })

  test.each([
    ['is logged', '0x7ffc0000', 1],
    ['is refused', '0x50001', 1],
    ['ends its process', '0x80000000', 1],
    ['ends its thread', '0x0', 1],
    ['raises a signal', '0x30000', 1],
    ['is decided by another process', '0x7fc00000', 0],
    ['is allowed', '0x7fff0000', 0],
  ])('has what a filter does with a call that %s', (_, code, count) => {
    const { calls } = readSeccompAudit(`type=1326 audit(1.5:43): pid=7 arch=c000003e syscall=83 code=${code}`)
    expect(calls).toHaveLength(count)
  })

  test('takes any log', () => {
    fc.assert(fc.property(fc.string(), (text) => void readSeccompAudit(`type=1326 ${text}`)))
  })
})
